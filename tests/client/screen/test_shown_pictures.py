"""Pictures of uploads in the full screen: their room, their coming, folding and enlarging."""

import asyncio
import re

import pytest

from chover.client.display.half_blocks import Pixels
from chover.client.download import NotDownloaded
from chover.client.local.host import NotHere
from tests.client.screen.stage import MemoryHost, stage

FILE = "https://chat.test/files/AAAAAAAAAAAAAAAAAAAAAA/"


class PictureHost(MemoryHost):
    """Decodes every file to one colour, or refuses."""

    no_pictures = ""

    def __init__(self, environment=None):
        super().__init__(environment or {"TERM": "xterm-256color"})
        self.decoded = []
        self.trouble = ""

    async def decode(self, picture, width, height):
        if self.trouble:
            raise NotHere(self.trouble)
        self.decoded.append((picture, width, height))
        return Pixels(width, height, bytes((255, 0, 0, 255)) * (width * height))


@pytest.fixture
def server(monkeypatch):
    """Files of the server: each is its own address, and waits until it may come."""

    class Server:
        def __init__(self):
            self.asked = []
            self.may = asyncio.Event()
            self.trouble = ""

        async def download(self, _host, url, _most):
            self.asked.append(url.rpartition("/")[2])
            await self.may.wait()
            if self.trouble:
                raise NotDownloaded(self.trouble)
            return url.encode()

    made = Server()
    monkeypatch.setattr("chover.client.screen.pictures.download", made.download)
    return made


async def joined(screen):
    await screen.online("Alice", "#lobby")
    screen.says(":s 005 Alice soju.im/FILEHOST=https://chat.test/files :are supported")


async def loaded(screen):
    """Wait until nothing is under way."""
    await screen.settled()
    while screen.screen.parts.viewport.pictures.busy:
        await asyncio.sleep(0)
    await screen.settled()


def coloured(screen):
    """The rows that have red cells, from the top."""
    cells = screen.terminal.buffer
    return [at for at in range(screen.terminal.lines) if any(cell.bg == "ff0000" for cell in cells[at].values())]


async def test_the_room_of_a_picture_is_free_before_it_comes(server):
    async with stage(60, 24, host=PictureHost()) as screen:
        await joined(screen)
        screen.bob(f"look {FILE}tea.png#640x480")
        screen.bob("and then")
        before = await screen.picture()
        assert coloured(screen) == []
        server.may.set()
        await loaded(screen)
        assert await screen.picture() == before
        rows = (await screen.picture()).split("\n")
        card = next(at for at, row in enumerate(rows) if "▤ tea.png" in row)
        assert coloured(screen) == list(range(card + 1, card + 11))
        assert "and then" in rows[card + 11]


async def test_each_picture_is_fetched_once_and_only_while_it_is_visible(server):
    host = PictureHost()
    async with stage(60, 24, host=host) as screen:
        await joined(screen)
        for number in range(8):
            screen.bob(f"{FILE}{number}.png#640x480")
        await screen.settled()
        server.may.set()
        await loaded(screen)
        assert server.asked == ["7.png#640x480", "6.png#640x480"]
        await screen.keys("\x1b[5~")
        await screen.keys("\x1b[6~")
        await loaded(screen)
        assert len(server.asked) == len(set(server.asked)) < 8
        assert {size for _, *size in map(tuple, host.decoded) for size in [tuple(size)]} == {(27, 20)}


async def test_a_picture_that_cannot_be_shown_says_why_on_its_card(server):
    server.trouble = "it is no longer there"
    server.may.set()
    async with stage(80, 24, host=PictureHost()) as screen:
        await joined(screen)
        screen.bob(f"{FILE}tea.png#640x480")
        await loaded(screen)
        assert "▤ tea.png  not shown: it is no longer " in await screen.row("tea.png")
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("host", "settings"),
    [
        (MemoryHost({"TERM": "xterm-256color"}), ""),
        (PictureHost({"TERM": "xterm-256color", "NO_COLOR": "1"}), ""),
        (PictureHost({"TERM": "xterm-256color"}), 'pictures = "off"\n'),
    ],
    ids=["no decoder", "no colours", "switched off"],
)
async def test_where_pictures_are_not_shown_there_is_a_card_and_nothing_is_fetched(server, host, settings):
    host.stored["terminal.toml"] = settings
    async with stage(60, 24, host=host) as screen:
        await joined(screen)
        screen.bob(f"{FILE}tea.png#640x480")
        screen.bob("and then")
        rows = (await screen.picture()).split("\n")
        card = next(at for at, row in enumerate(rows) if "▤ tea.png" in row)
        assert "and then" in rows[card + 1]
        assert server.asked == []


