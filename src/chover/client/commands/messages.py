"""Commands about messages: finding, answering and changing them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from chover.client.commands.command import Run, guard, here, split
from chover.client.display.addresses import SITE, fragment
from chover.client.display.message import one_line
from chover.client.emoji import emoji_of, no_emoji
from chover.client.frontend import Frontend
from chover.client.local.local_data import PinnedKey
from chover.client.notifications import HistoryMissed, ThreadRow, ThreadsListed
from chover.client.state import actions, history_requests, preferences, threads
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.engine.metadata import PINNED
from chover.i18n import N_, _, ngettext
from chover.wire.plain import harmless

RECENT: Final = 30
"""How many messages can be picked from."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\S+)?")
MOST: Final = 200
"""The maximum number of rows in a list."""


def _search(frontend: Frontend, rest: str) -> None:
    actions.need(frontend.state, "soju.im/search", _("search"))
    frontend.look_for(rest)


def _history(frontend: Frontend, rest: str) -> str | None:
    current = here(frontend)
    if not history_requests.has_history(frontend.state):
        raise CannotDo(_("This server has no history."))
    if not rest:
        return None if history_requests.load_older(frontend.state, current) else _("There is nothing older.")
    try:
        day = datetime.fromisoformat(rest)
    except ValueError:
        raise CannotDo(_("/history 2026-01-31 goes to a day; /history alone fetches older messages.")) from None
    zone = frontend.host.zone()
    moment = day if day.tzinfo else day.replace(tzinfo=zone) if zone else day.astimezone()
    history_requests.look_at_time(frontend.state, current, round(moment.timestamp() * 1000))
    return None


# ---- what was missed


def _row(frontend: Frontend, name: str, at: int, nick: str, text: str) -> str:
    return f"{datetime.fromtimestamp(at / 1000, frontend.host.zone()):%m-%d %H:%M} {name} {nick}: {one_line(text)}"


def _found(frontend: Frontend, name: str, entry: Entry) -> tuple[str, str]:
    """A row of a list, and the command that goes there."""
    return _row(frontend, name, entry.at, entry.nick, entry.text), f"/goto {name} {entry.msgid}".rstrip()


def show_listed(frontend: Frontend, listed: HistoryMissed | ThreadsListed) -> None:
    """Let the person pick from what the server has listed."""
    if isinstance(listed, ThreadsListed):
        _show_threads(frontend, listed)
    else:
        _show_missed(frontend, listed)


def _show_missed(frontend: Frontend, missed: HistoryMissed) -> None:
    """The server's answer: messages for us first, then how many there are elsewhere."""
    rows = [
        (_row(frontend, line.conversation, line.at, line.sender, line.text), f"/goto {line.conversation} {line.msgid}")
        for line in missed.lines
        if not frontend.state.preferences.ignores(line.sender, line.account)
    ]
    quiet = [each for each in missed.unread if not each.ours]
    rows += [
        (
            _("{conversation}: {n} new", conversation=each.conversation, n=each.count),
            f"/goto {each.conversation}",
        )
        for each in quiet
    ]
    if missed.mentions:
        _choose_or_tell(frontend, _(MENTIONS_TITLE), rows, _("Nobody has mentioned you."))
    else:
        _choose_or_tell(
            frontend, _(MISSED_TITLE), rows, _("Nothing: you have read everything."), (_(READ_ALL[0]), READ_ALL[1])
        )


MISSED_TITLE: Final = N_("What you missed: messages for you first, then the rest")
MENTIONS_TITLE: Final = N_("Mentions, the newest last")
READ_ALL: Final = (N_("mark everything as read"), "/read")


def _choose_or_tell(
    frontend: Frontend, title: str, rows: list[tuple[str, str]], nothing: str, *more: tuple[str, str]
) -> None:
    if rows:
        frontend.choose(title, [*rows, *more])
    else:
        frontend.tell(nothing)


