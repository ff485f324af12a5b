"""Commands about messages that are sent later, and reminders."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from functools import partial
from typing import Final

from chover.client.commands.command import Run, guard, here, split
from chover.client.commands.times import HELP, split_time
from chover.client.display.message import one_line
from chover.client.frontend import Frontend
from chover.client.notifications import PlainLine, ScheduledDue, ScheduledFor
from chover.client.state import actions, sending
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.client.state.model.scheduled import OFFERED, ScheduledRow
from chover.i18n import N_, _
from chover.wire.message import format_line

_MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2}) UTC", re.ASCII)
TITLE: Final = N_("Scheduled: Enter goes to a message, or cancels one that waits")


def _later(frontend: Frontend, rest: str) -> None:
    """Answered by NOTE, which says when."""
    state, current = frontend.state, here(frontend)
    actions.need(state, OFFERED, _("sending later"))
    when, text = split_time(rest, state.now, frontend.host.zone())
    if not text:
        raise CannotDo(_("/later TIME TEXT sends a text later.") + " " + _(HELP))
    _require_online(frontend)
    guard(frontend, "PRIVMSG", current.name, text)
    state.lines += sending.later(state, current.name, when, text)


def _remind(frontend: Frontend, rest: str) -> None:
    """Of the selected message, or the last one."""
    state, current, entry = frontend.state, here(frontend), frontend.chosen()
    actions.need(state, OFFERED, _("reminders"))
    said = (e for e in reversed(current.entries) if e.is_talk and e.msgid and not e.deleted)
    entry = entry or next(said, None)
    if entry is None or not entry.msgid:
        raise CannotDo(_("Nothing was said here that you could be reminded of."))
    remind(frontend, current, entry, rest)


def remind(frontend: Frontend, conversation: Conversation, entry: Entry, text: str) -> None:
    """Be reminded of a message at the time that a text names. Raises CannotDo."""
    when, more = split_time(text, frontend.state.now, frontend.host.zone())
    if more:
        raise CannotDo(_(HELP))
    _require_online(frontend)
    frontend.state.lines.append(format_line("REMIND", conversation.name, entry.msgid, when))


def _require_online(frontend: Frontend) -> None:
    if not frontend.state.online:
        raise CannotDo(_("There is no connection; this works when it is back."))


# ---- the list


def _scheduled(frontend: Frontend, rest: str) -> None:
    actions.need(frontend.state, OFFERED, _("sending later"))
    verb, number = split(rest)
    if verb == "cancel":
        _cancel(frontend, number)
    elif verb:
        _open(frontend, verb)
    elif rows := frontend.state.scheduled.rows:
        first = sorted(rows, key=lambda row: (row.state == "waiting", row.due))
        frontend.choose(_(TITLE), [(_shown(frontend, row), f"/scheduled {row.id}") for row in first])
    else:
        frontend.tell(_("Nothing is scheduled. /later 2h TEXT sends a text later, /remind 2h brings a message back."))


def _cancel(frontend: Frontend, number: str) -> None:
    _require_online(frontend)
    frontend.state.lines.append(format_line("UNSCHEDULE", _row(frontend, number).id))


def _row(frontend: Frontend, number: str) -> ScheduledRow:
    found = next((row for row in frontend.state.scheduled.rows if row.id == number), None)
    if found is None:
        raise CannotDo(_("That is not scheduled any more; /scheduled lists what is."))
    return found


def _open(frontend: Frontend, number: str) -> None:
    """Go to the message of a past reminder, and dismiss it; ask about anything else."""
    row = _row(frontend, number)
    if row.kind == "remind" and row.state == "due":
        _cancel(frontend, number)
        frontend.look_at(actions.place(frontend.state, row.conversation), row.msgid)
    elif row.state == "refused":
        why = _("{name}, not sent: {why}.", name=row.conversation, why=row.why)
        frontend.tell(f"{why} {row.text}".rstrip())
        frontend.confirm(_("Remove it from the list?"), f"/scheduled cancel {number}")
    else:
        frontend.confirm(_("Cancel {what}?", what=_what(row)), f"/scheduled cancel {number}")


def _shown(frontend: Frontend, row: ScheduledRow) -> str:
    refused = _("not sent ({why})", why=row.why) if row.state == "refused" else ""
    state = _("reminder") if row.state == "due" else refused
    return " ".join(filter(None, (shown_time(row.due, frontend.host.zone()), state, _what(row))))


def _what(row: ScheduledRow) -> str:
    if row.kind == "say":
        return _("to {name}: {text}", name=row.conversation, text=one_line(row.text))
    said = f"{row.author}: {one_line(row.text)}" if row.text else _("a message that was deleted")
    if row.state != "waiting":
        return f"{row.conversation} {said}"
    return _("reminder of {name} {text}", name=row.conversation, text=said)


def shown_time(at: int, zone: tzinfo | None) -> str:
    """A time, in ms since 1970, as it is in the person's zone; None: this machine's."""
    return f"{datetime.fromtimestamp(at / 1000, zone):%a %Y-%m-%d %H:%M}"


def told(item: ScheduledDue | ScheduledFor, zone: tzinfo | None) -> str:
    """What has become of it, in one line."""
    if isinstance(item, ScheduledFor):
        return _("Scheduled for {time}; /scheduled lists and cancels.", time=shown_time(item.at, zone))
    name, why = item.conversation, item.why
    if item.state == "refused" and item.kind == "say":
        return _("Your message to {name} was not sent: {why}. /scheduled keeps it.", name=name, why=why)
    if item.state == "refused":
        return _("Your reminder in {name} has ended: {why}.", name=name, why=why)
    said = f"{item.author}: {one_line(item.text)}" if item.text else _("a message that was deleted")
    return _("Reminder of {name} {text} (/scheduled goes there)", name=name, text=said)


def as_line(item: ScheduledDue, now: int) -> PlainLine:
    """A reminder as something that is for us, for the bell."""
    return PlainLine(item.conversation, item.author, item.text, now, msgid=item.msgid, mentions=True)


def in_zone(text: str, zone: tzinfo | None) -> str:
    """A text of the server with its times in the person's zone: "until 2026-11-30 14:30 UTC"."""
    return _MOMENT.sub(partial(_in_zone, zone), text)


def _in_zone(zone: tzinfo | None, found: re.Match[str]) -> str:
    try:
        moment = datetime.fromisoformat(f"{found[1]}+00:00")
    except ValueError:
        return found[0]
    return shown_time(round(moment.timestamp() * 1000), zone)


RUNS: Final[dict[str, Run]] = {"later": _later, "remind": _remind, "scheduled": _scheduled}
