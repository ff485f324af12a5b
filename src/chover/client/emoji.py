"""Emoji by their usual names, from the table that all clients share: for reactions, and after a colon."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import cache
from typing import Final

import msgspec

from chover.client.tables import load
from chover.i18n import _

_SIGNS: Final = "‼⁉〰"
_FIRST: Final = frozenset({"So", "Sm"})
_MORE: Final = _FIRST | {"Sk", "Mn", "Me"}
_KEYCAP: Final = re.compile("[0-9#*]\ufe0f?\u20e3")
_JOINER: Final = "\u200d"


class _Table(msgspec.Struct):
    short: list[str]
    long: list[str]


@cache
def known() -> tuple[tuple[str, str], ...]:
    """Names with their emoji; the short ones that people type come first."""
    table = load("emoji", _Table)
    short = [item.partition("=") for line in table.short for item in line.split("|")]
    pairs = [(name, mark) for names, _, mark in short for name in names.split(" ")]
    return (*pairs, *(_long(item) for line in table.long for item in line.split("|")))


def _long(item: str) -> tuple[str, str]:
    end = next(at for at, char in enumerate(item) if char.isascii() and char.isalnum())
    return item[end:].replace(" ", "_"), item[:end]


@cache
def _by_name() -> dict[str, str]:
    return dict(reversed(known()))


def _tidy(text: str) -> str:
    """A name in the form of the table."""
    bare = text.strip().removeprefix(":").removesuffix(":").lower()
    return re.sub(r"(?<=[a-z0-9])[\s_-]+(?=[a-z0-9])", "_", bare)


def find(text: str, most: int, own: Collection[str] = ()) -> list[tuple[str, str]]:
    """Emoji whose name begins with this, then those with a word that does, then those that contain it; each once.

    ``own`` are the names of the server's own emoji, which come first among equals.
    """
    wanted, bare = _tidy(text), text.strip().strip(":").lower()
    found: dict[str, str] = {}
    listed = [(name, f":{name}:") for name in sorted(own) if bare in name]
    for fits in (
        lambda name: name == wanted,
        lambda name: name.startswith(wanted),
        lambda name: f"_{wanted}" in name,
        lambda name: wanted in name,
    ):
        for name, mark in (*listed, *known()):
            if fits(name) or (mark == f":{name}:" and fits(name.replace("-", "_"))):
                found.setdefault(mark, name)
    return [(name, mark) for mark, name in found.items()][:most]


def emoji_of(text: str, own: Collection[str] = ()) -> str:
    """The emoji for a name, or for an emoji itself; "" if there is none. ``own``: as for ``find``."""
    bare = text.strip()
    if (name := bare.strip(":")) in own:
        return f":{name}:"
    return _by_name().get(_tidy(bare)) or (bare if _is_picture(bare) else "")


def _is_picture(text: str) -> bool:
    """Whether it is an emoji: a symbol with its joiners and modifiers, or a keycap. As in emoji.js."""
    if _KEYCAP.fullmatch(text):
        return True
    return bool(text) and _is_sign(text[0]) and all(_goes_on(char) for char in text[1:])


def _is_sign(char: str) -> bool:
    return not char.isascii() and (_is_new(char) or char in _SIGNS or unicodedata.category(char) in _FIRST)


def _is_new(char: str) -> bool:
    """Whether it is in a block of pictographs, which may contain some that this Python does not know yet."""
    return "\U0001f000" <= char <= "\U0001faff"


def _goes_on(char: str) -> bool:
    return not char.isascii() and (
        char == _JOINER or _is_new(char) or "\U000e0020" <= char <= "\U000e007f" or unicodedata.category(char) in _MORE
    )


def no_emoji(text: str) -> str:
    """The message for an unknown name."""
    near = find(text, 1)
    return _("There is no emoji called {name}.", name=text) + (
        _(" Did you mean {name}?", name=near[0][0]) if near else ""
    )