def _catchup(frontend: Frontend, rest: str) -> None:  # noqa: ARG001
    if frontend.state.can("chover.chat/catchup"):
        history_requests.ask_what_was_missed(frontend.state, "CATCHUP")
        return
    unread = [c for c in frontend.state.conversations.values() if c.unread]
    calls = [(c, e) for c in unread for e in c.entries if e.mentions and c.counts(e) and e.at > c.read_at]
    calls.sort(key=lambda call: call[1].at)
    rows = [_found(frontend, c.name, e) for c, e in calls[-MOST:]]
    rows += [
        (_("{conversation}: {n} new", conversation=c.name, n=c.unread), f"/goto {c.name}")
        for c in unread
        if not c.mentions
    ]
    _choose_or_tell(
        frontend, _(MISSED_TITLE), rows, _("Nothing: you have read everything."), (_(READ_ALL[0]), READ_ALL[1])
    )


def _mentions(frontend: Frontend, rest: str) -> None:  # noqa: ARG001
    if frontend.state.can("chover.chat/catchup"):
        history_requests.ask_what_was_missed(frontend.state, "MENTIONS")
        return
    every = frontend.state.conversations.values()
    found = [(c, e) for c in every if c.channel for e in c.entries if e.mentions and c.counts(e)]
    found.sort(key=lambda call: call[1].at)
    rows = [_found(frontend, c.name, e) for c, e in found[-MOST:]]
    _choose_or_tell(frontend, _(MENTIONS_TITLE), rows, _("Nobody has mentioned you in the messages that are loaded."))


# ---- threads


def _thread(frontend: Frontend, rest: str) -> None:
    """Open the thread of a message: the one that is named, the selected one, or the last that has to do with one."""
    name, msgid = split(rest)
    current = actions.place(frontend.state, name) if msgid else here(frontend)
    entry = None if msgid else frontend.chosen() or _last_in_a_thread(current)
    if not msgid and (entry is None or not entry.msgid):
        raise CannotDo(_("Nobody has replied to anything here: Alt-S selects a message, t opens its thread."))
    frontend.show(current)
    threads.open_thread(frontend.state, current, msgid if entry is None else entry.msgid)


def _last_in_a_thread(current: Conversation) -> Entry | None:
    return next(
        (e for e in reversed(current.entries) if e.is_talk and (e.reply_to or e.msgid in current.answers)), None
    )


def _inbox(frontend: Frontend, rest: str) -> None:  # noqa: ARG001
    """What there is to look at; each row leads to its list."""
    state = frontend.state
    unread = sum(bool(c.unread) for c in state.conversations.values())
    calls = sum(c.mentions for c in state.conversations.values())
    saved = sum(map(len, state.preferences.pins.values()))
    rows = [
        (
            ngettext(
                "What you missed: {n} conversation with new messages",
                "What you missed: {n} conversations with new messages",
                unread,
            ),
            "/catchup",
        ),
        (_("Mentions: {n} new", n=calls), "/mentions"),
        (_("Threads that you began or replied in"), "/threads"),
        (ngettext("Saved: {n} message", "Saved: {n} messages", saved), "/pins"),
    ]
    if waiting := state.scheduled.open:
        rows.insert(0, (_("Reminders, and what was not sent: {n}", n=waiting), "/scheduled"))
    frontend.choose(_("Inbox"), rows)


def _threads(frontend: Frontend, rest: str) -> None:  # noqa: ARG001
    actions.need(frontend.state, threads.OFFERED, _("threads"))
    threads.ask_for_threads(frontend.state)


def _show_threads(frontend: Frontend, listed: ThreadsListed) -> None:
    """The server's answer, the newest first; those with unread replies in front."""
    rows = sorted(listed.rows, key=lambda row: (row.unread == 0, -row.at))
    how = "/goto" if frontend.kind == "reader" else "/thread"
    shown = [(_thread_row(frontend, row), f"{how} {row.conversation} {row.root}") for row in rows]
    _choose_or_tell(frontend, _(THREADS_TITLE), shown, _("You have begun no thread, and replied in none."))


def _thread_row(frontend: Frontend, row: ThreadRow) -> str:
    unread = _(", {n} new", n=row.unread) if row.unread else ""
    first = row.first or _("an earlier message")
    at = f"{datetime.fromtimestamp(row.at / 1000, frontend.host.zone()):%m-%d %H:%M}"
    return f"{at} {row.conversation} ({threads.counted_replies(row.replies)}{unread}) {first}"


