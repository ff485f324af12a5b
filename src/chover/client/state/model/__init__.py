"""What a client knows, as data: what is done with it is in the modules around."""
