"""The terms of a text and of a search: pure functions, the same for every database.

A text is folded (NFKC, case, diacritics of Latin, Greek and Cyrillic letters) and cut into words: runs of letters,
digits and their marks. Scripts that put no space between words are kept as pairs of neighbouring characters and, at
the end of a run, its last one, so that a search for one character finds it anywhere. An emoji is a word, without its
modifiers. Addresses are split at their punctuation. Formatting codes of IRC are ignored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

LONGEST: Final = 64
"""Characters of a word that count; the rest is ignored."""
GOES_ON: Final = 3
"""From this length, the last word of a search, while it is typed, matches all words that begin with it."""
MOST: Final = 32
"""Terms of one search that count."""

_FORMATTING: Final = re.compile(
    "\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9a-fA-F]{6})?|[\x02\x0f\x11\x16\x1d-\x1f]"
)
_PLAIN_WORD: Final = re.compile("[a-z0-9]+")
_DIACRITIC: Final = re.compile("[\u0300-\u036f]")
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
_PIECE: Final = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_ACTION: Final = "\x01ACTION "

WORD, UNSPACED, SIGN, NOTHING = range(4)


class Term(NamedTuple):
    """Adjacent words. ``goes_on``: the last may be longer; ``without``: they must not occur."""

    words: tuple[str, ...]
    goes_on: bool = False
    without: bool = False


def fold(text: str) -> str:
    """The form in which two texts are compared."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", _DIACRITIC.sub("", apart))


def spoken(text: str) -> str:
    """The spoken text of a message: for an action its text, for any other CTCP message nothing."""
    if not text.startswith("\x01"):
        return text
    return text.removeprefix(_ACTION).rstrip("\x01") if text.startswith(_ACTION) else ""


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    # Printable text has no formatting codes, and checking that is cheaper than searching for them.
    folded = fold(text if text.isprintable() else _FORMATTING.sub("", text))
    if folded.isascii():
        found: list[str] = _PLAIN_WORD.findall(folded)
        return found if len(folded) <= LONGEST else [word[:LONGEST] for word in found]
    return [word for word, _ in _any_words(folded)]


def plain(text: str) -> bool:
    """Whether its words are its runs of ASCII letters and digits, none of them too long: any tokenizer cuts it."""
    if not (text.isascii() and text.isprintable()):
        return False
    # From space to space in steps as long as a word may be, because this is asked of each message.
    at, last = 0, len(text) - LONGEST
    while at < last:
        at = text.rfind(" ", at, at + LONGEST + 1) + 1
        if not at:
            return False
    return True


def terms(text: str) -> list[Term]:
    """The terms of a search: all words, "phrases", -without, begin*; the last word may still be incomplete."""
    found = []
    for minus, quoted, word in (match.groups(default="") for match in _PIECE.finditer(text)):
        without = bool(minus) or (word.startswith("-") and len(word) > 1)
        sought = _sought(quoted or word)
        if sought:
            begins = word.endswith("*") or _lone(sought[-1])
            found.append(Term(tuple(sought), begins, without))
    typing = found and not text.endswith(('"', " ")) and not found[-1].without
    if typing and len(found[-1].words[-1]) >= GOES_ON:
        found[-1] = found[-1]._replace(goes_on=True)
    return found[:MOST]


def matches(said: Sequence[str], sought: Sequence[Term]) -> bool:
    """Whether the words of a text match the terms."""
    return all(_holds(said, term) is not term.without for term in sought)


def phrase(text: str) -> tuple[str, ...]:
    """The words of a name or phrase, as a search would have them."""
    return tuple(_sought(text))


def _holds(said: Sequence[str], term: Term) -> bool:
    head, last = list(term.words[:-1]), term.words[-1]
    for place in range(len(said) - len(head)):
        word = said[place + len(head)]
        fits = word.startswith(last) if term.goes_on else word == last
        if fits and list(said[place : place + len(head)]) == head:
            return True
    return False


def _sought(text: str) -> list[str]:
    """The words of a search text. What ends it may be longer in what is found."""
    folded = fold(_FORMATTING.sub("", text))
    if folded.isascii():
        return words(folded)
    found = list(_any_words(folded))
    # The last character is kept alone for searches for that character.
    return [word for word, spare in found[:-1]] + [word for word, spare in found[-1:] if not spare]


def _lone(word: str) -> bool:
    return len(word) == 1 and _kind(word) == UNSPACED


def _any_words(folded: str) -> Iterator[tuple[str, bool]]:
    """The words, and whether each only repeats the end of the one before it."""
    for kind, run in groupby(folded, _kind):
        text = "".join(run)
        if kind == WORD:
            yield text[:LONGEST], False
        elif kind == UNSPACED:
            yield from ((one + other, False) for one, other in pairwise(text))
            yield text[-1], len(text) > 1
        elif kind == SIGN:
            yield from ((sign, False) for sign in text)


def _kind(char: str) -> int:
    if char.isascii():
        return WORD if char.isalnum() else NOTHING
    if _UNSPACED.match(char):
        return UNSPACED
    # Variation selectors and tags belong to the character before them.
    if "\ufe00" <= char <= "\ufe0f" or char >= "\U000e0000":
        return NOTHING
    category = unicodedata.category(char)
    return WORD if category[0] in "LNM" else SIGN if category == "So" else NOTHING
