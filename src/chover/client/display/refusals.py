"""What a refusal of the server means, in words: the same table as the page's (web/tables/refusals.js, web/refusals.js).

In English the server's own words are shown, which say what happened and what to do, unless they are about two things:
"ann #tea: is already on channel" is no sentence. In another language those of the table are shown, which are
translated. Whatever it does not know is shown as the server says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from chover.client.tables import load
from chover.i18n import ENGLISH, _, language
from chover.wire.message import Message
from chover.wire.plain import harmless

Pairs = list[tuple[str, str]]
"""What the server says, with … for any text, and what a person reads."""
ABOUT_ONE: Final = 3
"""Parameters of a numeric that is about one thing: whom it is said to, the thing, the words."""
_NAMED: Final = re.compile(r"\{(\w)\}")
_OF_A_PAGE: Final = re.compile(r"\b(?:page|menu)\b")
"""Words that help only somebody who looks at the page."""


@cache
def _refusals() -> dict[str, Pairs]:
    return load("refusals", dict[str, Pairs], export="REFUSALS")


@cache
def _reasons() -> Pairs:
    return load("refusals", Pairs, export="REASONS")


def told(message: Message) -> str:
    """A refusal as a person reads it, ready to be shown. ``message`` has a parameter."""
    return harmless(in_words(message) or message.params[-1])


def in_words(message: Message) -> str:
    """The refusal in this person's language; "" where the server's own words are better, or the table has none."""
    fails = message.command == "FAIL"
    if not message.params or (language() == ENGLISH and (fails or len(message.params) <= ABOUT_ONE)):
        return ""
    code = "".join(message.params[1:2]) if fails else message.command
    pairs = (pair for pair in _refusals().get(code, []) if not _OF_A_PAGE.search(pair[1]))
    return _worded(pairs, message.params[-1], message.params[2 if fails else 1 : -1])


def _worded(pairs: Iterable[tuple[str, str]], said: str, about: Sequence[str]) -> str:
    for form, words in pairs:
        found = _form(form).fullmatch(said)
        if found and all(int(at) <= len(about) for at in _NAMED.findall(words) if at.isdigit()):
            return _filled(_(words), found.groups(), about)
    return ""


@cache
def _form(form: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(map(re.escape, form.split("…"))), re.DOTALL)


def _filled(words: str, texts: Sequence[str], about: Sequence[str]) -> str:
    def value(place: re.Match[str]) -> str:
        at = place[1]
        return about[int(at) - 1] if at.isdigit() else _reason(texts[ord(at) - ord("a")])

    return _NAMED.sub(value, words)


def _reason(said: str) -> str:
    return _worded(_reasons(), said, ()) or said.removesuffix(".")
