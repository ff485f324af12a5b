"""SSH: the terminal client for those who have nothing but ssh. Imported by a thread when the port listens already."""
