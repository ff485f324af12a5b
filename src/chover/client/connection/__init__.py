"""The connection to a server: finding, dialling, trusting, registering, and staying connected."""
