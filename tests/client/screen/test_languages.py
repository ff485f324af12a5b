"""The screen in the language of whoever looks at it: chosen by the terminal's environment, or by a setting."""

import re

import pytest

from chover import i18n
from chover.client.commands.keys import key_rows
from chover.client.display.text import plain, width
from chover.client.keys.keymap import KeyMaps
from tests.client.screen.stage import MemoryHost, stage

GERMAN = {"TERM": "xterm", "LANG": "de_DE.UTF-8"}
COLUMNS = 80


@pytest.fixture(autouse=True)
def own_language():
    """What a screen speaks is that of the process: here it ends with the test."""
    with i18n.speaking(i18n.ENGLISH):
        yield


async def test_a_german_terminal_has_a_german_screen():
    async with stage(COLUMNS, 24, host=MemoryHost(GERMAN)) as screen:
        await screen.online("Alice", "#lobby")
        picture = await screen.picture()
        assert "Willkommen in #lobby" in picture
        assert "Du bist allein hier." in picture
        assert "F1 Hilfe" in picture
        screen.bob("Hallo")
        screen.says(":Bob!b@c TOPIC #lobby :Tee")
        assert "Freitag, 19. Juni 2026" in await screen.row("Freitag")
        assert "Bob hat das Thema geändert: Tee" in await screen.picture()
        await screen.line("/nix")
        assert "/nix gibt es nicht." in await screen.picture()


async def test_the_setting_comes_before_the_environment():
    host = MemoryHost(GERMAN)
    host.stored["terminal.toml"] = 'language = "en"\n'
    async with stage(COLUMNS, 24, host=host) as screen:
        await screen.online("Alice", "#lobby")
        assert "Welcome to #lobby" in await screen.picture()


async def test_another_language_is_seen_at_once():
    async with stage(COLUMNS, 24) as screen:
        await screen.online("Alice", "#lobby")
        screen.bob("Hello")
        assert "Friday, 19 June 2026" in await screen.picture()
        await screen.line("/set language de")
        picture = await screen.picture()
        assert "Freitag, 19. Juni 2026" in picture
        assert "Friday" not in picture
        assert "language ist jetzt de." in picture
        assert 'language = "de"' in screen.host.stored["terminal.toml"]
        await screen.line("/set language xx")
        assert "Language ist eines von auto, en, ar, de," in await screen.picture()


async def test_what_the_account_keeps_is_spoken_over_ssh():
    host = MemoryHost()
    host.keeps = False
    async with stage(COLUMNS, 24, host=host) as screen:
        await screen.online("Alice", "#lobby")
        screen.screen.settings.take("language=de")
        screen.screen.frontend.changed_settings()
        assert "Willkommen in #lobby" in await screen.picture()


async def test_what_is_wrong_with_the_file_is_said_in_the_language_of_the_file():
    host = MemoryHost()
    host.stored["terminal.toml"] = 'bell = "loud"\nlanguage = "de"\n'
    async with stage(COLUMNS, 24, host=host) as screen:
        await screen.online("Alice", "#lobby")
        assert screen.screen.settings.complaints == ["terminal.toml:1: bell ist eines von yes, no, nicht 'loud'."]


async def test_a_language_that_nobody_has_translated_is_a_mistake_in_the_file():
    host = MemoryHost(GERMAN)
    host.stored["terminal.toml"] = 'language = "tlh"\n'
    async with stage(COLUMNS, 24, host=host) as screen:
        assert screen.screen.settings.complaints == [
            "terminal.toml:1: language ist eines von auto, en, ar, de, nicht 'tlh'."
        ]


@pytest.mark.parametrize("language", [each for each in i18n.languages() if each != i18n.ENGLISH])
def test_what_a_key_does_is_not_cut_off_where_it_is_not_in_english(language):
    english = [width(plain(row.rpartition(" (")[0])) for row, _ in key_rows(KeyMaps({}))]
    with i18n.speaking(language):
        rows = [row.rpartition(" (")[0] for row, _ in key_rows(KeyMaps({}))]
    assert [row for row, least in zip(rows, english, strict=True) if width(plain(row)) > max(COLUMNS - 2, least)] == []


@pytest.mark.parametrize("language", i18n.languages())
@pytest.mark.parametrize("columns", [40, COLUMNS])
async def test_no_row_is_longer_than_the_screen(language, columns):
    async with stage(columns, 24, host=MemoryHost({"TERM": "xterm", "LANG": language})) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        screen.bob("Hello")
        for keys in ("\x1bOP", "\x1b", "\x1bs", "\x1b", "\x06", "\x1b", "\x1bk", "\x1b"):
            await screen.keys(keys)
            rows = screen.screen.frame.parts()
            assert [row for part in rows for row in part.rows if painted(row) > part.columns] == []


def painted(row):
    """Columns of a row without what moves the cursor or changes colours."""
    return width(plain(re.sub(r"\x1b\[[0-9;]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\", "", row)))


async def test_answers_of_the_server_are_told_in_the_language_of_the_screen():
    async with stage(COLUMNS, 24, host=MemoryHost(GERMAN)) as screen:
        await screen.online("Alice", "#lobby")
        screen.says(":s 301 Alice Bob :beim {Essen}", ":s 368 Alice #lobby :End")
        picture = await screen.picture()
        assert "Bob ist abwesend: beim {Essen}" in picture
        assert "#lobby: niemand ist gesperrt" in picture


@pytest.mark.parametrize(("key", "leaves"), [("j", True), ("y", True), ("n", False)])
async def test_a_question_is_answered_in_the_language_of_the_screen(key, leaves):
    async with stage(COLUMNS, 24, host=MemoryHost(GERMAN)) as screen:
        await screen.online("Alice", "#lobby")
        await screen.keys("\x03")
        assert "Beenden? (j/n)" in await screen.picture()
        screen.press(key)
        if leaves:
            await screen.ends()
        else:
            assert "Beenden?" not in await screen.picture()
