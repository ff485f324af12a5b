"""Messages that are more than text: actions, and requests between programs (https://modern.ircdocs.horse/ctcp)."""

from __future__ import annotations

from typing import Final

_MARK: Final = "\x01"
_ACTION: Final = "\x01ACTION "


def action(text: str) -> str | None:
    """The text of an action (``/me waves``: "waves"), None for anything else."""
    return text.removeprefix(_ACTION).removesuffix(_MARK) if text.startswith(_ACTION) else None


def between_programs(text: str) -> bool:
    """Whether it is a request or an answer that people are not meant to read."""
    return text.startswith(_MARK) and not text.startswith(_ACTION)


def as_text(nick: str, text: str) -> str:
    """For clients that know only text: ``* nick waves`` for an action, nothing for messages between programs."""
    done = action(text)
    if done is not None:
        return f"* {nick} {done}"
    return "" if between_programs(text) else text
