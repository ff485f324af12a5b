"""What a text consists of for those who search in it, and what they look for: pure, the same for every database.

A text is folded (NFKC, case, diacritics of Latin, Greek and Cyrillic letters) and cut into words: runs of letters,
digits and their marks. Scripts that put no space between words are kept as pairs of neighbouring characters and, at
the end of a run, its last one, so that a search for one character finds it anywhere. An emoji is a word, without its
modifiers. Addresses fall apart at their punctuation. Formatting codes of IRC are nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

LONGEST: Final = 64
"""Characters of a word that count; what follows them is not told apart."""
GOES_ON: Final = 3
"""Characters from which on the last word of a search, while it is typed, stands for all that begin with it."""
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
    """Words that stand side by side. ``goes_on``: the last may be longer; ``without``: they must not be there."""

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
    """What is said in a message: of an action what is done, of any other request of a client to a client nothing."""
    if not text.startswith("\x01"):
        return text
    return text.removeprefix(_ACTION).rstrip("\x01") if text.startswith(_ACTION) else ""


def words(text: str) -> list[str]:
    """The words of a text, in their order."""
    # Printable text has no formatting codes, which is cheaper to see than to look for them.
    folded = fold(text if text.isprintable() else _FORMATTING.sub("", text))
    if folded.isascii():
        found: list[str] = _PLAIN_WORD.findall(folded)
        return found if len(folded) <= LONGEST else [word[:LONGEST] for word in found]
    return [word for word, _ in _any_words(folded)]


def terms(text: str) -> list[Term]:
    """What a search asks for: all words, "phrases", -without, begin*; the last word may be one that is still typed."""
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
    """Whether the words of a text are what is asked for."""
    return all(_holds(said, term) is not term.without for term in sought)


def phrase(text: str) -> tuple[str, ...]:
    """A name or a phrase as it would be looked for."""
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
    """The words of a text that is looked for: what ends it may go on in what is found."""
    folded = fold(_FORMATTING.sub("", text))
    if folded.isascii():
        return words(folded)
    found = list(_any_words(folded))
    # The last character alone is there for those who look for it alone.
    return [word for word, spare in found[:-1]] + [word for word, spare in found[-1:] if not spare]


def _lone(word: str) -> bool:
    return len(word) == 1 and _kind(word) == UNSPACED


def _any_words(folded: str) -> Iterator[tuple[str, bool]]:
    """The words, and whether one only repeats the end of the one before it."""
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
    # What belongs to the sign before it: variation selectors, tags.
    if "\ufe00" <= char <= "\ufe0f" or char >= "\U000e0000":
        return NOTHING
    category = unicodedata.category(char)
    return WORD if category[0] in "LNM" else SIGN if category == "So" else NOTHING
