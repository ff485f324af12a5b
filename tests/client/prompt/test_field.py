import pytest
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document

from chover.client.prompt.field import keep_printable, printable


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("as it is", "as it is"),
        ("a\x1ab", "ab"),
        ("a\x00\x07\x7f\x9bb", "ab"),
        ("two\r\nlines\rand\x0bmore", "two\nlines\nand\nmore"),
        ("a\tb\n", "a\tb\n"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x07", "link"),
        ("bold \x02 as IRC has it", "bold  as IRC has it"),
        ("end\x1b", "end"),
    ],
)
def test_no_control_character_stays(text, kept):
    assert printable(text) == kept


def test_the_cursor_stays_where_it_was():
    buffer = Buffer()
    keep_printable(buffer)
    buffer.document = Document("ab\x1bcd", 3)
    assert (buffer.text, buffer.cursor_position) == ("abd", 2)
    buffer.insert_text("\x1a!")
    assert (buffer.text, buffer.cursor_position) == ("ab!d", 3)
