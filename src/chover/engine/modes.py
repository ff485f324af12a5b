"""The modes of channels: one table that feeds MODE, ISUPPORT, 004, the rights and HELP."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple


class Kind(enum.Enum):
    """How a mode takes its parameter (modern.ircdocs.horse, "CHANMODES"); the values are their order there."""

    MEMBER = "prefix"
    LIST = "A"
    ALWAYS = "B"
    WHEN_SET = "C"
    FLAG = "D"


class Mode(NamedTuple):
    letter: str
    kind: Kind
    meaning: str
    prefix: str = ""


CHANNEL_MODES: Final[dict[str, Mode]] = {
    mode.letter: mode
    for mode in (
        Mode("q", Kind.MEMBER, "founder of the channel", "~"),
        Mode("a", Kind.MEMBER, "protected operator", "&"),
        Mode("o", Kind.MEMBER, "channel operator", "@"),
        Mode("h", Kind.MEMBER, "half-operator: may kick, give voice, and manage bans", "%"),
        Mode("v", Kind.MEMBER, "may speak when the channel is moderated", "+"),
        Mode("b", Kind.LIST, "mask of people who may neither join nor speak"),
        Mode("e", Kind.LIST, "people whom bans and mutes do not affect"),
        Mode("I", Kind.LIST, "people who need no invitation"),
        Mode("k", Kind.ALWAYS, "key that is needed to join"),
        Mode("d", Kind.WHEN_SET, "seconds before people without a rank may speak after joining"),
        Mode("f", Kind.WHEN_SET, "channel to which people who cannot join are sent"),
        Mode("j", Kind.WHEN_SET, "how many people may join in how many seconds (3:10)"),
        Mode("l", Kind.WHEN_SET, "largest number of members"),
        Mode("W", Kind.WHEN_SET, "slow mode: seconds between two messages of a member without a rank"),
        Mode("C", Kind.FLAG, "no CTCP except actions"),
        Mode("E", Kind.FLAG, "roleplay: NPC, NPCA, SCENE"),
        Mode("M", Kind.FLAG, "only accounts and voiced members may speak"),
        Mode("R", Kind.FLAG, "only accounts may join"),
        Mode("U", Kind.FLAG, "only operators see what plain members say"),
        Mode("i", Kind.FLAG, "only invited people may join"),
        Mode("m", Kind.FLAG, "only operators and voiced members may speak"),
        Mode("n", Kind.FLAG, "only members may speak"),
        Mode("s", Kind.FLAG, "hidden from people outside"),
        Mode("t", Kind.FLAG, "only operators set the topic"),
        Mode("u", Kind.FLAG, "auditorium: only people with a rank see plain members"),
    )
}

RANKS: Final = "".join(m.letter for m in CHANNEL_MODES.values() if m.kind is Kind.MEMBER)
"""Member modes, highest first."""
ROLES: Final = {
    "founder": "q", "admin": "a", "op": "o", "operator": "o", "halfop": "h", "voice": "v", "none": "",
    **{rank: rank for rank in RANKS},
}  # fmt: skip
"""The words for a rank; ``none`` removes it."""
OPERATORS: Final = "qao"
"""Ranks with the rights of an operator."""
HEIRS: Final = "qaoh"
"""Ranks that may become founder when the founder is gone, the first before the last."""
PREFIXES: Final = {m.letter: m.prefix for m in CHANNEL_MODES.values() if m.prefix}
RANK_OF: Final = {prefix: rank for rank, prefix in PREFIXES.items()}
"""The member mode of each prefix (STATUSMSG)."""
BOT: Final = "B"
OPERATOR: Final = "o"
"""The user mode of the server's operators."""
USER_MODES: Final = {
    BOT: "a program, marked as one",
    "g": "accepts private messages only from people on the accept list (ACCEPT)",
    "i": "hidden from people who share no channel",
    "o": "operator of the server; set by OPER",
    "R": "accepts private messages only from accounts and people on the accept list (ACCEPT)",
    "T": "accepts no CTCP except actions",
    "w": "gets what operators say to everybody (WALLOPS)",
}
SELECTIVE: Final = frozenset("gR")
"""User modes that admit only people on the accept list."""
KEPT_USER_MODES: Final = "RTg"
"""Modes that an account keeps: its owner's choice of what to receive."""


def throttle(arg: str) -> tuple[int, int]:
    """The parts of ``3:10`` (+j): how many may join, and in how many seconds."""
    most, _, seconds = arg.partition(":")
    return int(most), int(seconds)


def chanmodes() -> str:
    """The value of the CHANMODES token."""
    kinds = (Kind.LIST, Kind.ALWAYS, Kind.WHEN_SET, Kind.FLAG)
    return ",".join("".join(sorted(m.letter for m in CHANNEL_MODES.values() if m.kind is kind)) for kind in kinds)


class ModeRequest(NamedTuple):
    """One requested change. ``arg`` is empty if the mode takes none or none was given.

    ``until``: when an entry of a list ends, in milliseconds since 1970; 0: never.
    """

    add: bool
    mode: str
    arg: str = ""
    until: int = 0


def takes_arg(mode: Mode, *, add: bool) -> bool:
    return mode.kind in {Kind.MEMBER, Kind.LIST, Kind.ALWAYS} or (mode.kind is Kind.WHEN_SET and add)


def parse(words: Sequence[str]) -> Iterator[ModeRequest]:
    """``["+ov-i", "alice", "bob"]`` as single changes; unknown letters have no argument."""
    args = iter(words[1:])
    add = True
    for letter in words[0]:
        if letter in "+-":
            add = letter == "+"
            continue
        mode = CHANNEL_MODES.get(letter)
        yield ModeRequest(add, letter, next(args, "") if mode and takes_arg(mode, add=add) else "")


def format_changes(changes: Sequence[tuple[bool, str, str]]) -> list[str]:
    """Changes as the words of a MODE line: ``["+o-i", "alice"]``."""
    letters = ""
    sign = None
    for add, mode, _ in changes:
        if add is not sign:
            letters += "+" if add else "-"
            sign = add
        letters += mode
    return [letters, *(arg for _, _, arg in changes if arg)]
