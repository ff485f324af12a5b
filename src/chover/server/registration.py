"""What a connection has said about itself before it is a user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

REALNAME_BYTES: Final = 150
"""Longest real name (NAMELEN)."""


@dataclass(slots=True)
class Registration:
    nick: str = ""
    username: str = ""
    realname: str = ""
    password: str = ""
    away: str = ""
    """What AWAY said before there was a user (draft/pre-away)."""
    negotiating: bool = False
    """CAP was begun and not ended: registration waits."""

    @property
    def complete(self) -> bool:
        return bool(self.nick and self.username) and not self.negotiating
