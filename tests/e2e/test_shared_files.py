"""Two servers with one place for uploads, a directory or S3-compatible storage: what one takes the other gives."""

import base64
import urllib.error
import urllib.request

import pytest

from tests.e2e.server import chover
from tests.e2e.wire import Irc
from tests.servers.nats import nats_server
from tests.servers.postgres import bare_database, postgres
from tests.servers.s3 import s3

__all__ = ["bare_database", "nats_server", "postgres", "s3"]

DATA = bytes(range(256)) * 2000
LOGIN = {"Authorization": "Basic " + base64.b64encode(b"alice:open-sesame").decode()}


def asked(address, method="GET", data=None, **headers):
    """Status, headers and body of an answer."""
    request = urllib.request.Request(
        address, data=data, method=method, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def shared_directory(tmp_path, _s3):
    (tmp_path / "shared").mkdir()
    return {"CHOVER_FILES_DIRECTORY": str(tmp_path / "shared")}


def shared_s3(_tmp_path, s3):
    return s3.settings()


@pytest.mark.parametrize("place", [shared_directory, shared_s3])
def test_what_one_node_takes_the_other_gives_whole_and_in_parts_and_deletes(
    place, bare_database, nats_server, s3, serve, tmp_path
):
    env = {
        "CHOVER_STORE_URL": bare_database,
        "CHOVER_BUS_URL": nats_server.url(),
        "CHOVER_ACCOUNTS_HASH_COST": "cheap",
        **place(tmp_path, s3),
    }
    here = serve(**env)
    where = ("--data", str(here.data))
    made = chover("account", "add", "alice", "--password", *where, home=here.home, text="open-sesame\n", **env)
    assert made.returncode == 0, made.stderr
    there = serve(**env)

    status, _, address = asked(f"http://127.0.0.1:{here.port}/files/x.bin", "PUT", DATA, **LOGIN)
    assert status == 201
    path = address.decode().strip().partition("/files/")[2]
    address = f"http://127.0.0.1:{there.port}/files/{path}"
    status, headers, body = asked(address)
    assert (status, body, headers["Content-Length"]) == (200, DATA, str(len(DATA)))
    tag = headers["ETag"]
    assert asked(address, Range="bytes=1000-1009")[::2] == (206, DATA[1000:1010])
    assert asked(address, Range="bytes=-3", If_Range=tag)[::2] == (206, DATA[-3:])
    assert asked(address, Range="bytes=-3", If_Range='"another"')[::2] == (200, DATA)
    status, headers, _ = asked(address, Range=f"bytes={len(DATA)}-")
    assert (status, headers["Content-Range"]) == (416, f"bytes */{len(DATA)}")
    status, headers, body = asked(address, "HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(DATA)), b"")
    assert asked(address, If_None_Match=tag)[0] == 304

    with Irc(there.port, "visitor") as someone:
        someone.say(f"look at {address}")
    for server in (here, there):
        server.stop()
    exported = chover("export", str(tmp_path / "export"), *where, home=here.home, **env)
    assert exported.returncode == 0, exported.stderr
    [copy] = (tmp_path / "export" / "files").iterdir()
    assert copy.read_bytes() == DATA
    there.start()
    assert asked(address, "DELETE", **LOGIN)[0] == 200
    here.start()
    assert asked(f"http://127.0.0.1:{here.port}/files/{path}")[0] == 404
    assert not [key for key in s3.objects if not key.endswith("chover-cluster")]
    assert not list(tmp_path.glob("shared/??/*"))


def test_the_place_of_another_server_and_one_that_is_not_mounted_are_refused_in_one_line(s3, serve, tmp_path):
    shared = shared_directory(tmp_path, s3)
    serve(**shared).stop()
    serve(**s3.settings()).stop()
    for env, expected in [
        (shared, "(files.directory) belongs to another server or cluster"),
        (s3.settings(), "(files.url) belongs to another server or cluster"),
        ({"CHOVER_FILES_DIRECTORY": str(tmp_path / "nowhere")}, "it is no directory; make it, mount it"),
        ({**s3.settings(), "CHOVER_FILES_SECRET_KEY": "wrong"}, "403 SignatureDoesNotMatch: check files.access_key"),
    ]:
        refused = chover("serve", "--port", "0", "--data", str(tmp_path / "new"), home=tmp_path, **env)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1), refused
        assert expected in refused.stderr
        assert "secret/+key" not in refused.stderr


@pytest.mark.single_process("a backup is one of SQLite")
def test_a_backup_says_that_uploads_in_s3_are_not_in_it_and_has_those_of_a_directory(s3, serve, tmp_path):
    guests = {"CHOVER_FILES_GUESTS": "true"}
    for number, env in enumerate([shared_directory(tmp_path, s3), s3.settings()]):
        server = serve(**guests, **env)
        assert asked(f"http://127.0.0.1:{server.port}/files/x.bin", "PUT", DATA)[0] == 201
        server.stop()
        made = chover("backup", str(tmp_path / f"backup{number}"), "--data", str(server.data), home=tmp_path, **env)
        assert made.returncode == 0, made.stderr
        found = list((tmp_path / f"backup{number}").rglob("files/??/*"))
        assert ([path.read_bytes() for path in found], made.stderr) == (
            ([DATA], "") if not number else ([], "chover: uploads are in s3://chat/files and not in the backup\n")
        )
