"""A deleted message takes its author's files with it."""

import msgspec
import pytest

from chover.config import FilesSettings
from chover.engine.ids import UserId
from chover.ports import NoFiles

FILE = "Abc_defghijklmnopqrs-1"
LINK = f"https://chat.example.org/files/{FILE}/photo.jpg"
CAPS = "message-tags echo-message draft/message-redaction"


class Kept(NoFiles):
    """Files of which each belongs to somebody."""

    def __init__(self, owner: str) -> None:
        self.owner = UserId(owner)
        self.gone: list[str] = []

    async def remove(self, file: str, owner: UserId) -> bool:
        if owner == self.owner:
            self.gone.append(file)
        return owner == self.owner


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice", "#lobby", caps=CAPS)


async def say_and_delete(wire, text):
    wire.send(f"PRIVMSG #lobby :{text}")
    echo = await wire.expect("PRIVMSG #lobby")
    msgid = echo.partition("msgid=")[2].partition(";")[0].partition(" ")[0]
    wire.send(f"REDACT #lobby {msgid}")
    await wire.expect(f"REDACT #lobby {msgid}")
    await wire.all()


async def test_the_authors_own_files_go_each_once(stage, alice):
    files = stage.node.files = Kept(alice.session.me.id)
    await say_and_delete(alice, f"look {LINK} and {LINK} and {LINK.replace('-1', '-2')}")
    assert files.gone == [FILE, FILE.replace("-1", "-2")]


async def test_what_somebody_else_uploaded_stays(stage, alice):
    files = stage.node.files = Kept("a-somebody-else")
    await say_and_delete(alice, LINK)
    assert files.gone == []


async def test_what_only_looks_like_an_address_is_none(stage, alice):
    files = stage.node.files = Kept(alice.session.me.id)
    await say_and_delete(alice, f"/files/short /files/{FILE}longer")
    assert files.gone == []


async def test_files_stay_where_the_operator_wants_them_to(stage, alice):
    files = stage.node.files = Kept(alice.session.me.id)
    stage.node.config = msgspec.structs.replace(stage.node.config, files=FilesSettings(with_message=False))
    await say_and_delete(alice, LINK)
    assert files.gone == []
