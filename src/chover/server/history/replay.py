"""History in lines of the protocol: batches for clients that support them, notices of HistServ for plain clients."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from chover.engine.events import Event, Said, TagsKept
from chover.engine.model import Channel
from chover.engine.state import ChatState
from chover.engine.visibility import readable_from
from chover.ports import Direction, Selector
from chover.server.delivery.recent_messages import RenderedPage
from chover.server.delivery.render import Rendered, render
from chover.server.history.pager import hidden
from chover.wire.capabilities import Cap
from chover.wire.ctcp import as_text
from chover.wire.hello import stamp

if TYPE_CHECKING:
    from chover.server.session.session import Session

HISTSERV: Final = "HistServ"
CONTEXT: Final = "draft/chathistory-context"


async def visible(chat: ChatState, read: Callable[[], Coroutine[Any, Any, list[Event]]]) -> list[Event]:
    """The messages of a page that new members are shown: without deleted ones."""
    return [event for event in standing(chat, await read()) if isinstance(event.body, Said) and not hidden(event)]


def standing(chat: ChatState, events: Sequence[Event]) -> Sequence[Event]:
    """Without messages that were deleted while the page was read."""
    return [event for event in events if event.msgid not in chat.redacted] if chat.redacted else events


async def replay(session: Session, channel: Channel) -> None:
    """Recent messages for a guest who joins; for a device of an account, what arrived since it left.

    A client with draft/chathistory or znc.in/playback requests it itself, and the legacy protocol's handler has its own
    way.
    """
    count = session.node.config.history.replay
    if (
        not count
        or (Cap.CHATHISTORY | Cap.PLAYBACK) & session.caps
        or session.peer.protocol == "legacy"
        or not channel.said
    ):
        return
    node, name = session.node, channel.name
    first = readable_from(channel, session.me, node.chat.rules)
    if first is None:
        return
    start = Selector(seq=channel.head + 1)
    read = partial(node.store.page, channel.log, start, Direction.BEFORE, messages_only=True, first=first)
    left_at = session.registration.left_at
    if left_at:
        # A device that has missed messages gets its own page; new members share one.
        most = node.config.history.chathistory_max
        page = RenderedPage(await visible(node.chat, partial(read, most, stop=Selector(at=left_at))))
    elif first > 1:
        page = RenderedPage(await visible(node.chat, partial(read, count)))
    else:
        page = await node.fanout.subscribers(channel.log).recent.page(partial(visible, node.chat, partial(read, count)))
    if not page.events:
        return
    if Cap.BATCH | Cap.SERVER_TIME in session.caps:
        render_key = session.render_key
        enclose(
            session, f"chathistory {name}", page.lines(render_key, lambda events: rendered(events, render_key, name))
        )
    else:
        session.add_each(page.lines("notices", partial(plain_notices, node.name, name)))


def batch(
    session: Session,
    target: str,
    events: Sequence[Event],
    channel: str,
    context: Sequence[Event] = (),
    *,
    kind: str = "chathistory",
) -> None:
    """A chathistory batch (https://ircv3.net/specs/batches/chathistory), bare lines for clients without batch.

    ``context`` are reactions to some of them: each follows its message, and is tagged as context.
    """
    shown = standing(session.node.chat, events)
    if not context:
        enclose(session, f"{kind} {target}", rendered(shown, session.render_key, channel))
        return
    about: dict[int, list[Rendered]] = {}
    for event in context:
        if isinstance(event.body, TagsKept) and (line := render(event, session.render_key, channel)):
            about.setdefault(event.body.about, []).append(_as_context(line))
    lines = [
        line for event in shown for line in (*rendered([event], session.render_key, channel), *about.get(event.seq, ()))
    ]
    enclose(session, f"{kind} {target}", lines)


def _as_context(line: Rendered) -> Rendered:
    """https://ircv3.net/specs/extensions/chathistory#draftchathistory-context-tag"""
    return line._replace(tags=f"{CONTEXT};{line.tags}" if line.tags else CONTEXT)


def rendered(events: Sequence[Event], render_key: int, channel: str) -> list[Rendered]:
    """The lines of the events that have one."""
    return [line for event in events if (line := render(event, render_key, channel)) is not None]


def enclose(session: Session, kind: str, lines: Sequence[Rendered]) -> None:
    """Lines as one batch with a type and its parameters; bare lines for clients without batch."""
    session.add_each(enclosed(session, kind, lines) if Cap.BATCH in session.caps else lines)


def enclosed(session: Session, kind: str, lines: Sequence[Rendered]) -> list[Rendered]:
    """The lines of a batch with a type and its parameters."""
    name = session.new_batch()
    server, within = session.node.name, f"batch={name}"
    opening, closing = Rendered("", f":{server} BATCH +{name} {kind}"), Rendered("", f":{server} BATCH -{name}")
    apart = [each for line in lines for each in line.each]
    inside = [Rendered(f"{within};{line.tags}" if line.tags else within, line.rest) for line in apart]
    return [opening, *inside, closing]


def plain_notices(server: str, channel: str, events: Sequence[Event]) -> list[Rendered]:
    """Notices, so that bots and highlights are not triggered; CTCP requests are left out."""
    lines = []
    for event in events:
        body = event.body
        if not isinstance(body, Said):
            continue
        when = stamp(datetime.fromtimestamp(event.at / 1000).astimezone())
        texts = [_plain(event.source.nick, text) for text, _ in body.pieces() if text]
        head = f":{HISTSERV}!{HISTSERV}@{server} NOTICE {channel} :{when} "
        lines += [Rendered("", head + text) for text in texts if text]
    return lines


def _plain(nick: str, text: str) -> str:
    return as_text(nick, text) if text.startswith("\x01") else f"<{nick}> {text}"
