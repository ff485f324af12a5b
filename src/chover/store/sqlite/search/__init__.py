"""The index of what was said: a database of its own that follows the logs and can always be made again from them."""
