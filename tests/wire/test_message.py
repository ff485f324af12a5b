"""One line of IRC: what is formatted is parsed as it was, and what is too long or no text is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chover.wire.message import (
    CLIENT_TAG_BYTES,
    LINE_BYTES,
    Message,
    ProtocolError,
    decode,
    escape,
    format_line,
    format_tags,
    needs_colon,
    parse,
    parse_tags,
    split_text,
    unescape,
)

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=40)
WORD = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n "), min_size=1, max_size=12)
MIDDLE = WORD.filter(lambda word: not word.startswith(":"))
KEY = st.from_regex(r"\+?([a-z.]{1,8}/)?[A-Za-z0-9-]{1,8}", fullmatch=True)
TAGS = st.dictionaries(KEY, st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12), max_size=4)
COMMAND = st.from_regex(r"[A-Z]{1,10}|[0-9]{3}", fullmatch=True)


@given(COMMAND, st.lists(MIDDLE, max_size=4), TEXT, st.one_of(st.just(""), MIDDLE), TAGS)
def test_a_line_is_parsed_as_it_was_formatted(command, middles, last, source, tags):
    line = format_line(command, *middles, last, source=source, tags=tags)
    assert parse(line) == Message(command, [*middles, last], source, tags)
    assert str(parse(line)) == line


@given(TAGS)
def test_tags_are_parsed_as_they_were_formatted(tags):
    text = format_tags(tags)
    assert parse_tags(text) == tags
    assert not set(text) & set(" \r\n")


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_a_tag_value_is_unescaped_as_it_was_escaped(value):
    assert unescape(escape(value)) == value


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        (r"a\:b", "a;b"),
        (r"a\sb", "a b"),
        (r"a\\b", r"a\b"),
        (r"a\r\nb", "a\r\nb"),
        (r"a\xb", "axb"),
        ("end\\", "end"),
        (r"\\s", r"\s"),
    ],
)
def test_a_tag_value_is_unescaped(wire, value):
    assert unescape(wire) == value


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("a=1;a=2", {"a": "2"}),
        ("a;b=", {"a": "", "b": ""}),
        ("", {}),
        (";;=x", {}),
        ("a=b=c", {"a": "b=c"}),
    ],
)
def test_odd_tags_are_taken_as_the_specification_says(text, tags):
    assert parse_tags(text) == tags


@pytest.mark.parametrize(
    ("line", "command", "params"),
    [
        ("PING", "PING", []),
        ("ping x", "PING", ["x"]),
        ("PRIVMSG #a :hello there", "PRIVMSG", ["#a", "hello there"]),
        ("PRIVMSG #a ::)", "PRIVMSG", ["#a", ":)"]),
        ("PRIVMSG #a :", "PRIVMSG", ["#a", ""]),
        ("PRIVMSG  #a   :x  y ", "PRIVMSG", ["#a", "x  y "]),
        ("   NICK a", "NICK", ["a"]),
        ("NICK a   ", "NICK", ["a"]),
        ("MODE #a +b :x :y", "MODE", ["#a", "+b", "x :y"]),
        ("PRIVMSG a:b :c", "PRIVMSG", ["a:b", "c"]),
        ("KICK  #a\u3000b c\td\x85e", "KICK", ["#a\u3000b", "c\td\x85e"]),
    ],
)
def test_a_line_is_taken_apart(line, command, params):
    assert parse(line) == Message(command, params)


def test_a_source_and_its_nick_are_found():
    message = parse("@a=b :alice!~a@host PRIVMSG #a :x")
    assert (message.source, message.nick, message.tags) == ("alice!~a@host", "alice", {"a": "b"})
    assert parse(":server 001").nick == "server"


@pytest.mark.parametrize("line", ["", "   ", "@a=b", "@a=b  ", ":source", ":source "])
def test_a_line_without_a_command_is_refused(line):
    with pytest.raises(ProtocolError) as caught:
        parse(line)
    assert caught.value.code == "EMPTY"


@pytest.mark.parametrize(("param", "needs"), [("", True), ("a b", True), (":a", True), ("a:b", False), ("a", False)])
def test_only_what_cannot_stand_without_it_gets_a_colon(param, needs):
    assert needs_colon(param) is needs


def test_a_line_of_the_most_bytes_is_read_and_one_more_is_refused():
    line = b"PRIVMSG #a :".ljust(LINE_BYTES - 2, b"x")
    assert decode(line)
    with pytest.raises(ProtocolError) as caught:
        decode(line + b"x")
    assert caught.value.code == "INPUT_TOO_LONG"


def test_tags_have_their_own_limit_beside_the_lines():
    line = b"PRIVMSG #a :".ljust(LINE_BYTES - 2, b"x")
    tags = b"@".ljust(1 + CLIENT_TAG_BYTES, b"a")
    assert len(parse(decode(tags + b" " + line)).tags) == 1
    for long in (tags + b"a " + line, tags + b" " + line + b"x", tags + b"a"):
        with pytest.raises(ProtocolError) as caught:
            decode(long)
        assert caught.value.code == "INPUT_TOO_LONG"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"PRIVMSG #a :\xff", "INVALID_UTF8"),
        (b"PRIVMSG #a :\xed\xa0\x80", "INVALID_UTF8"),
        (b"PRIVMSG #a :\xc3", "INVALID_UTF8"),
        (b"PRIVMSG #a :a\0b", "INVALID_CHARACTER"),
        (b"PRIVMSG #a :a\r:evil!e@e PRIVMSG #a :b", "INVALID_CHARACTER"),
    ],
)
def test_what_is_no_line_of_text_is_refused(raw, code):
    with pytest.raises(ProtocolError) as caught:
        decode(raw)
    assert caught.value.code == code


@settings(deadline=None)  # the first text imports the tables of graphemes
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=200), st.integers(8, 40))
def test_split_text_keeps_every_character_within_the_limit(text, limit):
    pieces = split_text(text, limit)
    assert all(len(piece.encode()) <= limit for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    assert len("".join(pieces)) >= len(text) - (len(pieces) - 1)


@given(st.text("añ字😀", max_size=60), st.integers(4, 20))
def test_text_without_spaces_is_cut_and_nothing_is_lost(text, limit):
    pieces = split_text(text, limit)
    assert "".join(pieces) == text
    assert all(len(piece.encode()) > limit - 4 for piece in pieces[:-1])


def test_text_is_cut_at_a_space_where_there_is_one():
    assert split_text("hello wide world", 11) == ["hello wide", "world"]
    assert split_text("", 8) == [""]
    assert split_text("12345678", 8) == ["12345678"]
