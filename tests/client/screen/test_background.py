"""The terminal is asked whether its background is light or dark."""

from tests.client.screen.stage import MemoryHost, stage

WHITE = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\"
ASK = "\x1b]11;?\x1b\\"


async def test_the_theme_follows_the_answer_and_without_one_everything_stays():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        assert ASK in screen.written.getvalue()
        appearance = screen.screen.parts.appearance
        assert appearance.theme.name == "auto"
        await screen.keys(f"hi{WHITE}")
        assert appearance.theme.name == "light"
        assert (await screen.picture()).endswith("❯ hi")
        await screen.keys("\x1b]11;rgb:00/00/00\x07")
        assert appearance.theme.name == "dark"


async def test_a_theme_that_somebody_has_chosen_stays():
    async with stage() as screen:
        await screen.online("Alice", "#lobby")
        await screen.line("/set theme dark")
        await screen.keys(WHITE)
        assert screen.screen.parts.appearance.theme.name == "dark"
        await screen.line("/set theme auto")
        assert screen.screen.parts.appearance.theme.name == "light"


async def test_a_terminal_without_colours_is_not_asked():
    for environment in ({"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "linux"}):
        async with stage(host=MemoryHost(environment)) as screen:
            await screen.online("Alice", "#lobby")
            assert ASK not in screen.written.getvalue()
