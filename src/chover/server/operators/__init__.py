"""What operators of the server and of channels may do."""
