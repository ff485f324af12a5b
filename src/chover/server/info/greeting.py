"""What every new user is told about the server: MOTD and LUSERS (RFC 2812, 3.4.1 and 3.4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chover.server.session.answers import numeric_lines
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Node, Session


def motd(session: Session) -> None:
    if session.node.config.server.motd:
        session.reply_lines(session.node.fixed_lines.of(session.node, _motd))
    else:
        session.reply(Err.NOMOTD, "This server has no message of the day")


def _motd(node: Node) -> str:
    text = node.config.server.motd
    return numeric_lines(
        node.name,
        [
            (Rpl.MOTDSTART, f":- {node.name} Message of the day -"),
            *((Rpl.MOTD, f":- {line}") for line in text.splitlines()),
            (Rpl.ENDOFMOTD, ":End of MOTD command"),
        ],
    )


def lusers(session: Session) -> None:
    node = session.node
    users = len(node.chat.users)
    hidden = len(node.chat.invisible)
    unknown = node.presence.unregistered.now() + sum(peer.unregistered for peer in node.presence.where.peers.values())
    most = max(node.most_users, users)
    rows = [
        (Rpl.LUSERCLIENT, f":There are {users - hidden} users and {hidden} invisible on 1 servers"),
        (Rpl.LUSEROP, f"{len(node.chat.operators)} :IRC Operators online"),
        (Rpl.LUSERUNKNOWN, f"{unknown} :unregistered connections"),
        (Rpl.LUSERCHANNELS, f"{len(node.chat.channels)} :channels formed"),
        (Rpl.LUSERME, f":I have {users} clients and 0 servers"),
        (Rpl.LOCALUSERS, f"{users} {most} :Current local users {users}, max {most}"),
        (Rpl.GLOBALUSERS, f"{users} {most} :Current global users {users}, max {most}"),
    ]
    session.reply_lines(numeric_lines(node.name, rows))
