"""What every new user is told about the server: MOTD and LUSERS (RFC 2812, 3.4.1 and 3.4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session


def motd(session: Session) -> None:
    text = session.node.config.server.motd
    if not text:
        session.reply(Err.NOMOTD, "This server has no message of the day")
        return
    session.reply(Rpl.MOTDSTART, f"- {session.node.name} Message of the day -")
    for line in text.splitlines():
        session.reply(Rpl.MOTD, f"- {line}")
    session.reply(Rpl.ENDOFMOTD, "End of MOTD command")


def lusers(session: Session) -> None:
    node = session.node
    users = len(node.chat.users)
    hidden = len(node.chat.invisible)
    session.reply(Rpl.LUSERCLIENT, f"There are {users - hidden} users and {hidden} invisible on 1 servers")
    session.reply(Rpl.LUSEROP, str(len(node.chat.operators)), "IRC Operators online")
    unknown = node.presence.unregistered.now() + sum(peer.unregistered for peer in node.presence.where.peers.values())
    session.reply(Rpl.LUSERUNKNOWN, str(unknown), "unregistered connections")
    session.reply(Rpl.LUSERCHANNELS, str(len(node.chat.channels)), "channels formed")
    session.reply(Rpl.LUSERME, f"I have {users} clients and 0 servers")
    most = str(max(node.most_users, users))
    session.reply(Rpl.LOCALUSERS, str(users), most, f"Current local users {users}, max {most}")
    session.reply(Rpl.GLOBALUSERS, str(users), most, f"Current global users {users}, max {most}")
