"""A connection to a server: found, dialled, trusted, registered, and kept up."""
