"""Why a verb may refuse. A refusal is expected, carries data, and one table of the server turns it into a line."""

from __future__ import annotations

import enum


class Why(enum.Enum):
    NO_SUCH_NICK = enum.auto()
    NO_SUCH_CHANNEL = enum.auto()
    BAD_CHANNEL_NAME = enum.auto()
    BAD_NICK = enum.auto()
    NICK_IN_USE = enum.auto()
    NICK_RESERVED = enum.auto()
    NICK_HELD = enum.auto()
    LOOKS_TAKEN = enum.auto()
    NOT_ON_CHANNEL = enum.auto()
    NOT_ON_THAT_CHANNEL = enum.auto()
    ALREADY_ON_CHANNEL = enum.auto()
    TOO_MANY_CHANNELS = enum.auto()
    CANNOT_SEND = enum.auto()
    NO_TEXT = enum.auto()
    TOO_LONG = enum.auto()
    BANNED = enum.auto()
    INVITE_ONLY = enum.auto()
    ACCOUNT_NEEDED = enum.auto()
    BAD_KEY = enum.auto()
    FULL = enum.auto()
    THROTTLED = enum.auto()
    NOT_OPERATOR = enum.auto()
    UNKNOWN_MODE = enum.auto()
    BAD_MODE_ARG = enum.auto()
    LIST_FULL = enum.auto()
    TOO_MANY_PINS = enum.auto()
    NO_PRIVILEGE = enum.auto()
    CANNOT_REACH = enum.auto()
    ACCOUNTS_ONLY = enum.auto()
    ACCEPTED_ONLY = enum.auto()
    ALREADY_REGISTERED = enum.auto()
    NOT_FOUNDER = enum.auto()
    NAME_IN_USE = enum.auto()
    CANNOT_RENAME = enum.auto()
    CHANNEL_RENAMED = enum.auto()


class Refusal(Exception):
    """``subject`` are the names that the answer mentions, in the order of its numeric; ``hint`` is for people."""

    def __init__(self, why: Why, *subject: str, hint: str = "") -> None:
        super().__init__(why.name, *subject)
        self.why = why
        self.subject = subject
        self.hint = hint