THREADS_TITLE: Final = N_("Threads that you began or replied in")


# ---- doing something to a message


def _chosen(frontend: Frontend, *, own: bool) -> tuple[Conversation, Entry]:
    """The selected message, or the last one that the command can refer to. Raises CannotDo."""
    current = here(frontend)
    entry = frontend.chosen()
    fitting = (e for e in reversed(current.entries) if e.is_talk and e.own == own and e.msgid and not e.deleted)
    entry = entry or next(fitting, None)
    if entry is None:
        raise CannotDo(_("You have said nothing here.") if own else _("Nobody has said anything here."))
    if own and not entry.own:
        raise CannotDo(_("That message is not yours."))
    return current, entry


def _reply(frontend: Frontend, rest: str) -> None:
    actions.need(frontend.state, "message-tags", _("replies"))
    current, entry = _chosen(frontend, own=False)
    frontend.say(current.name, rest, reply_to=entry.msgid)


def _react(frontend: Frontend, rest: str) -> None:
    actions.need(frontend.state, "message-tags", _("reactions"))
    current, entry = _chosen(frontend, own=False)
    emoji = emoji_of(rest, frontend.state.emoji.names)
    if not emoji:
        guard(frontend, "PRIVMSG", current.name, rest)
        raise CannotDo(no_emoji(rest))
    actions.react(frontend.state, current, entry, emoji)


def _edit(frontend: Frontend, rest: str) -> None:
    actions.need(frontend.state, "chover.chat/edit", _("editing messages"))
    actions.edit(frontend.state, *_chosen(frontend, own=True), rest)


def _delete(frontend: Frontend, rest: str) -> None:
    actions.need(frontend.state, "draft/message-redaction", _("deleting messages"))
    chosen = frontend.chosen()
    current, entry = (here(frontend), chosen) if chosen is not None else _chosen(frontend, own=True)
    actions.delete(frontend.state, current, entry, rest)


def _link(frontend: Frontend, rest: str) -> None:  # noqa: ARG001
    """A link for everybody who may read the message; the web client shows it there."""
    current = here(frontend)
    said = (e for e in reversed(current.entries) if e.is_talk and e.msgid and not e.deleted)
    entry = frontend.chosen() or next(said, None)
    site = harmless(frontend.state.support.get(SITE))
    if entry is None or not entry.msgid:
        raise CannotDo(_("Nothing was said here, so there is nothing to link to."))
    if not site.startswith(("https://", "http://")):
        raise CannotDo(_("This server does not tell the address of its web client, so there is no link."))
    frontend.hand_over(site + fragment(current.name, entry.msgid))


def _save(frontend: Frontend, rest: str) -> str:  # noqa: ARG001
    current, kept = here(frontend), frontend.kept
    entry = _chosen_or_last(frontend, current)
    if entry is None:
        raise CannotDo(_("Nothing was said here that could be saved."))
    stays = preferences.pin(frontend.state, current.name, entry.msgid)
    kept.pinned = [pin for pin in kept.pinned if pin.msgid != entry.msgid]
    if not stays:
        return _("Removed from your saved messages.")
    kept.pinned.append(PinnedKey(current.name, entry.msgid, entry.nick, one_line(entry.text)[:200]))
    return _("Saved (only you see this); /pins lists what is.")


def _chosen_or_last(frontend: Frontend, current: Conversation) -> Entry | None:
    """The selected message, or the last one; None if nothing was said that has an id."""
    said = (e for e in reversed(current.entries) if e.is_talk and e.msgid and not e.deleted)
    entry = frontend.chosen() or next(said, None)
    return entry if entry and entry.msgid else None


def _pin(frontend: Frontend, rest: str) -> str:
    entry = frontend.chosen()
    return _save(frontend, rest) if entry and entry.msgid else _pin_conversation(frontend, here(frontend))


