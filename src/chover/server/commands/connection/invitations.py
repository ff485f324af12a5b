"""REDEEM: accepting an invitation (docs/protocol.md, "Invitations")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.ports import Denied, StoreError
from chover.server.identity import invitations
from chover.server.identity.welcome import register
from chover.server.session.command import Command
from chover.wire.message import Message

if TYPE_CHECKING:
    from chover.server.session.session import Session


async def redeem(session: Session, message: Message) -> None:
    token, name, password = (*message.params, "", "")[:3]
    try:
        await invitations.redeem(session, token, name, password)
    except Denied as denied:
        session.fail("REDEEM", denied.code, _shown(name or invitations.own_nick(session)), text=str(denied))
        return
    except StoreError as error:
        session.fail("REDEEM", "TEMPORARILY_UNAVAILABLE", _shown(name), text=f"That could not be saved: {error}")
        return
    if session.user is None and session.registration.complete:
        await register(session)


def _shown(name: str) -> str:
    """A name as a parameter in the middle of a line."""
    return name if name and " " not in name and not name.startswith(":") else "*"


# fmt: off
ROWS: Final = (
    Command("REDEEM", redeem, "REDEEM <token> [<name>|*] [:password]", "uses an invitation to join", 1, before=True),
)
# fmt: on
