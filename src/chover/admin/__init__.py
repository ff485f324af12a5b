"""The operator's side: the socket in the data directory and its verbs."""
