"""The keys of the full screen: the actions with their names, and what people write to bind a key to one."""
