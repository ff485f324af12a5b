import asyncio

import pytest

from chover.config import load
from chover.doctor.finding import Patient
from chover.store.sqlite.store import SqliteStore


@pytest.fixture
def directory(tmp_path):
    """A data directory in which a server has run briefly."""
    asyncio.run(SqliteStore.open(tmp_path / "data", durability="process").close())
    return tmp_path / "data"


@pytest.fixture
def patient(tmp_path, directory):
    """Make a patient with settings by name (server__port=1), and more."""

    def make(*, status=None, config_file=None, **settings):
        flags = {"server.data_dir": str(directory), **{name.replace("__", "."): x for name, x in settings.items()}}
        proc = tmp_path / "proc"
        proc.mkdir(exist_ok=True)
        return Patient(load(environ={}, flags=flags), config_file or tmp_path / "chover.toml", status, proc)

    return make


@pytest.fixture
def proc(tmp_path):
    """Write a file of /proc."""

    def write(name, text):
        path = tmp_path / "proc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return write
