"""Which files belong in a backup."""

import pytest

from chover.backup.contents import Contents, Original, files_of_settings
from chover.config import load
from chover.store import last_backup, lock
from chover.store.sqlite.backup import SqliteBackup

DIGEST = "0a" * 32
SETTINGS = """
[tls]
cert = "/etc/tls/cert.pem"
key = "~/key.pem"
[[listeners]]
host = "127.0.0.1"
port = 6697
tls_cert = "/etc/tls/cert.pem"
tls_key = "/etc/tls/other.pem"
"""


@pytest.fixture
def data(tmp_path):
    made = tmp_path / "data"
    made.mkdir()
    return made


def contents(data, *beside):
    return Contents(data, list(beside), SqliteBackup(data))


def put(path, text="x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_uploads_are_what_lies_under_a_digest_and_nothing_else_there(data):
    upload = put(data / "files" / "0a" / DIGEST)
    for other in (f"{DIGEST}.part", "notes.txt", DIGEST.upper(), DIGEST[:-1]):
        put(data / "files" / "0a" / other)
    put(data / "files" / DIGEST)

    assert contents(data).uploads() == {DIGEST: upload}
    assert list(contents(data).others()) == []


def test_keys_and_what_the_operator_has_put_there_belong_to_it(data):
    put(data / "tls-key.pem")
    put(data / "notes" / "b" / "why.txt")
    put(data / "motd.txt")

    assert list(contents(data).others()) == [
        Original("data/motd.txt", data / "motd.txt"),
        Original("data/notes/b/why.txt", data / "notes" / "b" / "why.txt"),
        Original("data/tls-key.pem", data / "tls-key.pem"),
    ]


@pytest.mark.parametrize(
    "name",
    [lock.FILE, last_backup.FILE, ".hidden", "notes/.swp", "chover.db", "chover.db-wal", "chover.db-shm", "search.db"],
)
def test_what_is_of_this_moment_or_copied_otherwise_is_left_out(data, name):
    put(data / name)

    assert list(contents(data).others()) == []


def test_a_link_is_not_followed(data, tmp_path):
    secret = put(tmp_path / "elsewhere" / "secret")
    (data / "link").symlink_to(secret)

    assert list(contents(data).others()) == []


def test_files_that_the_settings_name_elsewhere_come_with_the_place_where_they_stood(data, tmp_path):
    settings = put(tmp_path / "etc" / "chover.toml")
    key = put(tmp_path / "keys" / "chover.toml")
    inside = put(data / "tls-key.pem")

    found = list(contents(data, settings, key, inside, tmp_path / "missing.pem").others())

    assert found == [
        Original("data/tls-key.pem", inside),
        Original("settings/1-chover.toml", settings, str(settings)),
        Original("settings/2-chover.toml", key, str(key)),
    ]


def test_the_settings_name_themselves_and_each_certificate_once(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/alice")
    file = put(tmp_path / "chover.toml", SETTINGS)

    found = [str(path) for path in files_of_settings(load(file, {}), file)]

    assert found == [str(file), "/etc/tls/cert.pem", "/home/alice/key.pem", "/etc/tls/other.pem"]
