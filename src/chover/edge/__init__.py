"""The port: one listener, a table of doors, and what each door speaks. Nothing here knows the chat."""
