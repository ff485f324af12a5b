"""PREVIEW (chover.chat/previews, docs/protocol.md): what a page says that a message links to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.engine.events import Said
from chover.ports import StoreError
from chover.ports.files import LinkPreview, Previews
from chover.server.access.ban_syntax import network_of
from chover.server.history.edits import spoken
from chover.server.session.command import Command, Fault
from chover.wire.capabilities import VENDOR, Cap
from chover.wire.message import Message, format_line

if TYPE_CHECKING:
    from chover.server.session.session import Session

URL_CHARS: Final = 1000


async def preview(session: Session, message: Message) -> None:
    """It is answered when the page is there; the session's next commands do not wait for that."""
    target, msgid, url = message.params[:3]
    try:
        previews = _required(session)
        await _require_link(session, target, msgid, url)
    except Fault as fault:
        session.fail("PREVIEW", fault.code, *fault.context, text=fault.text)
    except StoreError as error:
        session.fail("PREVIEW", "INTERNAL_ERROR", target, msgid, text=f"The message could not be read: {error}")
    else:
        session.node.spawn(_answer(session, previews, target, msgid, url))


def _required(session: Session) -> Previews:
    """Raises Fault."""
    if Cap.PREVIEWS not in session.caps or Cap.MESSAGE_TAGS not in session.caps:
        raise Fault("NEED_CAPABILITY", text=f"Request message-tags and {VENDOR}/previews")
    if session.node.previews is None or not session.node.config.outgoing.previews:
        raise Fault("NOT_OFFERED", text="This server makes no previews of links")
    return session.node.previews


async def _require_link(session: Session, target: str, msgid: str, url: str) -> None:
    """Only what was said in a channel is fetched, no other pages and nothing private. Raises Fault."""
    found = await spoken(session, target, msgid)
    body = found.event.body
    links = url.startswith(("https://", "http://")) and len(url) <= URL_CHARS and url.isascii()
    if found.channel is None or not links or not isinstance(body, Said) or url not in body.text:
        text = "This is no address in a message of a channel"
        raise Fault("INVALID_PARAMS", target, msgid, text=text)


async def _answer(session: Session, previews: Previews, target: str, msgid: str, url: str) -> None:
    who = session.me.account or network_of(session.peer.address or "127.0.0.1")
    found = await previews.of(url, who)
    if not session.ending:
        line = format_line("PREVIEW", target, msgid, source=session.node.name, tags=_tags(url, found))
        session.send(line.encode() + b"\r\n")


def _tags(url: str, found: LinkPreview | None) -> dict[str, str]:
    tags = {"url": url}
    if found is not None:
        tags |= {"title": found.title, "description": found.description, "site": found.site, "picture": found.picture}
        tags["size"] = f"{found.width}x{found.height}" if found.picture else ""
    return {f"{VENDOR}/{name}": value for name, value in tags.items() if value}


ROWS: Final = (
    Command(
        "PREVIEW",
        preview,
        "PREVIEW <#channel> <msgid> <address>",
        "tells what the page says that a message links to",
        3,
        reads="page",
    ),
)
