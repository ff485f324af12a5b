"""Which names may be, when two are the same, and which masks cover them."""

import fnmatch
import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chover.names import (
    CHANNEL_BYTES,
    NICK_BYTES,
    BadName,
    as_nick,
    complete_mask,
    fold,
    fold_channel,
    fold_nick,
    is_channel,
    looks,
    mask_pattern,
    matches,
    skeleton,
    variants,
)

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.mark.parametrize(("one", "other"), [("Alice", "aLICE"), ("MÜLLER", "müller"), ("ａlice", "alice"), ("Σ", "σ")])
def test_names_that_differ_in_case_or_width_only_are_the_same(one, other):
    assert fold_nick(one) == fold_nick(other)


def test_by_ascii_only_the_letters_of_ascii_lose_their_case():
    assert fold("MÜLLER{}", "ascii") == "mÜller{}"


def test_brackets_and_braces_are_different_characters():
    assert fold_nick("a[]") != fold_nick("a{}")


@pytest.mark.parametrize("nick", ["alice", "a", "[away]", "müller", "张三", "`^_|", "a-1", "x" * NICK_BYTES])
def test_a_nick_may_be(nick):
    assert fold_nick(nick) == nick


@pytest.mark.parametrize(
    ("nick", "said"),
    [
        ("", "at least one"),
        ("x" * (NICK_BYTES + 1), "at most 32 bytes"),
        ("ü" * 17, "at most 32 bytes"),
        *[(first + "x", "does not begin") for first in "#~&@%+-$0123456789"],
        *[(f"a{char}b", "has no") for char in " ,*?.!@:\t\a\x7f"],
        ("a\u200bb", "has no"),
        ("♥", "letters"),
    ],
)
def test_a_nick_may_not_be_and_the_error_says_why(nick, said):
    with pytest.raises(BadName, match=said):
        fold_nick(nick)


@pytest.mark.parametrize("name", ["#a", "##a", "#grün", "#a:b", "#" + "x" * (CHANNEL_BYTES - 1)])
def test_a_channel_may_be_called(name):
    assert fold_channel(name) == name


@pytest.mark.parametrize("name", ["", "#", "##", "a", "&a", "#a b", "#a,b", "#a*", "#a?", "#a\a", "#" + "x" * 64, "#♥"])
def test_a_channel_may_not_be_called(name):
    with pytest.raises(BadName):
        fold_channel(name)


def test_channels_are_the_same_without_regard_to_case():
    assert fold_channel("#TEA") == fold_channel("#tea")


def test_what_begins_with_a_channel_type_is_meant_as_a_channel():
    assert is_channel("#")
    assert not is_channel("")
    assert not is_channel("alice")


@given(ANY_TEXT)
def test_any_text_becomes_a_nick_that_may_be(display):
    nick = as_nick(display)
    assert fold_nick(nick)
    assert len(nick.encode()) <= NICK_BYTES


@pytest.mark.parametrize(
    ("display", "nick"),
    [
        ("Alice", "Alice"),
        ("x9" * 20, "x9" * 16),
        ("Jane Doe", "Jane_Doe"),
        ("  padded ", "padded"),
        ("", "guest"),
        ("???", "guest"),
        ("9lives", "_9lives"),
        ("caf\ufffd", "caf"),
        ("♥x♥", "_x"),
        ("ü" * 20, "ü" * 16),
    ],
)
def test_the_nearest_nick_to(display, nick):
    assert as_nick(display) == nick


@given(st.sampled_from(["alice", "ü" * 16, "x" * 32, "a"]))
def test_variants_of_a_nick_are_within_the_limit_and_all_different(nick):
    some = list(itertools.islice(variants(nick), 120))
    assert len(set(some)) == 120
    assert all(len(one.encode()) <= NICK_BYTES for one in some)
    assert all(fold_nick(one) for one in some)


@pytest.mark.parametrize(("one", "other"), [("аlice", "alice"), ("раураl", "paypal"), ("οlive", "olive")])
def test_names_of_lookalike_letters_have_one_skeleton(one, other):
    assert fold_nick(one) != fold_nick(other)
    assert skeleton(fold_nick(one)) == skeleton(other)


def test_a_name_within_ascii_is_its_own_skeleton():
    assert skeleton("rn1l0o") == "rn1l0o"


@pytest.mark.parametrize("name", ["müller", "张三", "привет"])
def test_an_ordinary_foreign_name_is_told_from_others(name):
    assert skeleton(name) != skeleton("alice")


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("Alice", "alice!*@*"),
        ("*@host", "*!*@host"),
        ("a!b@c", "a!b@c"),
        ("a!b", "a!b@*"),
        ("!@", "*!*@*"),
        ("a!@x", "a!*@x"),
        ("*!*@2001:db8::1", "*!*@2001:db8::1"),
        ("A:Bob", "account:bob"),
        ("u:*@Host", "U:*!*@host"),
        ("unauthed:bob", "U:bob!*@*"),
        ("realname:Cheap watches", "r:cheap?watches"),
        ("mute:U:eve", "m:U:eve!*@*"),
        ("m:a:Eve", "m:account:eve"),
    ],
)
def test_a_mask_is_completed(given, whole):
    assert complete_mask(given) == whole


MASK = st.text(st.sampled_from("ab!*?.["), max_size=12)


@given(MASK, st.text(st.sampled_from("ab!.["), max_size=12))
def test_a_mask_covers_what_a_shell_pattern_would(mask, text):
    shell = mask.replace("[", "[[]")
    assert bool(mask_pattern(mask).fullmatch(text)) is fnmatch.fnmatchcase(text, shell)


def test_a_mask_covers_without_regard_to_case():
    assert matches("*!*@*.guest", "Alice!~A@X.GUEST")
    assert not matches("bob!*@*", "alice!~a@x")


def test_no_mask_takes_longer_than_a_moment():
    began = time.process_time()
    assert not mask_pattern("*a" * 16 + "*b").fullmatch("a" * 64)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("alice", "Alice"), ("alice", "aIice"), ("Ian", "lan"), ("max1", "maxl"), ("bob", "b0b"), ("modern", "modem"),
        ("alice", "\u0430lice"), ("alice", "ali\u200bce"), ("alice", "alice\ufe0f"), ("alice", " @alice."),
        ("alice", "ａｌｉｃｅ"), ("AliceL", "Alice L"), ("alice", "alice\u3164"), ("alice", "\u2060alice\U000e0100"),
    ],
)  # fmt: skip
def test_names_that_can_be_taken_for_each_other_share_a_look(one, other):
    assert looks(one) & looks(other)


@pytest.mark.parametrize(
    ("one", "other"), [("al", "ai"), ("alice", "alice2"), ("zoë", "zoe"), ("ann", "anna"), ("张三", "张四")]
)
def test_names_that_differ_to_the_eye_share_none(one, other):
    assert not looks(one) & looks(other)


@pytest.mark.parametrize("name", ["", " ", "\u200b\u2060", "\u3164", "\u2800\ufe0f"])
def test_what_shows_nothing_looks_like_nothing(name):
    assert looks(name) == frozenset()


@pytest.mark.parametrize("name", ["🐱", "!!!", "_", "-"])
def test_a_name_of_signs_is_seen(name):
    assert looks(name)


@given(ANY_TEXT)
def test_any_text_looks_the_same_with_spaces_around_it(name):
    assert not looks(name) or looks(name) & looks(f" {name} ")
