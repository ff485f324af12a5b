"""TLS: certificates, and what is spoken inside."""
