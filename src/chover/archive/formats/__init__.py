"""What other programs export, read as messages: a module for each kind of source."""
