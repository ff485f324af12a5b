"""The slash commands of the page and those of the terminal client have the same names."""

import re

from tests.web.tools import WEB

from chover.client.commands import COMMANDS

NOT_HERE = {
    "connect",  # the page belongs to its server
    "clear",  # there is no screen to empty
    "key",  # an SSH key: one comes by it where there is SSH
}


def test_the_page_knows_every_command_of_the_terminal_client():
    tables = [WEB / "commands.js", *(WEB / "commands").glob("*.js")]
    ours = re.findall(r'\bname: "([a-z-]+)", usage', "".join(path.read_text() for path in tables))
    assert len(ours) == len(set(ours))
    assert set(ours) == set(COMMANDS) - NOT_HERE
