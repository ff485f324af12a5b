"""Several processes that serve one port: one that supervises them, with the PostgreSQL and the NATS between them."""

from chover.workers.supervisor import run

__all__ = ["run"]
