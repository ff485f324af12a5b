"""Anyone who has just registered or logged in can upload at once, in every client and in every way to log in."""

import re
import urllib.request

import pytest

from tests.e2e.people import AtFullScreen
from tests.e2e.server import chover


class AtReader(AtFullScreen):
    """``chover chat --reader``."""

    def __init__(self, home, nick, port):
        super().__init__(home, nick, port, "--reader")

    async def arrive(self):
        await self.terminal.shows("#lobby")


async def uploaded(person, tmp_path):
    """Upload a file; its text, as anybody gets it at the address that stands in the line."""
    file = tmp_path / "plan.txt"
    file.write_text("the plan of it all")
    await person.say(f"/upload {file}")
    await person.terminal.matches(r"http://\S+/files/")
    # What was said to NickServ is no longer waiting, and would not be said again on the next connection.
    assert not [line for line in person.terminal.lines if "to send" in line or "[sending]" in line]
    shown = "".join(line.strip() for line in person.terminal.lines)
    address = re.search(r"http://[\w.:-]+/files/[\w-]{22}", shown)[0]
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


@pytest.mark.parametrize(
    ("client", "typed"),
    [
        (AtFullScreen, "/msg NickServ REGISTER sesame-1"),
        (AtFullScreen, "/quote REGISTER * * :sesame 1"),
        (AtReader, "/msg NickServ REGISTER sesame-1"),
    ],
)
async def test_a_file_is_taken_right_after_the_documented_registration(shared, tmp_path, client, typed):
    nick = f"Ann{tmp_path.name[-8:].strip('_')}".replace("_", "")
    person = client(tmp_path, nick, shared.port)
    try:
        await person.arrive()
        await person.say(typed)
        await person.terminal.matches("logged in|registered|Account created")
        assert await uploaded(person, tmp_path) == "the plan of it all"
    finally:
        await person.close()


async def test_a_file_is_taken_right_after_identify(shared, tmp_path):
    chover(
        *("account", "add", "dora", "--password", "--data", str(shared.data)), home=shared.home, text="sesame-1\n"
    ).check_returncode()
    person = AtFullScreen(tmp_path, "somebody", shared.port)
    try:
        await person.arrive()
        await person.say("/msg NickServ IDENTIFY dora sesame-1")
        await person.terminal.prompts("dora ❯")
        assert await uploaded(person, tmp_path) == "the plan of it all"
        assert person.terminal.lines[-1].startswith("dora ❯ http")
    finally:
        await person.close()
