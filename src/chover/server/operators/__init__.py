"""Actions of operators of the server and of channels."""
