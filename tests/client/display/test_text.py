from hypothesis import given, settings
from hypothesis import strategies as st

from chover.client.display.text import Span, Style, clusters, dotted, fit, pad, plain, spans, width, wrap


def texts(rows):
    return ["".join(span.text for span in row) for row in rows]


def wrapped(text, columns):
    return texts(wrap(spans(text), columns))


def test_rows_are_cut_at_spaces_and_long_words_where_they_must_be():
    assert wrapped("the quick brown fox", 10) == ["the quick", "brown fox"]
    assert wrapped("abcdefghijkl mno", 5) == ["abcde", "fghij", "kl", "mno"]
    assert wrapped("", 5) == [""]
    assert wrapped("exactly ten", 7) == ["exactly", "ten"]


def test_wide_characters_count_twice_and_are_never_cut():
    assert wrapped("日本語テスト", 5) == ["日本", "語テ", "スト"]
    assert wrapped("ab 日本 cd", 6) == ["ab", "日本", "cd"]
    assert wrapped("日本 ab cd", 7) == ["日本 ab", "cd"]


def test_a_character_stays_with_what_combines_with_it():
    assert list(clusters("e\u0301x")) == [("e\u0301", 1), ("x", 1)]
    assert list(clusters("👩\u200d🚀!")) == [("👩\u200d🚀", 2), ("!", 1)]
    assert list(clusters("❤\ufe0f")) == [("❤\ufe0f", 2)]
    assert width("e\u0301") == 1


def test_what_is_too_long_ends_in_an_ellipsis_within_its_columns():
    assert fit(plain("abcdef"), 4) == "abc…"
    assert fit(plain("日本語"), 4) == "日…"
    assert fit(plain("abc"), 0) == ""
    assert pad(plain("ab"), 4, right=True) == "  ab"
    assert pad(plain("日本語"), 4) == "日… "


@settings(deadline=None)
@given(st.text(max_size=80), st.integers(2, 30))
def test_no_row_is_wider_than_it_may_be_and_nothing_but_spaces_is_lost(text, columns):
    line = spans(text)
    rows = texts(wrap(line, columns))
    assert all(width(row) <= columns for row in rows)
    assert "".join(rows).replace(" ", "") == "".join(span.text for span in line).replace(" ", "")


@settings(deadline=None)
@given(st.text())
def test_no_control_character_and_no_bidi_control_is_left(text):
    for clean in (plain(text), "".join(span.text for span in spans(text))):
        assert not [char for char in clean if not char.isprintable() and char != "\u200d" and char in plain_never(char)]


def plain_never(char):
    """The character, if it must not come through."""
    code = ord(char)
    never = code < 0x20 or 0x7F <= code < 0xA0 or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
    return char if never or code in {0x200E, 0x200F, 0x061C} else ""


@settings(deadline=None)
@given(st.text())
def test_dots_stand_one_for_one(text):
    assert len(dotted(text)) == len(text)


def test_formatting_codes_become_styles():
    assert spans("a\x02b\x02 \x1dc\x0f d") == [
        Span("a"),
        Span("b", Style(bold=True)),
        Span(" "),
        Span("c", Style(italic=True)),
        Span(" d"),
    ]
    assert spans("\x034,1red\x03 not") == [Span("red", Style(fore=4, back=1)), Span(" not")]
    assert spans("\x03") == [Span("")]


def test_an_address_that_is_wrapped_leads_to_the_same_place_from_each_row():
    rows = wrap(spans("look: https://example.org/a/very/long/path/indeed here"), 20)
    assert {span.link for row in rows for span in row if span.link} == {"https://example.org/a/very/long/path/indeed"}
    assert len(rows) > 2
