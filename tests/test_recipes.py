"""The recipes of CONTRIBUTING.md, followed on a copy of the source: the files that they name are enough."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.tools import run_node

ROOT = Path(__file__).parent.parent


class Copy:
    """The source, to try a recipe on. Only files that the recipe names may be changed."""

    def __init__(self, folder, recipe):
        page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        found = re.search(rf"### … {recipe}\n(.*?)\n###", page, re.DOTALL)
        assert found is not None, recipe
        self.named = re.findall(r"`(src/[\w./]+)`", found[1])
        self.folder = folder
        shutil.copytree(ROOT / "src", folder / "src")

    def insert(self, file, before, text):
        """Put ``text`` in front of the first line that begins with ``before``."""
        assert any(file == name or (name.endswith("/") and file.startswith(name)) for name in self.named), file
        path = self.folder / file
        head, found, tail = path.read_text(encoding="utf-8").partition("\n" + before)
        assert found, f"{file} has no line that begins with {before!r}"
        path.write_text(head + "\n" + text + found + tail, encoding="utf-8")

    def python(self, *arguments):
        command = [sys.executable, "-P", "-W", "error", *arguments]
        environment = {"PYTHONPATH": str(self.folder / "src"), "HOME": str(self.folder)}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=self.folder, env=environment, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def copy(tmp_path, request):
    return Copy(tmp_path, request.param)


@pytest.mark.parametrize("copy", ["a command of the protocol"], indirect=True)
def test_a_command_of_the_protocol_is_a_handler_and_a_row(copy):
    file = "src/chover/server/commands/administration/server.py"
    copy.insert(file, "ROWS", 'def shrug(session: Session, _: Message) -> None:\n    session.note("¯")\n\n')
    copy.insert(file, ")", '    Command("SHRUG", shrug, "SHRUG", "shrugs"),')

    said = copy.python("-c", "from chover.server.table import COMMANDS as C; print(C['SHRUG'].meaning)")

    assert said == "shrugs\n"


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
    copy.insert("src/chover/config/settings.py", "    hooks: Annotated[", field)
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
