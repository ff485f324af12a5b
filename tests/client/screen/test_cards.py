"""Cards of files, and what the pages are that messages link to, in the full screen."""

import pytest

from tests.client.screen.stage import CAPS, MemoryHost, stage

FILE = "https://chat.test/files/AAAAAAAAAAAAAAAAAAAAAA/"
WITHOUT = {name: value for name, value in CAPS.items() if name != "chover.chat/previews"}
PAGE = "https://example.org/a"
ANSWER = (
    "@chover.chat/url={};chover.chat/title={};chover.chat/description=All\\sof\\sit;chover.chat/site=Example"
    " :s PREVIEW #lobby {}"
)


async def joined(screen):
    await screen.online("Alice", "#lobby")
    screen.says(
        ":s 005 Alice soju.im/FILEHOST=https://chat.test/files chover.chat/WEB=https://chat.test/ :are supported"
    )


async def test_a_file_is_a_card_in_place_of_its_address():
    async with stage(80, 14) as screen:
        await joined(screen)
        screen.bob(f"look {FILE}tea.png#640x480")
        screen.bob(f"{FILE}a%20report.pdf#size=1234567")
        picture = await screen.picture()
        assert "▤ tea.png  PNG picture, 640 × 480" in picture
        assert "Bob ▤ a report.pdf  PDF, 1.2 MB" in picture
        assert "https://" not in picture
        assert f";{FILE}tea.png#640x480\x1b\\" in screen.written.getvalue()
        assert screen.commands("PREVIEW") == []


async def test_where_addresses_are_no_links_they_are_seen():
    async with stage(120, 14) as screen:
        await joined(screen)
        await screen.line("/set links no")
        screen.bob(f"{FILE}tea.png#640x480")
        assert FILE in await screen.picture()


@pytest.mark.parametrize("columns", [100, 80, 50])
async def test_our_own_card_is_there_in_one_row_before_the_server_has_the_message(columns):
    async with stage(columns, 14) as screen:
        await joined(screen)
        await screen.line(f"{FILE}tea.png#640x480")
        assert "▤ tea.png  PNG " in await screen.row("[sending]")


async def test_a_page_is_told_of_below_the_message_that_links_to_it():
    async with stage(80, 14) as screen:
        await joined(screen)
        screen.bob(f"see {PAGE}", msgid="m1")
        await screen.settled()
        assert screen.commands("PREVIEW") == [f"PREVIEW #lobby m1 {PAGE}"]
        screen.says(ANSWER.format(PAGE, "A\\spage\x1b]2\\:owned\x07\\sof\\stea", "m1"))
        assert "▏ Example: A page]2;owned of tea" in await screen.row("Example")
        assert "▏ All of it" in await screen.row("All of it")
        await screen.line("/set previews no")
        assert "Example" not in await screen.picture()


@pytest.mark.parametrize("text", ["日本語" * 60, "a" * 200, "🎉" * 100])
@pytest.mark.parametrize("columns", [20, 30, 41])
async def test_previews_are_never_wider_than_the_screen(text, columns):
    async with stage(columns, 20) as screen:
        await joined(screen)
        screen.bob(PAGE, msgid="m1")
        await screen.settled()
        before = [row for row in (await screen.picture()).split("\n") if row.startswith("Alice")]
        screen.says(ANSWER.format(PAGE, text, "m1").replace("All\\sof\\sit", text))
        rows = (await screen.picture()).split("\n")
        assert sum("▏" in row for row in rows) in {1, 2}
        assert [row for row in rows if row.startswith("Alice")] == before


async def test_nothing_is_asked_of_a_server_without_previews_or_in_private():
    async with stage(80, 14, caps=WITHOUT) as screen:
        await joined(screen)
        screen.bob(f"see {PAGE}")
        await screen.settled()
        assert screen.commands("PREVIEW") == []
    async with stage(80, 14) as screen:
        await joined(screen)
        screen.bob(f"see {PAGE}", "Alice")
        screen.no_history("Bob")
        await screen.line("/query Bob")
        assert PAGE in await screen.picture()
        assert screen.commands("PREVIEW") == []


async def test_previews_can_be_off_from_the_start():
    host = MemoryHost()
    host.stored["terminal.toml"] = 'previews = "no"\n'
    async with stage(80, 14, host=host) as screen:
        await joined(screen)
        screen.bob(f"see {PAGE}")
        await screen.settled()
        assert screen.commands("PREVIEW") == []


async def test_a_message_that_is_gone_is_not_asked_for_again():
    async with stage(80, 14) as screen:
        await joined(screen)
        screen.bob(f"see {PAGE}", msgid="m1")
        await screen.settled()
        screen.says("FAIL PREVIEW UNKNOWN_MSGID #lobby m1 :There is no such message")
        screen.pass_(60_000)
        screen.bob("and now")
        assert "There is no such message" not in await screen.picture()
        assert len(screen.commands("PREVIEW")) == 1
