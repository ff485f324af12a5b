"""A machine as the guide has it: settings, a place for backups, and a server."""

import pytest

from tests.e2e.server import Server
from tests.e2e.wire import Irc


@pytest.fixture
def root(tmp_path):
    (tmp_path / "chover.toml").write_text('[server]\nnetwork = "Tea"\n')
    (tmp_path / "srv" / "backup").mkdir(parents=True)
    (tmp_path / "var").mkdir()
    return tmp_path


@pytest.fixture
def running(root):
    server = Server(root)
    server.data = root / "var" / "chover"
    server.start()
    with Irc(server.port, "alice") as alice:
        alice.say("kept for years")
    yield server
    server.stop()
    assert not server.trouble()
