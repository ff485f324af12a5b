r"""What a message mentions: one rule for push, for missed messages, and for the clients (the web client has the same).

A message mentions somebody when one of their words stands in it as a whole word, folded as names are: the nick, the
name of the account, or a word that they chose; or when it answers a message of theirs. Never when they ignore its
author. No word ends inside a longer one:

- Letters, digits, ``_`` and the marks on them go on. So does what is joined to more of them by one of ``-.@|^[]{}\``
  (``ann-marie``, ``ann[away]``, ``ann@example.org``), while ``ann's``, ``@ann``, ``ann:`` and ``[ann]`` are ann.
- Scripts without spaces between words (Han, Hiragana, Thai …) end anywhere, Hangul and Katakana where another begins.
- ``don't`` is not don, ``#ann`` is a channel, and an address of the web is none of the words in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

_FORMATTING: Final = re.compile(
    "\x03(?:[0-9]{1,2}(?:,[0-9]{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?|[\x00-\x08\x0e-\x1f\x7f]"
)
"""IRC formatting codes and control characters, which are not displayed."""
_WIDE: Final = re.compile("[\uff01-\uffef]+")
_ADDRESS: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+")
_CONNECTS: Final = frozenset("-.@|^[]{}\\\u2010\u2011")
_APOSTROPHES: Final = frozenset("'\u2019")
_JOINERS: Final = frozenset("\u00ad\u200c\u200d")

REPLY_TAGS: Final = ("+draft/reply", "+reply")

_LETTER, _HANGUL, _KATAKANA, _FREE = "letter", "hangul", "katakana", "free"
_SCRIPTS: Final = (
    (_FREE, re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u309f\u3400-\u4dbf\u4e00-\u9fff"
                       "\uf900-\ufaff\U00020000-\U0003ffff]")),
    (_KATAKANA, re.compile("[\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]")),
    (_HANGUL, re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")),
)  # fmt: skip


def folded(text: str) -> str:
    """A text in the form in which names are compared, without formatting."""
    if not text.isprintable():
        text = _FORMATTING.sub("", text)
    if text.isascii():
        return text.lower()
    plain = _WIDE.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    return unicodedata.normalize("NFC", plain.lower())


class Matcher:
    """One person's words, prepared for matching. Use ``matcher`` to make it only once."""

    def __init__(self, words: Iterable[str]) -> None:
        forms = [[re.escape(part) for part in folded(word).split()] for word in words]
        patterns = dict.fromkeys(r"\s+".join(parts) for parts in forms if parts)
        self._each = [re.compile(pattern) for pattern in patterns]
        self._any = re.compile("|".join(patterns)) if patterns else None

    def finds(self, text: str) -> bool:
        """Whether a folded text contains one of the words."""
        if self._any is None or self._any.search(text) is None:
            return False
        addresses = [found.span() for found in _ADDRESS.finditer(text)] if "://" in text or "www." in text else []
        return any(
            _whole(text, found.start(), found.end())
            and not any(start <= found.start() < end for start, end in addresses)
            for each in self._each
            for found in each.finditer(text)
        )


@lru_cache(maxsize=2048)
def matcher(words: tuple[str, ...]) -> Matcher:
    """The matcher for these words; the same words always give the same one."""
    return Matcher(words)


def mentions(text: str, own: Matcher, *, answers: bool = False, ignored: bool = False) -> bool:
    """Whether a folded text mentions the owner of ``own``. ``answers``: a message of theirs; ``ignored``: by them."""
    return not ignored and (answers or own.finds(text))


def answered(tags: Mapping[str, str]) -> str:
    """The msgid of the message that one with these tags answers, or empty."""
    return next((tags[name] for name in REPLY_TAGS if name in tags), "") if tags else ""


# ---- where a word ends


def _whole(text: str, start: int, end: int) -> bool:
    if text[start - 1 : start] == "#" and start:
        return False
    first, last = _kind(text[start]) or _LETTER, _last_kind(text, end) or _LETTER
    return not (_goes_on_before(text, start, first) or _goes_on_after(text, end, last))


def _goes_on_before(text: str, start: int, edge: str) -> bool:
    if start and text[start - 1] in _CONNECTS:
        start -= 1
    return _stick(_last_kind(text, start), edge)


def _goes_on_after(text: str, end: int, edge: str) -> bool:
    after = text[end : end + 3]
    if after and (_is_mark(after[0]) or _stick(edge, _kind(after[0]))):
        return True
    if after[:1] in _APOSTROPHES and after[1:2] == "t":
        return not _kind(after[2:])
    return after[:1] in _CONNECTS and _stick(edge, _kind(after[1:2]))


def _last_kind(text: str, end: int) -> str:
    """The kind of the letter before a position; combining marks belong to it."""
    while end and _is_mark(text[end - 1]):
        end -= 1
    return _kind(text[end - 1 : end]) if end else ""


def _stick(one: str, other: str) -> bool:
    return one == other and one not in {"", _FREE}


def _kind(char: str) -> str:
    """The group of a letter; "" for anything that is not a letter or digit."""
    if not char or char.isascii():
        return _LETTER if char.isalnum() or char == "_" else ""
    for kind, script in _SCRIPTS:
        if script.match(char):
            return kind
    return _LETTER if unicodedata.category(char)[0] in "LN" else ""


def _is_mark(char: str) -> bool:
    return not char.isascii() and (char in _JOINERS or unicodedata.category(char)[0] == "M")
