"""What the server says about itself: capabilities, ISUPPORT, the greeting."""
