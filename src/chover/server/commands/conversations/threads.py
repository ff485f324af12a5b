"""THREAD and THREADS (chover.chat/threads, docs/protocol.md): the replies to a message, and the threads one follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.ports import StoreError
from chover.server.commands.conversations.history import EVER, limited, moment, readable
from chover.server.delivery.render import Rendered, timestamp
from chover.server.history import threads
from chover.server.history.replay import batch, enclose, rendered
from chover.server.history.threads import MessagePlace
from chover.server.notifications.followed_threads import FollowedThread, followed
from chover.server.session.command import Command, Fault
from chover.wire.capabilities import VENDOR, Cap
from chover.wire.message import Message, format_line

if TYPE_CHECKING:
    from chover.server.session.session import Session

THREAD: Final = f"{VENDOR}/thread"
THREADS: Final = f"{VENDOR}/threads"
LIMIT: Final = 50
"""The maximum number of threads that are listed."""


async def thread(session: Session, message: Message) -> None:
    try:
        _require(session)
        await _show(session, message.params)
    except Fault as fault:
        session.fail("THREAD", fault.code, *fault.context, text=fault.text)
    except StoreError as error:
        session.fail("THREAD", "INTERNAL_ERROR", text=f"The replies could not be read: {error}")


async def _show(session: Session, params: list[str]) -> None:
    """Raises Fault and StoreError."""
    target, msgid, before, limit = (*params, "*", "*")[:4] if len(params) < 4 else params[:4]
    talk = await readable(session, "THREAD", target)
    until = EVER if before == "*" else moment("THREAD", before)
    most = session.node.config.history.chathistory_max if limit == "*" else limited(session, "THREAD", limit)
    store, first = session.node.store, {talk.log: talk.first}
    root = await threads.root_of(store, first, MessagePlace(talk.log, msgid))
    replies = (await threads.replies(store, first, [root]))[root]
    begins = await threads.message_at(store, first, root)
    shown = [event for event in replies if event.at < until][-most:]
    events = [*([begins] if begins is not None else []), *shown]
    context = await threads.reactions(store, events, session.caps) if events else []
    about = f"{talk.name} {root.msgid} {len(replies)}"
    batch(session, about, events, talk.channel, context, kind=THREAD)


async def list_threads(session: Session, message: Message) -> None:
    try:
        _require(session)
        limit = limited(session, "THREADS", message.params[0]) if message.params else LIMIT
        found = await followed(session, min(limit, LIMIT))
    except Fault as fault:
        session.fail("THREADS", fault.code, *fault.context, text=fault.text)
    except StoreError as error:
        session.fail("THREADS", "INTERNAL_ERROR", text=f"The threads could not be read: {error}")
    else:
        enclose(session, THREADS, [line for each in found for line in _lines(session, each)])


def _lines(session: Session, each: FollowedThread) -> list[Rendered]:
    """``THREAD <target> <msgid> <replies> <unread> timestamp=<of the last>``, the first message, and the last reply."""
    last = each.replies[-1]
    words = [
        each.conversation.name,
        each.root,
        str(len(each.replies)),
        str(each.unread),
        f"timestamp={timestamp(last.at)}",
    ]
    head = Rendered("", format_line("THREAD", *words, source=session.node.name))
    shown = [event for event in (each.first, last) if event is not None]
    return [head, *rendered(shown, session.render_key, each.conversation.channel)]


def _require(session: Session) -> None:
    # Without a batch around them, old messages look like new ones.
    if Cap.THREADS not in session.caps or Cap.BATCH not in session.caps:
        raise Fault("NEED_CAPABILITY", text=f"Request batch and {THREADS}")


# fmt: off
ROWS: Final = (
    Command("THREAD", thread, "THREAD <#channel|nick> <msgid> [timestamp=…|*] [limit]",
            "shows a message and all replies that lead to it", 2, reads="search"),
    Command("THREADS", list_threads, "THREADS [limit]", "lists the threads that you began or replied in",
            reads="search"),
)
# fmt: on
