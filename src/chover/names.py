"""Nicks, channel names and masks: what is allowed, and when two of them are equal.

Two names are the same when their folded forms are equal. Folding follows PRECIS (RFC 8265, UsernameCaseMapped;
advertised as ``UTF8MAPPING=rfc8265``) or plain ASCII, by setting.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Final, Literal

NICK_BYTES: Final = 32
CHANNEL_BYTES: Final = 64
CHANNEL_TYPES: Final = "#"

Mapping = Literal["precis", "ascii"]

# A space separates words, a comma names; * and ? are wildcards, a dot makes a server's name, ! and @ a mask,
# a colon a trailing word.
_NOT_IN_NICK: Final = frozenset(" ,*?.!@:/")
# Channel types, member prefixes and the minus of a mode come before names.
_NOT_FIRST: Final = frozenset("#~&@%+-$")
_NOT_IN_CHANNEL: Final = frozenset(" ,*?\a")


class BadName(ValueError):
    """An invalid name; ``str(error)`` says what is allowed."""


@cache
def _precis() -> Callable[[str], str]:
    # Importing takes 30 ms, and most servers never see a name beyond ASCII.
    from precis_i18n import get_profile  # noqa: PLC0415

    enforce = get_profile("UsernameCaseMapped").enforce
    return lambda name: str(enforce(name))


@lru_cache(maxsize=65536)
def fold(name: str, mapping: Mapping = "precis") -> str:
    """The form in which names are compared. Raises BadName for what PRECIS does not allow in a name."""
    if name.isascii() or mapping == "ascii":
        return name.translate(_ASCII_LOWER)
    try:
        return _precis()(name)
    except UnicodeError as error:
        raise BadName("use letters, digits and ordinary punctuation only") from error


_ASCII_LOWER: Final = {ord(c): ord(c) + 32 for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def is_channel(name: str) -> bool:
    return name[:1] in CHANNEL_TYPES and bool(name)


@lru_cache(maxsize=16384)
def fold_nick(nick: str, mapping: Mapping = "precis", limit: int = NICK_BYTES) -> str:
    """The folded nick. Raises BadName with what is allowed; ``limit`` is in bytes, inclusive."""
    if not nick:
        raise BadName("a nick has at least one character")
    if len(nick.encode()) > limit:
        raise BadName(f"a nick has at most {limit} bytes")
    if nick[0] in _NOT_FIRST or nick[0].isdigit():
        raise BadName("a nick does not begin with a digit, - or one of # ~ & @ % + $")
    if not nick.isprintable() or not _NOT_IN_NICK.isdisjoint(nick):
        raise BadName("a nick has no spaces and none of , * ? . ! @ :")
    if mapping == "ascii" and not nick.isascii():
        # Letters that are not folded would let two people have names that read the same.
        raise BadName("a nick has letters, digits and punctuation of ASCII only on this server")
    return fold(nick, mapping)


@lru_cache(maxsize=4096)
def fold_channel(name: str, mapping: Mapping = "precis", limit: int = CHANNEL_BYTES) -> str:
    """The folded channel name with its leading #s unchanged. Raises BadName with what is allowed."""
    bare = name.lstrip(CHANNEL_TYPES)
    if bare == name or not bare:
        raise BadName("a channel's name is # and at least one more character")
    if len(name.encode()) > limit:
        raise BadName(f"a channel's name has at most {limit} bytes")
    if not bare.isprintable() or not _NOT_IN_CHANNEL.isdisjoint(bare):
        raise BadName("a channel's name has no spaces and none of , * ?")
    return name[: len(name) - len(bare)] + fold(bare, mapping)


_PLAIN_NICK: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
"""Names of which every beginning is a nick."""


def as_nick(display: str, limit: int = NICK_BYTES, mapping: Mapping = "precis") -> str:
    """The nearest nick to any name: ``_`` for forbidden characters, cut to ``limit`` bytes, never empty."""
    if _PLAIN_NICK.fullmatch(display):
        return display[:limit] or "guest"
    if mapping == "ascii":
        display = in_ascii(display)
    nick = "".join("_" if c in _NOT_IN_NICK or not c.isprintable() or c == "\ufffd" else c for c in display.strip())
    if nick[:1] in _NOT_FIRST or nick[:1].isdigit():
        nick = "_" + nick
    nick = nick.encode()[:limit].decode(errors="ignore").rstrip("_") or "guest"
    try:
        fold(nick)
    except BadName:
        return as_nick(in_ascii(nick), limit)
    return nick


def in_ascii(name: str) -> str:
    """``_`` for each character beyond ASCII."""
    return "".join([c if c.isascii() else "_" for c in name])


def variants(nick: str, limit: int = NICK_BYTES) -> Iterator[str]:
    """nick2, nick3, … each within ``limit`` bytes: what to offer when a nick is taken."""
    number = 2
    while True:
        tail = str(number)
        yield nick.encode()[: limit - len(tail)].decode(errors="ignore") + tail
        number += 1


@lru_cache(maxsize=8192)
def skeleton(folded: str) -> str:
    """What a name looks like: each character beyond ASCII is replaced by the ASCII one that it resembles.

    Two names with the same skeleton are confusable (Unicode TR 39); ASCII names are their own skeleton.
    """
    return folded if folded.isascii() else "".join(_lookalike(c) for c in folded)


