"""The threads that somebody follows: those that they began, or replied in; and what is unread there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from chover.engine.events import Event
from chover.engine.ids import LogId, is_pair
from chover.engine.metadata import THREADS, thread_markers
from chover.ports import Query
from chover.server.history import threads
from chover.server.history.conversations import ConversationRef, named
from chover.server.history.search_scope import everything
from chover.server.history.threads import MessagePlace
from chover.server.notifications.catchup import read_up_to
from chover.server.profile import preferences
from chover.server.profile.mentions import ignores
from chover.server.profile.preferences import PreferenceTarget

if TYPE_CHECKING:
    from chover.server.session.session import Session

REPLIES: Final = 300
"""The newest replies that are looked at to find threads."""


class FollowedThread(NamedTuple):
    """``first`` is the message that begins it, if it can be read; ``unread`` counts its replies."""

    conversation: ConversationRef
    root: str
    first: Event | None
    replies: list[Event]
    unread: int


async def followed(session: Session, limit: int) -> list[FollowedThread]:
    """The threads that were answered last, in the order of their last replies. Raises StoreError."""
    store, scope = session.node.store, everything(session)
    newest = await store.search.find(Query(in_threads_of=session.me.id), scope, REPLIES)
    roots = await _roots(session, newest, scope.logs, limit)
    found = await threads.replies(store, scope.logs, roots)
    read = await read_up_to(session, list({root.log for root in roots}))
    made = [await _thread(session, scope.logs, root, replies, read.get(root.log, 0)) for root, replies in found.items()]
    return sorted((each for each in made if each is not None), key=lambda each: each.replies[-1].at)


async def _roots(
    session: Session, newest: Sequence[Event], readable: threads.Readable, limit: int
) -> list[MessagePlace]:
    """The beginnings of the threads of these replies, the newest first."""
    known: dict[MessagePlace, MessagePlace] = {}
    roots: dict[MessagePlace, None] = {}
    for event in reversed(newest):
        higher = threads.above(event)
        if higher is None:
            continue
        if higher not in known:
            known[higher] = await threads.root_of(session.node.store, readable, higher)
        roots[known[higher]] = None
        if len(roots) == limit:
            break
    return list(roots)


async def _thread(
    session: Session, readable: threads.Readable, root: MessagePlace, replies: list[Event], read_at: int
) -> FollowedThread | None:
    """None if its replies have been deleted meanwhile, or its conversation has no name any more."""
    talk = named(session.node.chat, replies[-1], session.me.id) if replies else None
    if talk is None:
        return None
    first = await threads.message_at(session.node.store, readable, root)
    return FollowedThread(talk, root.msgid, first, replies, _unread(session, talk, root, replies, read_at))


def _unread(session: Session, talk: ConversationRef, root: MessagePlace, replies: Sequence[Event], read_at: int) -> int:
    """The replies of others since the thread or its conversation was read, or since one's own last reply."""
    node, me = session.node, session.me.id
    after = max(read_at, marked(session, root.log, talk.name).get(root.msgid, 0))
    after = max([after, *(event.at for event in replies if event.source.id == me)])
    return sum(event.at > after and event.source.id != me and not ignores(node, me, event) for event in replies)


def marked(session: Session, log: LogId, name: str) -> dict[str, int]:
    """Up to where threads of a conversation were read, by the msgid of their beginning, in ms since 1970."""
    rules = session.node.chat.rules
    folded = rules.fold_nick(name) if is_pair(log) else rules.fold_channel(name)
    return thread_markers(preferences.at(session, PreferenceTarget(folded, name)).get(THREADS, ""))
