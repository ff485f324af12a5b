"""History: gaps, older pages, parts of the past, search, read markers. No I/O.

Sources: https://ircv3.net/specs/extensions/chathistory (draft), https://soju.im/search,
https://ircv3.net/specs/extensions/read-marker
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from chover import names
from chover.client.display import refusals
from chover.client.lines import from_iso, iso, key, same
from chover.client.notifications import Caught, Notification, Word
from chover.client.state import edits, missed, threads, timeline
from chover.client.state.conversation import Conversation, Detour, KnownMember
from chover.client.state.entries import PLACELESS, Entry, is_said, said
from chover.client.state.model.batches import Batch
from chover.client.state.model.requests import Asking, HistoryRequest, SearchResults, SearchState
from chover.client.state.model.state import State
from chover.client.state.timeline import read, settle
from chover.i18n import N_, _
from chover.wire.message import Message, escape, format_line
from chover.wire.plain import harmless

PAGE: Final = 100
"""Messages in one page of older ones."""
TARGETS: Final = 100
SINCE: Final = 90 * 86_400_000
"""How far back private conversations are listed, in milliseconds."""
RESULTS: Final = 50
DAY: Final = 86_400_000
"""A server's clock is never further ahead, in milliseconds."""
MISSING: Final = N_(
    "{name}: more messages than are fetched at once. "
    "These are the newest; scroll up for the rest, or use /history {day}."
)
PRIVATE: Final = 50
"""Private conversations whose gap is filled after a lost connection, the newest ones."""


def has_history(state: State) -> bool:
    return state.history is not None and {"draft/chathistory", "batch"} <= state.caps.keys()


def _can_ask(state: State) -> bool:
    return has_history(state) and state.online and {"labeled-response", "message-tags"} <= state.caps.keys()


# ---- gaps


def catch_up(state: State, conversation: Conversation, since: int) -> list[Notification]:
    """Fetch what was missed, or the latest messages if none was ever seen. New ones wait meanwhile."""
    if not has_history(state):
        return [Caught(harmless(conversation.name), 0)]
    state.lines.append(conversation.gap.begin(since, timed="server-time" in state.caps))
    return []


def continue_private(state: State) -> None:
    """Continue private conversations, after a lost connection or at first."""
    private = [c for c in state.conversations.values() if not c.channel]
    for conversation in sorted(private, key=lambda c: c.last_at)[-PRIVATE:]:
        catch_up(state, conversation, state.now)
    if state.discovers and _can_ask(state):
        span = [f"timestamp={iso(at)}" for at in (state.now - SINCE, state.now + 60_000)]
        state.ask(HistoryRequest("targets"), "CHATHISTORY", "TARGETS", *span, str(TARGETS))


def interrupted(conversation: Conversation) -> None:
    conversation.joined = False
    conversation.naming = None
    conversation.typing.clear()
    conversation.gap.interrupted()
    if conversation.older is KnownMember.ASKING:
        conversation.older = KnownMember.UNKNOWN


def _gap_page(state: State, batch: Batch) -> list[Notification]:
    conversation = state.conversation(batch.params[0] if batch.params else "")
    if not conversation.gap.asking:
        return []
    entries, touches, notifications = read(state, batch.messages)
    was_cut = conversation.gap.cut
    fresh, more = conversation.gap.page(entries)
    # Messages from before the first known read marker are not new.
    known = conversation.channel and not conversation.read_at
    for entry in fresh:
        notifications += timeline.append(state, conversation, entry, past=True)
        if not known:
            conversation.count_in(entry)
    for touch in touches:
        edits.apply(conversation, touch)
    if not was_cut and conversation.gap.cut:
        notifications.append(_begin_anew(conversation))
    return [*notifications, *proceed(state, conversation, more)]


def _begin_anew(conversation: Conversation) -> Notification:
    """The next messages are the newest: what was here is fetched again if somebody scrolls back."""
    began = conversation.read_at or conversation.gap.last_at
    conversation.forget()
    return Word(harmless(_(MISSING, name=conversation.name, day=iso(began)[: len("2026-01-31")])))


def proceed(state: State, conversation: Conversation, request: str) -> list[Notification]:
    """The next page of a gap, or its end: then the waiting messages are added."""
    if request:
        state.lines.append(request)
        return []
    held, lines = conversation.gap.finish()
    if conversation.channel and not conversation.read_at:
        conversation.read_at = conversation.last_at or state.now
    conversation.count()
    notifications: list[Notification] = [Caught(harmless(conversation.name), lines)]
    for entry in held:
        notifications += timeline.append(state, conversation, entry)
    return notifications


