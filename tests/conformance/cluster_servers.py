"""A PostgreSQL and a NATS for the external suite: prints the NATS URL, then the URL of a new database for each line."""

import sys

from tests.servers.nats import NatsServer
from tests.servers.postgres import Postgres


def main():
    postgres, nats = Postgres(), NatsServer()
    try:
        postgres.start()
        print(nats.start().url(), flush=True)
        for number, _ in enumerate(sys.stdin):
            postgres.sql(f"CREATE DATABASE suite_{number} TEMPLATE template0")
            print(postgres.url(f"suite_{number}"), flush=True)
    finally:
        nats.close()
        postgres.close()


if __name__ == "__main__":
    main()
