"""The command that keeps the catalogues: it finds what is marked, and says what is wrong with a translation."""

import sys

import pytest
from babel.messages.catalog import Catalog
from tests.terminal import ROOT

sys.path.insert(0, str(ROOT / "packaging"))
import translations


@pytest.fixture(scope="module")
def texts():
    return translations.template()


def catalogue(language, text, string):
    made = Catalog(locale=language)
    made.add(text, string)
    return made


def test_texts_of_both_clients_and_the_server_are_found(texts):
    files = {file for message in texts for file, _ in message.locations}

    assert "src/chover/web/parts/sign-in.js" in files
    assert "src/chover/web/settings.js" in files
    assert "src/chover/client/screen/frame.py" in files


def test_a_script_marks_texts_in_three_ways_also_inside_of_each_other():
    script = 't("a {b}", { b: t("c") });\ntn("{n} d", "{n} ds", n); N_("e \\"f\\""); at("g"); t(h)'

    found = list(translations.of_a_script(script))
    assert found == [(1, "a {b}"), (1, "c"), (2, ("{n} d", "{n} ds")), (2, 'e "f"')]


def test_a_module_marks_texts_in_three_ways_also_in_several_pieces():
    module = '_("a {b}", b=N_("c"))\nngettext(\n"{n} d",\n"{n} ds", n)\n_("e " "f")\n_(G)\nh("i")\n'

    found = sorted(translations.of_a_module(module), key=lambda row: row[0])
    assert found == [(1, "a {b}"), (1, "c"), (2, ("{n} d", "{n} ds")), (5, "e f")]


def test_a_text_that_is_another_one_each_time_cannot_be_translated():
    module = '_("a {b}", b=f"{c}")\n_(f"a {b}")\nngettext("{n} d", "{n} " + e, n)\n_("f"\n f" {g}")'

    assert list(translations.badly_marked(module)) == [2, 3, 4]


def test_no_source_marks_such_a_text():
    sources = [path.read_text(encoding="utf-8") for path in translations.SOURCES.rglob("*.py")]

    assert [line for source in sources for line in translations.badly_marked(source)] == []


def test_what_the_table_of_commands_says_is_translated(texts):
    assert texts.get("joins a channel") is not None


def test_no_catalogue_has_a_fault():
    for path in translations.CATALOGUES.glob("*.po"):
        assert list(translations.faults(path.stem, translations.read(path))) == []


def test_every_catalogue_stands_as_the_command_writes_it():
    for path in translations.CATALOGUES.glob("*.po"):
        assert translations.written(translations.read(path)) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "string", "fault"),
    [
        ("{nick} is here", "{nick} ist da", ""),
        ("{nick} is here", "{nik} ist da", "other places"),
        ("{nick} is here", "Jemand ist da", "other places"),
        ("{nick} is here", "{nick ist da", "other places"),
        (("{n} ban of {who}", "{n} bans of {who}"), ("eine Sperre von {who}", "{n} Sperren von {who}"), ""),
        (("{n} ban of {who}", "{n} bans of {who}"), ("eine Sperre", "{n} Sperren von {who}"), "other places"),
        (("{n} ban", "{n} bans"), ("{n} Sperre", "{n} Sperren", "{n}"), "has 3 forms, not 2"),
        ("Yes", "", ""),
    ],
)
def test_a_translation_has_the_places_and_forms_that_it_needs(text, string, fault):
    found = [str(each) for each in translations.faults("de", catalogue("de", text, string))]

    assert len(found) == (1 if fault else 0)
    assert all(fault in each for each in found)


def test_what_a_language_lacks_is_counted():
    texts = Catalog()
    for line, text in enumerate(("Yes", "No", ("{n} ban", "{n} bans")), 1):
        texts.add(text, locations=[("bans.py", line)])
    german = catalogue("de", "Yes", "Ja")
    german.add("No", "")
    german.add(("{n} ban", "{n} bans"), ("{n} Sperre", ""))

    found = translations.missing(texts, german)
    assert [translations.said_in(each) for each in found] == ["bans.py:2: No", "bans.py:3: {n} ban"]


def test_arabic_has_a_form_for_each_of_its_six_kinds_of_numbers():
    assert translations.read(translations.CATALOGUES / "ar.po").num_plurals == 6
