"""What a client knows, as data: the modules around it change it."""
