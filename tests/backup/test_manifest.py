"""The list of what a backup holds: read back as it was written, and nothing that leads out of a backup."""

import json

import pytest

from chover.backup import manifest
from chover.backup.errors import BackupError
from chover.backup.manifest import FORMAT, BackupEntry, BackupManifest

DIGEST = "ab" * 32
ENTRIES = [
    BackupEntry("data/chover.db", 4096, DIGEST),
    BackupEntry(manifest.upload_name(DIGEST), 3, DIGEST),
    BackupEntry("settings/1-chover.toml", 10, DIGEST, "/etc/chover.toml"),
]
MANIFEST = BackupManifest(FORMAT, "chover 1", "0012", 1_800_000_000_000, ENTRIES)


def written(**changed):
    return json.dumps({**json.loads(manifest.encode(MANIFEST)), **changed}).encode()


def test_a_manifest_is_read_back_as_it_was_written():
    assert manifest.decode(manifest.encode(MANIFEST), "b") == MANIFEST


def test_it_can_be_read_by_people_and_says_how_much_a_backup_holds():
    assert len(manifest.encode(MANIFEST).splitlines()) > len(ENTRIES)
    assert MANIFEST.size == 4096 + 3 + 10


def test_an_upload_lies_under_the_beginning_of_its_digest():
    assert manifest.upload_name(DIGEST) == f"files/ab/{DIGEST}"


def test_one_of_a_newer_version_is_refused_as_such_whatever_else_is_in_it():
    with pytest.raises(BackupError, match=rf"mine is a backup of format {FORMAT + 1}, .*newer"):
        manifest.decode(json.dumps({"format": FORMAT + 1, "all": "new"}).encode(), "mine")


def test_a_field_that_is_new_is_passed_over():
    assert manifest.decode(written(colour="green"), "b") == MANIFEST


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", b'{"format": "1"}', b'{"format": 1}', written(entries=[{"name": "data/x"}])]
)
def test_one_that_is_damaged_says_to_use_another_backup(data):
    with pytest.raises(BackupError, match=r"mine is damaged.*use another"):
        manifest.decode(data, "mine")


@pytest.mark.parametrize(
    "name",
    [
        *("data", "/etc/passwd", "etc/passwd", "data/../../etc/passwd", "data/.."),
        *("../data/x", "/data/x", "", "data/a\0b", "DATA/x"),
    ],
)
def test_a_name_that_leads_out_of_a_backup_is_refused(name):
    with pytest.raises(BackupError, match="mine"):
        manifest.decode(written(entries=[{"name": name, "size": 1, "sha256": DIGEST}]), "mine")


@pytest.mark.parametrize("name", ["data/chover.db", "data/a/b/c..d", "files/ab/x", "settings/1-a.toml"])
def test_a_name_inside_of_a_backup_is_read(name):
    entry = {"name": name, "size": 1, "sha256": DIGEST}
    assert manifest.decode(written(entries=[entry]), "mine").entries == [BackupEntry(name, 1, DIGEST)]