async def test_pictures_of_other_servers_and_without_a_size_are_not_fetched(server):
    async with stage(60, 24, host=PictureHost()) as screen:
        await joined(screen)
        screen.bob("https://other.test/files/AAAAAAAAAAAAAAAAAAAAAA/tea.png#640x480")
        screen.bob(f"{FILE}huge.png#30000x30000")
        screen.bob(f"{FILE}old.png")
        screen.bob(f"||{FILE}hidden.png#640x480||")
        await screen.settled()
        assert server.asked == []


async def test_z_folds_the_pictures_of_a_message_and_shows_them_again(server):
    server.may.set()
    async with stage(60, 24, host=PictureHost()) as screen:
        await joined(screen)
        screen.bob(f"{FILE}tea.png#640x480")
        await loaded(screen)
        assert coloured(screen) != []
        await screen.keys("\x1bs")
        await screen.keys("z")
        assert coloured(screen) == []
        await screen.keys("\x1bs")
        await screen.keys("z")
        await loaded(screen)
        assert len(coloured(screen)) == 10


async def test_o_shows_a_picture_large_and_n_and_p_go_through_the_others(server):
    server.may.set()
    async with stage(80, 24, host=PictureHost()) as screen:
        await joined(screen)
        for name in ("one", "two", "three"):
            screen.bob(f"{FILE}{name}.png#640x480")
        await screen.settled()
        await screen.keys("\x1bs")
        await screen.keys("o")
        await loaded(screen)
        assert "three.png  3 of 3" in await screen.picture()
        assert len(coloured(screen)) > 15
        await screen.keys("n")
        assert "three.png  3 of 3" in await screen.picture()
        await screen.keys("p")
        await screen.keys("p")
        await loaded(screen)
        assert "one.png  1 of 3" in await screen.picture()
        await screen.keys("x")
        assert "of 3" not in await screen.picture()
        assert "Alice ❯" in await screen.picture()


async def test_o_says_why_nothing_is_shown():
    async with stage(80, 24) as screen:
        await joined(screen)
        screen.bob("no picture")
        await screen.keys("\x1bs")
        await screen.keys("o")
        assert "This message has no picture of this" in await screen.picture()
        screen.bob(f"{FILE}tea.png#640x480")
        await screen.keys("\x1b")
        await screen.keys("\x1bs")
        await screen.keys("o")
        assert "There is no decoder here." in await screen.picture()


async def test_a_terminal_with_all_colours_gets_all_colours(server):
    server.may.set()
    async with stage(60, 24, host=PictureHost({"TERM": "xterm-256color", "COLORTERM": "truecolor"})) as screen:
        await joined(screen)
        screen.bob(f"{FILE}tea.png#640x480")
        await loaded(screen)
        assert "\x1b[48;2;255;0;0m" in screen.written.getvalue()


KITTY = {"TERM": "xterm-kitty"}


async def test_kitty_gets_a_picture_once_and_forgets_it_at_the_end(server):
    server.may.set()
    host = PictureHost(KITTY)
    async with stage(60, 24, host=host) as screen:
        await joined(screen)
        screen.bob(f"{FILE}tea.png#640x480")
        await loaded(screen)
        written = screen.written.getvalue()
        number = int(re.search(r"c=27,r=10,i=(\d+),", written)[1])
        assert written.count("a=T,U=1") == 1
        assert written.index("a=T,U=1") < written.index("\U0010eeee")
        assert [size for _, *size in host.decoded] == [[270, 200]]
        await screen.keys("\x1b[5~")
        await screen.keys("\x1b[6~")
        assert screen.written.getvalue().count("a=T,U=1") == 1
    assert f"a=d,d=I,i={number}," in screen.written.getvalue()


async def test_after_a_redraw_kitty_gets_its_pictures_anew(server):
    server.may.set()
    async with stage(60, 24, host=PictureHost(KITTY)) as screen:
        await joined(screen)
        screen.bob(f"{FILE}tea.png#640x480")
        await loaded(screen)
        await screen.keys("\x0c")
        await loaded(screen)
        assert screen.written.getvalue().count("a=T,U=1") == 2


async def test_kitty_can_be_asked_for_half_blocks(server):
    server.may.set()
    async with stage(60, 24, host=PictureHost(KITTY)) as screen:
        await joined(screen)
        await screen.line("/set pictures blocks")
        screen.bob(f"{FILE}tea.png#640x480")
        await loaded(screen)
        assert "a=T" not in screen.written.getvalue()
        assert "\x1b[48;5;196m" in screen.written.getvalue()