def no_history(state: State, about: list[str]) -> list[Notification]:
    """FAIL CHATHISTORY without a label: send the next best request."""
    filling = [c for c in state.conversations.values() if c.gap.asking]
    named = [c for c in filling if any(same(c.name, param) for param in about)]
    for conversation in (named or filling)[:1]:
        return proceed(state, conversation, conversation.gap.refused())
    return []


# ---- pages that somebody looks at


def _ask(state: State, kind: Asking, conversation: Conversation, verb: str, msgid: str) -> None:
    most = str(min(PAGE, state.support.number("CHATHISTORY", PAGE)))
    state.ask(HistoryRequest(kind, conversation.key), "CHATHISTORY", verb, conversation.name, f"msgid={msgid}", most)


def _placed(entries: list[Entry], *, last: bool) -> str:
    """The msgid to continue from."""
    order = reversed(entries) if last else iter(entries)
    return next((entry.msgid for entry in order if entry.msgid and entry.kind not in PLACELESS), "")


def load_older(state: State, conversation: Conversation) -> bool:
    """Fetch the previous page. Returns False if there is none to ask for."""
    place = conversation.detour or conversation
    first = _placed(place.entries, last=False)
    if place.older is not KnownMember.UNKNOWN or conversation.gap.asking or not first:
        return False
    if not _can_ask(state) or not state.settled:
        return False
    place.older = KnownMember.ASKING
    _ask(state, "detour-older" if conversation.detour else "older", conversation, "BEFORE", first)
    return True


def load_newer(state: State, conversation: Conversation) -> None:
    """Fetch the page after a part of the history."""
    detour = conversation.detour
    last = _placed(detour.entries, last=True) if detour else ""
    if detour is None or not last or detour.newer is not KnownMember.UNKNOWN or not _can_ask(state):
        return
    detour.newer = KnownMember.ASKING
    _ask(state, "detour-newer", conversation, "AFTER", last)


def look_at(state: State, conversation: Conversation, msgid: str) -> bool:
    """Show the part of the history that contains a message. Returns False if that is impossible."""
    conversation.detour = None
    if msgid in conversation.by_msgid:
        return True
    if not _can_ask(state):
        return False
    conversation.detour = Detour(msgid)
    _ask(state, "around", conversation, "AROUND", msgid)
    return True


def look_at_time(state: State, conversation: Conversation, at: int) -> None:
    """Show the part of the history around a time, in milliseconds since 1970."""
    if not _can_ask(state):
        return
    conversation.detour = Detour("")
    params = ("AROUND", conversation.name, f"timestamp={iso(at)}", str(PAGE))
    state.ask(HistoryRequest("around", conversation.key), "CHATHISTORY", *params)


def _older(state: State, conversation: Conversation, batch: Batch) -> list[Notification]:
    entries, touches, notifications = read(state, batch.messages)
    conversation.older = KnownMember.UNKNOWN if batch.messages else KnownMember.ALL
    if conversation.prepend(entries) == 0:
        conversation.older = KnownMember.ALL
    conversation.judge_page(entries)
    settle(conversation, entries, touches)
    return notifications


def _past(state: State, conversation: Conversation, batch: Batch, where: Asking) -> list[Notification]:
    detour = conversation.detour
    if detour is None:
        return []
    entries, touches, notifications = read(state, batch.messages)
    fresh = detour.add(entries, front=where == "detour-older")
    for entry in entries:
        conversation.note_reply(entry)
    known = KnownMember.UNKNOWN if fresh else KnownMember.ALL
    if where == "detour-older":
        detour.older = known
    elif where == "detour-newer":
        detour.newer = known
    conversation.judge_page(entries)
    settle(conversation, entries, touches)
    if where != "detour-older" and any(entry.msgid in conversation.by_msgid for entry in entries):
        _join_present(conversation, detour)
    return notifications


def _join_present(conversation: Conversation, detour: Detour) -> None:
    """The part of the history has reached the known entries: continue there."""
    older = [entry for entry in detour.entries if entry.msgid not in conversation.by_msgid]
    if conversation.entries and all(entry.at <= conversation.entries[0].at for entry in older):
        conversation.prepend(older)
        conversation.older = detour.older
    conversation.detour = None


# ---- search, targets