def _pin_all(frontend: Frontend, rest: str) -> str:  # noqa: ARG001
    current = here(frontend)
    entry = _chosen_or_last(frontend, current)
    if entry is None:
        raise CannotDo(_("Nothing was said here that could be pinned."))
    stays = actions.pin_for_all(frontend.state, current, entry.msgid)
    if stays:
        return _("Asked to pin it for everybody in {channel}; /pins lists what is.", channel=current.name)
    return _("Asked to unpin it for everybody in {channel}; /pins lists what is.", channel=current.name)


def _pin_conversation(frontend: Frontend, current: Conversation) -> str:
    pinned = current.key in frontend.state.preferences.pinned
    preferences.put(frontend.state, current.name, PINNED, None if pinned else "1")
    if pinned:
        return _("{name} is no longer pinned.", name=current.name)
    return _("{name} is pinned to the top now.", name=current.name)


def _pins(frontend: Frontend, rest: str) -> None:  # noqa: ARG001
    """Those of this channel for everybody, the newest pin first, and ours."""
    pins, current = frontend.state.preferences.pins, frontend.state.current
    shared = [(current.key, msgid) for msgid in reversed(current.pins)] if current is not None else []
    gone = [msgid for _name, msgid in shared if current and (entry := current.find(msgid)) and entry.deleted]
    own = [(name, msgid) for name, ids in pins.items() for msgid in ids]
    rows = [
        (_("{message} (pinned for everybody)", message=_pinned(frontend, *pin)), _go_to(*pin))
        for pin in shared
        if pin[1] not in gone
    ]
    rows += [(_pinned(frontend, *pin), _go_to(*pin)) for pin in own]
    title = _("Pinned for everybody here, then saved: only you see these") if shared else _("Saved: only you see these")
    nothing = _("Nothing is pinned or saved. Select a message with Alt-S, then p saves it.")
    _choose_or_tell(frontend, title, rows, nothing)


def _go_to(name: str, msgid: str) -> str:
    return f"/goto {name} {msgid}"


def _pinned(frontend: Frontend, name: str, msgid: str) -> str:
    """A pinned or saved message as it is now, or as it was when it was saved here."""
    conversation = frontend.state.conversations.get(name)
    shown = conversation.name if conversation else name
    entry = conversation.find(msgid) if conversation else None
    known = entry or next((pin for pin in frontend.kept.pinned if pin.msgid == msgid), None)
    return (
        f"{shown} {known.nick}: {one_line(known.text)}"
        if known
        else _("{conversation}: a message that is not loaded yet", conversation=shown)
    )


def _select(frontend: Frontend, rest: str) -> None:
    """Pick one of the last messages, for people who do not select one on the screen."""
    current = here(frontend)
    if rest.lstrip("-").isdigit():
        frontend.select(int(rest))
        return
    said = [(at, entry) for at, entry in enumerate(current.entries, current.first) if entry.is_talk][-RECENT:]
    rows = [(_found(frontend, current.name, entry)[0], f"/select {at}") for at, entry in reversed(said)]
    frontend.choose(_("Pick a message for /reply, /react, /edit, /delete and /save"), rows)


def _goto(frontend: Frontend, rest: str) -> str | None:
    if _DAY.fullmatch(rest):
        return _history(frontend, rest)
    name, msgid = split(rest)
    frontend.look_at(actions.place(frontend.state, name), msgid)
    return None


def _read(frontend: Frontend, rest: str) -> None:  # noqa: ARG001
    for conversation in frontend.state.conversations.values():
        frontend.state.read(conversation.key)
        preferences.read_again(frontend.state, conversation)


def _unread(frontend: Frontend, rest: str) -> str:  # noqa: ARG001
    current, entry = _chosen(frontend, own=False)
    preferences.mark_unread(frontend.state, current, entry)
    return _("Unread from here on, until you come back to it.")


RUNS: Final[dict[str, Run]] = {
    "search": _search,
    "history": _history,
    "catchup": _catchup,
    "mentions": _mentions,
    "inbox": _inbox,
    "thread": _thread,
    "threads": _threads,
    "goto": _goto,
    "read": _read,
    "unread": _unread,
    "select": _select,
    "reply": _reply,
    "react": _react,
    "edit": _edit,
    "delete": _delete,
    "link": _link,
    "save": _save,
    "pin": _pin,
    "pinall": _pin_all,
    "pins": _pins,
}