def _lookalike(char: str) -> str:
    if char.isascii():
        return char
    # This loads 60 ms of tables, which only names beyond ASCII need.
    from confusable_homoglyphs.confusables import is_confusable  # noqa: PLC0415

    found = is_confusable(char, greedy=True, preferred_aliases=[]) or []
    twins = [twin["c"] for entry in found for twin in entry["homoglyphs"] if twin["c"].isascii()]
    return min(twins, key=lambda twin: (len(twin), not twin.islower()), default=char).lower()


_STROKES: Final = str.maketrans({"I": "l", "1": "l", "|": "l", "0": "o", "O": "o"})
"""ASCII characters that look alike in many fonts."""
_PAIRS: Final = (("rn", "m"), ("vv", "w"))


@lru_cache(maxsize=4096)
def looks(name: str) -> frozenset[str]:
    """What a name of any text may be taken for on a screen, by case and by the shape of its letters.

    Two names that share a member look alike. Empty for a text that shows nothing. Stricter than ``skeleton``: ``lan``
    looks like ``Ian``, and spaces and symbols at the ends do not count.
    """
    plain = name if name.isascii() else _visible(unicodedata.normalize("NFKC", name))
    whole = "".join(plain.split())
    bare = whole.strip(_SIGNS) or whole
    shape = skeleton(bare.translate(_STROKES)).lower()
    for pair, letter in _PAIRS:
        shape = shape.replace(pair, letter)
    return frozenset({skeleton(bare.casefold()), shape} - {""})


_SIGNS: Final = " .,:;!?*'\"@#&%+~$()<>"
"""Around a name, they do not make it another name."""
_UNSEEN: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
"""Fillers: letters, marks and symbols by category that draw nothing."""


def _visible(name: str) -> str:
    return "".join(c for c in name if c not in _UNSEEN and unicodedata.category(c) not in _NO_SHAPE and not _selects(c))


_NO_SHAPE: Final = frozenset({"Cc", "Cf", "Cn", "Zl", "Zp"})


def _selects(char: str) -> bool:
    """Whether it is a variation selector."""
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef" or "\u180b" <= char <= "\u180f"


@lru_cache(maxsize=8192)
def mask_pattern(mask: str) -> re.Pattern[str]:
    """A folded mask of ``*`` (any run) and ``?`` (one character) as a pattern for the whole of a folded string.

    It matches in time that grows with the product of both lengths, whatever the mask.
    """
    first, *rest = [re.escape(part).replace(r"\?", ".") for part in re.sub(r"\*+", "*", mask).split("*")]
    if not rest:
        return re.compile(first, re.DOTALL)
    # Atomic: once a part is found it is not searched again, so no mask takes exponential time.
    middle = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return re.compile(f"{first}{middle}.*{rest[-1]}", re.DOTALL)


ACCOUNT = "account:"
"""Precedes the name of an account in a list of masks (https://ircv3.net/specs/extensions/account-extban)."""
MUTE = "m:"
"""Precedes a mask of a ban that allows joining but not speaking."""
GUEST = "U:"
"""Precedes a mask that covers only people who are not logged in."""
REALNAME = "r:"
"""Precedes a pattern for real names; a space in it is written as ``?``."""
_EXTBANS = {
    "a:": ACCOUNT, ACCOUNT: ACCOUNT, MUTE: MUTE, "mute:": MUTE,
    "u:": GUEST, "unauthed:": GUEST, REALNAME: REALNAME, "realname:": REALNAME,
}  # fmt: skip
EXTBANS: Final = "".join(sorted({kind[0] for kind in _EXTBANS.values()}))
"""The letters of the EXTBAN token; there is no sign before them."""
_NO_MASK: Final = {ACCOUNT, REALNAME}


def _extban(text: str) -> str:
    """The kind of entry that a text begins with; empty for a plain mask."""
    return _EXTBANS.get(text.lower().partition(":")[0] + ":", "") if ":" in text else ""


def covers_somebody(text: str) -> bool:
    """Whether something follows each prefix of a mask: not in ``a:`` or ``m:r:``."""
    kind = _extban(text)
    rest = text.partition(":")[2].strip()
    return not kind or (bool(rest) and (kind in _NO_MASK or covers_somebody(rest)))


def complete_mask(text: str) -> str:
    """``nick``, ``user@host`` or ``nick!user@host`` as a full ``nick!user@host`` mask, lower case.

    After ``m:`` or ``U:`` comes such a mask, too; after ``account:`` (or ``a:``) an account's name, and after ``r:`` a
    real name. Prefixes can be combined: ``m:U:*!*@*`` mutes everybody who is not logged in.
    """
    kind = _extban(text)
    if kind:
        rest = text.partition(":")[2]
        return kind + (rest.lower().replace(" ", "?") if kind in _NO_MASK else complete_mask(rest))
    nick, bang, rest = text.partition("!")
    if not bang:
        nick, rest = ("*", text) if "@" in text else (text, "*@*")
    user, at, host = rest.partition("@")
    return f"{nick or '*'}!{user or '*'}@{(host if at else '*') or '*'}".lower()


def account_of(mask: str) -> str:
    """The account's name, lower case, in a completed mask, also after ``m:``; empty for a pattern of names."""
    bare = mask.removeprefix(MUTE)
    name = bare.removeprefix(ACCOUNT)
    return name if bare.startswith(ACCOUNT) and not set("*?") & set(name) else ""


def matches(mask: str, text: str) -> bool:
    """Whether a completed mask covers a ``nick!user@host``, ignoring case."""
    return mask_pattern(mask).fullmatch(text.lower()) is not None
