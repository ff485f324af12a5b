"""What is known of somebody."""

from __future__ import annotations

import msgspec


class KnownUser(msgspec.Struct, frozen=True):
    nick: str
    account: str = ""
    """"" for guests, and where it is not known."""
    realname: str = ""
    away: bool = False
