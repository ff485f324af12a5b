"""The storage of a cluster: a PostgreSQL database that all nodes share."""
