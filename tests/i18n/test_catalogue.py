"""Catalogues are read as gettext writes them."""

import gettext
import io

import pytest

from chover.i18n import catalogue

HEADER = r"""msgid ""
msgstr ""
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"Content-Type: text/plain; charset=utf-8\n"
"""


def only(text):
    [entry] = catalogue.read(text)
    return entry


def test_an_entry_has_its_text_its_translation_and_its_files():
    text = '# a remark\n#: src/a.py src/b.js\n#, python-format\nmsgid "Yes"\nmsgstr "Ja"\n'

    assert only(text) == ("Yes", "", ("Ja",), ("src/a.py", "src/b.js"))


def test_a_text_on_several_lines_is_one_text():
    assert only('msgid ""\n"To "\n"be"\nmsgstr ""\n"Zu "\n"sein\\n"\n').forms == ("Zu sein\n",)


def test_quotes_and_backslashes_are_read_back():
    assert only(r'msgid "a \"b\" \\ c"' + '\nmsgstr "x"\n').text == r'a "b" \ c'


def test_forms_stand_in_their_order():
    text = 'msgid "{n} ban"\nmsgid_plural "{n} bans"\nmsgstr[0] "eine"\nmsgstr[1] "{n} Sperren"\n'

    assert only(text)[:3] == ("{n} ban", "{n} bans", ("eine", "{n} Sperren"))


@pytest.mark.parametrize(
    "text",
    [
        'msgid "Yes"\nmsgstr ""\n',
        '#, fuzzy\nmsgid "Yes"\nmsgstr "Ja?"\n',
        '#~ msgid "Yes"\n#~ msgstr "Ja"\n',
        'msgid "{n} ban"\nmsgid_plural "{n} bans"\nmsgstr[0] "eine"\nmsgstr[1] ""\n',
    ],
    ids=["empty", "fuzzy", "no longer said", "a form is missing"],
)
def test_what_is_not_translated_in_full_is_left_out(text):
    assert list(catalogue.read(text)) == []


@pytest.mark.parametrize("text", ['msgid "Yes"\nmsgtsr "Ja"\n', '"Yes"\n', 'msgid "a \\q"\nmsgstr "x"\n'])
def test_a_line_that_is_none_is_told(text):
    with pytest.raises(catalogue.NoCatalogue, match="of a catalogue"):
        list(catalogue.read(text))


def test_the_standard_library_reads_what_is_compiled():
    counted = 'msgid "{n} ban"\nmsgid_plural "{n} bans"\nmsgstr[0] "eine"\nmsgstr[1] "viele"\n'
    text = f'{HEADER}\nmsgid "Yes"\nmsgstr "Jäh"\n\n{counted}'
    found = gettext.GNUTranslations(io.BytesIO(catalogue.compiled(catalogue.read(text))))

    assert found.gettext("Yes") == "Jäh"
    assert [found.ngettext("{n} ban", "{n} bans", n) for n in (0, 1, 2)] == ["viele", "eine", "viele"]
    assert found.gettext("No") == "No"
