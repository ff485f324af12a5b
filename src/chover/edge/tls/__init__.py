"""TLS: certificates, and the protocols inside."""
