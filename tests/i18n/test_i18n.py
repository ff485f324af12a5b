"""A process, a task, a block: each speaks a language, and what it lacks it says in English."""

import asyncio
import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from chover import i18n
from chover.config.server_settings import ServerSettings
from chover.i18n import N_, _, ngettext

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def english_afterwards():
    yield
    i18n.use(i18n.ENGLISH)


def test_without_a_word_everything_is_english():
    assert _("Show") == "Show"
    assert [ngettext("{n} ban", "{n} bans", n) for n in (0, 1, 2)] == ["0 bans", "1 ban", "2 bans"]


def test_a_process_speaks_its_language():
    i18n.use("de")

    assert _("Show") == "Zeigen"
    assert _("no catalogue has this") == "no catalogue has this"


def test_a_block_speaks_another_and_then_the_same_as_before():
    i18n.use("de")
    with i18n.speaking("ar"):
        assert _("Show") == "إظهار"

    assert _("Show") == "Zeigen"


async def test_tasks_do_not_hear_each_other():
    all_speak = asyncio.Barrier(3)

    async def say(language):
        with i18n.speaking(language):
            await all_speak.wait()
            return await asyncio.create_task(asyncio.to_thread(_, "Show"))

    assert await asyncio.gather(say("de"), say("ar"), say("en")) == ["Zeigen", "إظهار", "Show"]
    assert _("Show") == "Show"


async def test_a_session_changes_its_language_from_any_of_its_tasks():
    session, changed = i18n.Speaker("de"), asyncio.Event()

    async def wait():
        await changed.wait()
        return _("Show"), i18n.language()

    with session.speaking():
        waits = asyncio.create_task(wait())
        await asyncio.create_task(asyncio.to_thread(i18n.use, "ar"))
    changed.set()

    assert await waits == ("إظهار", "ar")
    assert (_("Show"), i18n.language()) == ("Show", "en")


def test_nothing_is_translated_as_nothing():
    i18n.use("de")

    assert _("") == ""


def test_what_others_wrote_is_never_a_format():
    assert _("{who} says {what}", who="{what}", what="{who.__class__}") == "{what} says {who.__class__}"


def test_a_marked_text_is_itself():
    i18n.use("de")

    assert N_("Show") == "Show"


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (["de"], "de"),
        (["de-AT"], "de"),
        (["de_DE.UTF-8"], "de"),
        (["AR"], "ar"),
        (["fr", "ar-EG"], "ar"),
        (["C.UTF-8"], "en"),
        (["../de"], "en"),
        ([""], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_there_is(wishes, language):
    assert i18n.known(*wishes) == language


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ar_EG"}, "ar"),
        ({"LANG": "de", "LC_ALL": ""}, "de"),
        ({}, "en"),
    ],
)
def test_the_environment_names_a_language(variables, language):
    assert i18n.of_environment(variables) == language


def test_the_page_lists_the_languages_that_have_a_catalogue():
    table = re.search(r"export const LANGUAGES = (.*);", (ROOT / "src/chover/web/i18n.js").read_text(encoding="utf-8"))

    assert table
    assert sorted(re.findall(r'\["(\w+)", "[^"]+"\]', table[1])) == sorted(i18n.languages())


def test_the_server_can_be_set_to_each_language():
    wanted = get_args(get_args(get_type_hints(ServerSettings, include_extras=True)["language"])[0])

    assert sorted(wanted) == sorted(i18n.languages())
