"""SEARCH (soju.im/search): https://codeberg.org/emersion/soju/src/branch/master/doc/ext/search.md"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from chover.ports import Query, StoreError
from chover.server.commands.conversations.history import moment
from chover.server.delivery.render import render
from chover.server.history.replay import enclose
from chover.server.history.search_scope import NoSuchConversation, scope_of
from chover.server.session.command import Command, Fault
from chover.wire.capabilities import Cap
from chover.wire.message import Message, parse_tags

if TYPE_CHECKING:
    from chover.server.session.session import Session

BATCH: Final = "soju.im/search"
LIMIT: Final = 50
"""The default number of messages."""


async def search(session: Session, message: Message) -> None:
    if Cap.SEARCH not in session.caps:
        session.fail("SEARCH", "NEED_CAPABILITY", text=f"Request {BATCH}, or use /msg SearchServ HELP")
        return
    try:
        events = await _found(session, message.params[0])
    except Fault as fault:
        session.fail("SEARCH", fault.code, *fault.context, text=fault.text)
        return
    names = session.node.channel_name
    lines = [render(event, session.render_key, names(event.log)) for event in events]
    enclose(session, BATCH, [line for line in lines if line is not None])


async def _found(session: Session, text: str) -> Any:
    """Raises Fault."""
    asked = _attributes(text)
    target, limit = asked.pop("in", ""), asked.pop("limit", LIMIT)
    most = session.node.config.history.chathistory_max
    query = Query(**asked)
    try:
        scope = await scope_of(session, target)
        return await session.node.store.search.find(
            query, scope, min(limit, most), oldest=bool(query.after and not query.before)
        )
    except NoSuchConversation:
        raise _invalid("in", "There is no such conversation, or you may not read it") from None
    except StoreError as error:
        raise Fault("INTERNAL_ERROR", text=f"The search could not be run: {error}") from error


def _attributes(text: str) -> dict[str, Any]:
    """Raises Fault."""
    found = {}
    for name, value in parse_tags(text).items():
        if name not in _ATTRIBUTES:
            raise _invalid(name, f"Unknown attribute; the known ones are {', '.join(_ATTRIBUTES)}")
        key, read = _ATTRIBUTES[name]
        found[key] = read(name, value)
    return found


def _word(name: str, value: str) -> str:
    if not value:
        raise _invalid(name, "It needs a value")
    return value


def _time(name: str, value: str) -> int:
    try:
        return moment(name, f"timestamp={value}")
    except Fault:
        raise _invalid(name, "Expected: YYYY-MM-DDThh:mm:ss.sssZ") from None


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value[:9])):
        raise _invalid(name, "The limit must be a number, at least 1")
    return int(value[:9])


def _invalid(name: str, text: str) -> Fault:
    # As a parameter in the middle of a line, it must be one word.
    return Fault("INVALID_PARAMS", name if name and " " not in name and name[0] != ":" else "*", text=text)


_ATTRIBUTES: Final[dict[str, tuple[str, Callable[[str, str], Any]]]] = {
    "text": ("text", lambda _, value: value),
    "from": ("sender", _word),
    "in": ("in", _word),
    "after": ("after", _time),
    "before": ("before", _time),
    "limit": ("limit", _number),
}
"""Each attribute, its name here, and how its value is read."""

ROWS: Final = (
    Command(
        "SEARCH",
        search,
        "SEARCH <attribute=value;…>",
        "finds messages: text, from, in, after, before, limit",
        1,
        reads="search",
    ),
)
