"""The recipes of CONTRIBUTING.md, followed on a copy of the source: the files that they name are enough."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.server import Server
from tests.e2e.wire import Irc, text
from tests.web.tools import run_node

ROOT = Path(__file__).parent.parent


class Copy:
    """The source, to try a recipe on. Only files that the recipe names may be changed."""

    def __init__(self, folder, recipe):
        page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        found = re.search(rf"### … {recipe}\n(.*?)\n###", page, re.DOTALL)
        assert found is not None, recipe
        self.named = re.findall(r"`((?:src|tests)/[\w./]+)`", found[1])
        self.folder = folder
        shutil.copytree(ROOT / "src", folder / "src")

    def may_change(self, file):
        named = any(file == name or (name.endswith("/") and file.startswith(name)) for name in self.named)
        assert named, f"the recipe does not name {file}"
        return self.folder / file

    def add(self, file, text):
        """A new file."""
        path = self.may_change(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def insert(self, file, before, text):
        """Put ``text`` in front of the first line that begins with ``before``."""
        path = self.may_change(file)
        head, found, tail = path.read_text(encoding="utf-8").partition("\n" + before)
        assert found, f"{file} has no line that begins with {before!r}"
        path.write_text(head + "\n" + text + found + tail, encoding="utf-8")

    def take_tests(self):
        """The tests too, for a recipe that changes or runs them."""
        shutil.copytree(ROOT / "tests", self.folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", self.folder)

    def python(self, *arguments, status=0):
        command = [sys.executable, "-P", "-W", "error", *arguments]
        environment = {"PYTHONPATH": str(self.folder / "src"), "HOME": str(self.folder)}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=self.folder, env=environment, timeout=60
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    def pytest(self, *arguments, status=0):
        return self.python("-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, status=status)


@pytest.fixture
def copy(tmp_path, request):
    return Copy(tmp_path, request.param)


SHRUGGING = """
import asyncio, sys
sys.path.insert(0, ".")
from tests.doubles.stage import Stage

async def shrugs():
    stage = await Stage.open()
    alice = await stage.enter("alice")
    alice.send("SHRUG", "HELP SHRUG")
    print(*await alice.all(), sep="\\n")
    await stage.close()

asyncio.run(shrugs())
"""


@pytest.mark.parametrize("copy", ["a command of the protocol"], indirect=True)
def test_a_command_of_the_protocol_is_a_handler_and_a_row(copy):
    file = "src/chover/server/commands/administration/server.py"
    body = 'session.say("NOTICE", session.me.nick, "¯")'
    copy.insert(file, "ROWS", f"def shrug(session: Session, _: Message) -> None:\n    {body}\n\n")
    copy.insert(file, ")", '    Command("SHRUG", shrug, "SHRUG", "shrugs"),')

    copy.take_tests()

    said = copy.python("-c", SHRUGGING).splitlines()

    assert said[0] == ":chat.test NOTICE alice ¯"
    assert "shrugs" in "".join(said[1:])


@pytest.mark.parametrize("copy", ["a slash command in all clients"], indirect=True)
def test_a_slash_command_is_a_row_and_a_handler_in_both_clients(copy):
    row = '  {"name": "shrug", "usage": "[text]", "help": "shrugs"},'
    copy.insert("src/chover/web/tables/commands.js", '  {"name": "me"', row)
    copy.insert("src/chover/client/commands/talking.py", '    "say"', '    "shrug": lambda _, rest: f"{rest} ¯",')
    copy.insert("src/chover/web/commands/talking.js", "  msg,", "  shrug: (client, rest) => `${rest} ¯`,")

    terminal = copy.python(
        "-c",
        "from chover.client.commands import run\n"
        "class Screen:\n    kind = 'terminal'\n    tell = staticmethod(print)\n"
        "run(Screen, '/shrug well'), run(Screen, '/help shrug')",
    )
    assert terminal == "well ¯\n/shrug [text]: shrugs.\n"

    page = copy.folder / "page.mjs"
    page.write_text(
        "import { run } from './src/chover/web/commands.js';\n"
        "await run({ act: (change) => change({ answer: (text) => console.log(text) }) }, '/shrug well');\n",
        encoding="utf-8",
    )
    done = run_node("--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", page)
    assert done.stdout == "well ¯\n", done.stderr


@pytest.mark.parametrize("copy", ["a setting"], indirect=True)
def test_a_setting_is_a_field(copy):
    field = '    shrugs: Annotated[bool, Meta(description="People may shrug.")] = True'
    copy.insert("src/chover/config/conversation_settings.py", "    hooks: Annotated[", field)
    (copy.folder / "chover.toml").write_text("[channels]\nshrugs = false\n", encoding="utf-8")

    shown = copy.python("-m", "chover", "config", "channels")
    read = copy.python(
        "-c",
        "from pathlib import Path; from chover.config import load\n"
        "print(load(Path('chover.toml'), {}).channels.shrugs)\n"
        "print(load(None, {'CHOVER_CHANNELS_SHRUGS': 'false'}).channels.shrugs)",
    )

    assert "People may shrug." in shown
    assert read == "False\nFalse\n"


CLEARING = """
from chover.engine.apply import apply
from chover.engine.events import Cleared, Event, Opened, Source, TopicSet
from chover.engine.model import Rules
from chover.engine.state import ChatState
from chover.server.delivery.render import render

