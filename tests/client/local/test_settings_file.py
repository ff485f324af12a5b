"""Where something stands in a file of settings, and how arrays and tables of any text are written."""

import tomllib

import pytest

from chover.client.local.settings_file import line_of, table, texts

TEXT = """nick = "alice"  # mine
[keys]
"Alt-J" = "next-unread"
'F5' = "/topic"
[ keys . selected ]  # more
x = "selected-reply"
"\\u00e9" = "quit"
"""


@pytest.mark.parametrize(
    ("where", "name", "line"),
    [
        ("", "nick", 1),
        ("keys", "Alt-J", 3),
        ("keys", "F5", 4),
        ("keys.selected", "x", 6),
        ("keys.selected", "é", 7),
    ],
)
def test_a_name_is_found_in_its_table(where, name, line):
    assert line_of(TEXT, where, name) == line


@pytest.mark.parametrize(("where", "name"), [("keys", "nick"), ("", "x"), ("keys", "Alt-K"), ("filters", "nick")])
def test_a_name_that_stands_elsewhere_is_not_found(where, name):
    assert line_of(TEXT, where, name) == 0


ANY = ['a "quoted" one', "back\\slash", "new\nline", "é 漢 🙂", "# no comment", ""]


def test_any_texts_are_read_as_they_were_written():
    written = "\n".join(texts("filters", "What is hidden", ANY))
    assert tomllib.loads(written) == {"filters": ANY}


def test_any_table_is_read_as_it_was_written():
    rows = {key or "empty": key for key in ANY}
    assert tomllib.loads("\n".join(table("keys", "Keys", rows))) == {"keys": rows}
