"""The port: one listener, a table of protocols, and a handler for each. Nothing here knows about the chat."""