state, topics = ChatState(Rules(), str, int), []
for body in Opened("#tea"), TopicSet("tea"), Cleared():
    event = Event("c1", Source("g1", "al", "al", "host"), body)
    apply(state, event)
    topics.append(state.channels["c1"].topic)
print(*map(repr, topics[1:]), render(event, 0, "#tea").rest.partition(" ")[2])
"""


@pytest.mark.parametrize("copy", ["a kind of event"], indirect=True)
def test_a_kind_of_event_is_a_body_a_row_and_what_its_test_asks_for(copy):
    copy.take_tests()
    copy.insert(
        "src/chover/engine/events.py", "class ModeChange(", 'class Cleared(Body, frozen=True, tag="cleared"): ...\n\n'
    )
    copy.insert("src/chover/engine/events.py", "    | ModesSet", "    | Cleared")
    copy.insert("src/chover/engine/kinds.py", '    "topic": ', '    "cleared": EventKind(absent=_NO_TEXT),')
    copy.insert("tests/engine/test_events.py", "    AccessSet,", "    Cleared,")
    copy.insert("tests/engine/test_events.py", "    Closed(),", "    Cleared(),")

    asked = copy.pytest("tests/engine/test_kinds.py", status=1)
    parts = re.findall(r"^FAILED \S+why_not\[cleared-(\w+)\]", asked, re.MULTILINE)
    assert sorted(parts) == ["apply", "delivery", "projection", "rendering"]

    effects, apply = "src/chover/engine/effects/channels.py", "src/chover/engine/apply.py"
    fanout, render = "src/chover/server/delivery/fanout.py", "src/chover/server/delivery/render.py"
    for file in (apply, fanout, render):
        copy.insert(file, "    TopicSet,", "    Cleared,")
    copy.insert(
        effects,
        "def invited(",
        "def cleared(_state, _event, channel, _body):\n    channel.topic = ''\n    return True\n\n",
    )
    copy.insert(apply, "    TopicSet: ", "    Cleared: channels.cleared,")
    rule = "lambda channel, *_: [(StateChange.SET_TOPIC, (channel, '', '', 0))]"
    copy.insert("src/chover/store/projection.py", "    events.TopicSet: ", f"    events.Cleared: {rule},")
    copy.insert(fanout, "    TopicSet: ", "    Cleared: channel_delivery.changed,")
    copy.insert(render, "    TopicSet: ", '    Cleared: lambda _, channel, __: f"TOPIC {channel} :",')

    copy.pytest("tests/engine/test_kinds.py", "tests/engine/test_events.py")
    assert copy.python("-c", CLEARING) == "'tea' '' TOPIC #tea :\n"


SECOND_STORE = """
from tests.doubles.memory_storage import MemoryStorage


class SecondStorage(MemoryStorage):
    @classmethod
    def open(cls, directory):
        directory.mkdir(exist_ok=True)
        return cls()
"""
CHOICE = """\
    if config.store.kept_in == "memory":
        from chover.store.second.store import SecondStorage

        return SecondStorage.open(config.server.data_path)"""
CONTRACTS = """
import pytest
from tests.doubles.test_memory_storage import TestMemoryHooks, TestMemoryPush, TestMemoryRegistry, TestMemoryUploads
from tests.doubles.test_memory_store import TestMemoryStore, full, reopen
from tests.store.contract_of_records import RecordsContract
from tests.store.contract_of_reports import ReportsContract

from chover.config import load
from chover.store.opening import open_storage


@pytest.fixture
async def store(tmp_path):
    return await open_storage(load(None, {"CHOVER_STORE_KEPT_IN": "memory", "CHOVER_SERVER_DATA_DIR": str(tmp_path)}))


@pytest.fixture
def storage(store):
    return store


class TestRecords(RecordsContract):
    @pytest.fixture
    def records(self, storage):
        return storage.records


class TestReports(ReportsContract):
    @pytest.fixture
    def reports(self, storage):
        return storage.reports


def test_it_is_the_second_one(storage):
    assert type(storage).__module__ == "chover.store.second.store"
"""


@pytest.mark.parametrize("copy", ["a store"], indirect=True)
def test_a_store_is_a_package_and_its_choice(copy, tmp_path):
    copy.take_tests()
    copy.add("src/chover/store/second/__init__.py", "")
    copy.add("src/chover/store/second/store.py", SECOND_STORE)
    setting = '    kept_in: Annotated[Literal["sqlite", "memory"], Meta(description="Where it is kept.")] = "sqlite"'
    copy.insert("src/chover/config/server_settings.py", "    durability: ", setting)
    copy.insert("src/chover/store/opening.py", "    return SqliteStore.open(", CHOICE)
    copy.add("tests/store/test_second.py", CONTRACTS)

    copy.pytest("tests/store/test_second.py")

    paths = f"{copy.folder / 'src'}:{copy.folder}"
    server = Server(tmp_path, PYTHONPATH=paths, CHOVER_STORE_KEPT_IN="memory").start()
    try:
        with Irc(server.port, "alice") as alice, Irc(server.port, "bob") as bob:
            alice.say("kept in memory")
            bob.expect("PRIVMSG #lobby :kept in memory")
            assert [text(line) for line in bob.history() if " PRIVMSG " in line] == ["kept in memory"]
    finally:
        status = server.stop()

    assert (status, server.trouble()) == (0, "")
    assert list(server.data.glob("*.db")) == []