def search(state: State, attributes: dict[str, str]) -> None:
    """Send a search (https://soju.im/search): the attributes are encoded like tags."""
    state.search = SearchState(attributes, [])
    # With an upper bound, too, the newest matches are found.
    bound = {"before": iso(state.now + DAY)} if "after" in attributes and "before" not in attributes else {}
    _ask_for_results(state, state.search, bound)


def search_on(state: State) -> None:
    """Ask for older results of the search."""
    search = state.search
    if search is not None and search.status == "done" and not search.complete:
        _ask_for_results(state, search, {"before": iso(search.before)})


def _ask_for_results(state: State, search: SearchState, bound: dict[str, str]) -> None:
    # The bound is inclusive: what is known of that moment comes once more.
    search.limit = RESULTS + sum(each.entry.at == search.before for each in search.found)
    wanted = {**search.attributes, **bound, "limit": str(search.limit)}
    search.status, search.asked = "asking", ";".join(f"{name}={escape(value)}" for name, value in wanted.items())
    state.ask(HistoryRequest("search", search.asked), "SEARCH", search.asked)


def _results(state: State, request: HistoryRequest, batch: Batch) -> list[Notification]:
    search = state.search
    if search is None or search.asked != request.key:
        return []
    known, found = {each.entry.msgid for each in search.found}, []
    for message in batch.messages:
        if is_said(message):
            target = message.params[0]
            name = target if names.is_channel(target) or state.is_me(message.nick) else message.nick
            entry = said(message, state.nick, state.now)
            # The message that it answers is not loaded.
            entry.mentions = entry.counts and state.calls(entry.text)
            search.before = min(search.before or entry.at, entry.at)
            ignored = not state.is_me(entry.nick) and state.preferences.ignores(entry.nick, entry.account)
            if not ignored and entry.msgid not in known:
                found.append(SearchResults(name, entry))
    # The later of two messages in one millisecond comes first, too.
    found.reverse()
    found.sort(key=lambda each: -each.entry.at)
    search.found += found
    search.complete, search.status = len(batch.messages) < search.limit, "done"
    return []


def ask_what_was_missed(state: State, command: Literal["CATCHUP", "MENTIONS"]) -> None:
    """docs/protocol.md, "What was missed"."""
    state.ask(HistoryRequest("missed", what=_("Not told")), command)


def _targets(state: State, batch: Batch) -> list[Notification]:
    for message in batch.messages:
        match message.params:
            case ["TARGETS", name, at] if not names.is_channel(name):
                fresh = key(name) not in state.conversations
                if fresh and (from_iso(at) or 0) > state.closed.get(key(name), 0):
                    opened(state, state.conversation(name))
    return []


def opened(state: State, conversation: Conversation) -> None:
    """A private conversation was opened: ask for its read marker and its history."""
    if conversation.channel or not state.settled:
        return
    if state.can("draft/read-marker"):
        state.lines.append(format_line("MARKREAD", conversation.name))
    catch_up(state, conversation, state.now)


# ---- answers


def page(state: State, request: HistoryRequest | None, batch: Batch) -> list[Notification]:
    """Process a batch."""
    if request is None:
        return _gap_page(state, batch) if batch.kind == "chathistory" else []
    if request.kind == "search":
        return _results(state, request, batch)
    if request.kind in _WHOLE:
        return _WHOLE[request.kind](state, batch)
    conversation = state.conversations.get(request.key)
    if conversation is None:
        return []
    if request.kind == "thread":
        return threads.loaded(state, conversation, batch)
    return (
        _older(state, conversation, batch)
        if request.kind == "older"
        else _past(state, conversation, batch, request.kind)
    )


_WHOLE: Final[Mapping[str, Callable[[State, Batch], list[Notification]]]] = {
    "targets": _targets,
    "missed": missed.missed,
    "threads": threads.listed,
}


def refused(state: State, request: HistoryRequest, message: Message) -> list[Notification]:
    """The server refused a request."""
    reason = refusals.told(message) if message.params else _("the server refused")
    conversation = state.conversations.get(request.key)
    detour = conversation.detour if conversation else None
    match request.kind:
        case "search" if state.search is not None and state.search.asked == request.key:
            state.search = SearchState({}, [], "failed", reason)
        case "older" if conversation:
            conversation.older = KnownMember.ALL
        case "detour-older" if detour:
            detour.older = KnownMember.ALL
        case "detour-newer" if detour:
            detour.newer = KnownMember.ALL
        case "around" if conversation:
            conversation.detour = None
            return [Word(_("That message no longer exists."))]
        case "wish" | "missed" | "mark" | "thread" | "threads":
            return [Word(f"{request.what}: {reason}")]
    return []
