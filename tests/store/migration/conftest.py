"""Real databases on both sides."""

from tests.servers.postgres import bare_database, database, postgres

__all__ = ["bare_database", "database", "postgres"]
