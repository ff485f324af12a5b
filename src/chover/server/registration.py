"""What a connection has said about itself before it is a user."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Registration:
    nick: str = ""
    username: str = ""
    realname: str = ""
    password: str = ""
    negotiating: bool = False
    """CAP was begun and not ended: registration waits."""

    @property
    def complete(self) -> bool:
        return bool(self.nick and self.username) and not self.negotiating
