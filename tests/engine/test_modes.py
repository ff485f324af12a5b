"""One table of modes, from which everything else about them follows."""

import pytest

from chover.engine.modes import (
    CHANNEL_MODES,
    PREFIXES,
    RANKS,
    Kind,
    ModeRequest,
    chanmodes,
    format_changes,
    parse,
    takes_arg,
)


def test_every_mode_has_a_meaning_and_members_modes_a_prefix():
    assert all(mode.meaning for mode in CHANNEL_MODES.values())
    assert all(bool(mode.prefix) is (mode.kind is Kind.MEMBER) for mode in CHANNEL_MODES.values())


def test_ranks_and_prefixes_are_highest_first():
    assert RANKS == "qaohv"
    assert "".join(PREFIXES[rank] for rank in RANKS) == "~&@%+"


def test_the_token_lists_every_mode_that_is_no_members_once():
    token = chanmodes()
    assert token == "Ibe,k,Wdfjl,CEMRUimnstu"
    assert sorted(token.replace(",", "") + RANKS) == sorted(CHANNEL_MODES)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("+m", [ModeRequest(True, "m")]),
        ("m", [ModeRequest(True, "m")]),
        ("+o-v alice bob", [ModeRequest(True, "o", "alice"), ModeRequest(False, "v", "bob")]),
        ("-l+k 5", [ModeRequest(False, "l"), ModeRequest(True, "k", "5")]),
        ("-k key", [ModeRequest(False, "k", "key")]),
        ("b", [ModeRequest(True, "b")]),
        ("+?o x", [ModeRequest(True, "?"), ModeRequest(True, "o", "x")]),
        ("+-", []),
        ("-+-i", [ModeRequest(False, "i")]),
        ("+m too many", [ModeRequest(True, "m")]),
    ],
)
def test_words_are_taken_apart_into_single_changes(words, wanted):
    assert list(parse(words.split())) == wanted


@pytest.mark.parametrize(
    ("letter", "set_", "taken"),
    [("o", True, True), ("b", True, True), ("k", True, True), ("l", True, False), ("i", False, False)],
)
def test_which_modes_take_a_parameter(letter, set_, taken):
    mode = CHANNEL_MODES[letter]
    assert (takes_arg(mode, add=True), takes_arg(mode, add=False)) == (set_, taken)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([(True, "o", "alice"), (False, "i", "")], ["+o-i", "alice"]),
        ([(True, "m", ""), (True, "l", "5"), (True, "v", "bob")], ["+mlv", "5", "bob"]),
        ([(False, "k", "*")], ["-k", "*"]),
    ],
)
def test_changes_are_the_words_of_a_mode_line(changes, words):
    assert format_changes(changes) == words


def test_what_is_formatted_is_parsed_as_it_was():
    changes = [(True, "o", "a"), (False, "l", ""), (False, "k", "*"), (True, "b", "x!*@*"), (True, "i", "")]
    assert list(parse(format_changes(changes))) == [ModeRequest(*change) for change in changes]
