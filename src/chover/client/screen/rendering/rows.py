"""Entries as rows of a terminal: day lines, aligned nicks, quotes, reactions, the state of our messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

from chover.client.display.dates import clock_time, long_date
from chover.client.display.message import MessageLine, message_lines, one_line, wrapped
from chover.client.display.own_files import OwnFile, own_files
from chover.client.display.text import Clean, Row, Span, fit, pad, plain, spans, width, wrap
from chover.client.display.theme import Theme
from chover.client.screen.rendering.cards import DrawnPicture, file_card, preview_rows
from chover.client.state.entries import Entry, sentence
from chover.client.state.model.outbox import Pending
from chover.client.state.model.previews import PagePreview
from chover.client.state.threads import ThreadSummary, counted_replies
from chover.i18n import ENGLISH, _, language

CLOCK: Final = "%H:%M"
NO_CLOCK: Final = "off"
RULE: Final = "─"
NARROW: Final = 30
"""With fewer columns, nicks have no column of their own."""
QUOTE: Final = 200
"""The maximum number of quoted characters."""


class Look(NamedTuple):
    """The appearance of rows; a change needs other rows."""

    columns: int
    nicks: int
    """Columns for nicks; 0 if there is no room for them: the nick is in the text, without a time."""
    theme: Theme
    zone: tzinfo | None
    clock: str = CLOCK
    time: int = 6
    """Columns for the time and the space after it; 0 if it is not shown."""
    left: bool = False
    """Whether nicks begin at the left of their column."""
    language: str = ENGLISH
    pictures: int = 0
    """The maximum number of rows of a picture; 0: none are shown."""

    @property
    def margin(self) -> int:
        """Columns in front of the text."""
        return self.time + self.nicks + 1 if self.nicks else self.time or 1


class Shape(NamedTuple):
    """What somebody has chosen: the format of the time (strftime), the width of the column of nicks, and its side."""

    clock: str = CLOCK
    nicks: str = "auto"
    left: bool = False


@cache
def _clock_width(clock: str, _language: str) -> int:
    """Columns of a time in this format at any hour of any month."""
    if clock == NO_CLOCK:
        return 0
    times = [datetime(2026, month, 28, hour) for month in range(1, 13) for hour in range(24)]  # noqa: DTZ001 - not a moment
    return max(width(plain(clock_time(time, clock))) for time in times) + 1


def look(
    columns: int,
    theme: Theme,
    zone: tzinfo | None,
    shape: Shape = Shape(),  # noqa: B008 - frozen
    pictures: int = 0,
) -> Look:
    """Nicks get less room on a narrow terminal, and times no room on a very narrow one."""
    nicks = 16 if columns >= 100 else 12 if columns >= 70 else 9 if columns >= 50 else 6 if columns >= NARROW else 0
    if shape.nicks.isdigit() and nicks:
        nicks = min(int(shape.nicks), columns // 3)
    elif shape.nicks == "off":
        nicks = 0
    return Look(
        columns,
        nicks,
        theme,
        zone,
        shape.clock,
        _clock_width(shape.clock, language()) if columns >= NARROW else 0,
        shape.left,
        language(),
        pictures,
    )


class Before(NamedTuple):
    """What is above an entry and changes its appearance."""

    day: str = ""
    """The day, if a new one begins here."""
    new: bool = False
    """Whether the new messages begin here."""
    saved: bool = False
    """Whether we have saved the entry."""
    revealed: bool = False
    """Whether its spoilers are shown."""
    within: bool = False
    """Whether it is shown in its thread, where what it answers need not be said."""
    thread: ThreadSummary | None = None
    """The thread that it begins."""
    shared: bool = False
    """Whether it is pinned for everybody."""
    emoji: frozenset[str] = frozenset()
    """The names of the server's emoji."""
    files: str = ""
    """Where the server keeps files."""
    link: str = ""
    """The address of the page that it links to, if there is a preview."""
    preview: PagePreview | None = None
    pictures: tuple[DrawnPicture, ...] = ()
    """The pictures that it contains, if they are shown."""


def day_of(at: int, zone: tzinfo | None) -> int:
    """The number of the day that contains a time."""
    return datetime.fromtimestamp(at / 1000, zone).toordinal()


def day_name(at: int, zone: tzinfo | None) -> str:
    return long_date(datetime.fromtimestamp(at / 1000, zone))


def rule(text: str, role: str, style: Look) -> str:
    """A line across, with a text in it."""
    label = fit(plain(f" {text} "), style.columns)
    rest = style.columns - width(label)
    left = min(rest // 2, 3 + style.time + style.nicks)
    paint = style.theme.paint
    return paint(Clean(RULE * left), "rule") + paint(label, role) + paint(Clean(RULE * (rest - left)), "rule")


def entry_rows(entry: Entry, before: Before, answered: Entry | None, style: Look) -> list[str]:
    """An entry, with what is above it."""
    rows = [rule(before.day, "day", style)] if before.day else []
    if before.new:
        rows.append(rule(_("new"), "new", style))
    if entry.reply_to and not before.within:
        rows.append(_quote(answered, style))
    rows += _said(entry, style, before) if entry.is_talk else _event(entry, style)
    for picture in before.pictures:
        rows += [" " * style.margin + row for row in picture.rows]
    if before.preview is not None:
        rows += _beneath(preview_rows(before.preview, before.link, style.columns - style.margin), style)
    if entry.reactions:
        rows.append(_reactions(entry.reactions, style))
    if before.thread is not None:
        rows.append(_thread(before.thread, style))
    return rows


def _said(entry: Entry, style: Look, before: Before) -> list[str]:
    role = "event" if entry.deleted else "mention" if entry.mentions else "own" if entry.own else "text"
    name = f"{entry.nick} " if entry.kind == "action" else "" if style.nicks else f"{entry.nick}: "
    if entry.deleted:
        lines = [MessageLine(spans(name + _("message deleted")))]
    else:
        marks = _(" (edited)") if entry.edited else ""
        marks += _(" (saved)") if before.saved else ""
        marks += _(" (pinned for everybody)") if before.shared else ""
        reasons = {picture.file.href: picture.reason for picture in before.pictures}
        cards = _cards(entry.text, before.files, style, marks, reasons)
        lines = message_lines(entry.text, name, marks, open_spoilers=before.revealed, emoji=before.emoji, cards=cards)
    return _block(_head(entry, style), _nick(entry, style), lines, role, style)


def _cards(
    text: str, files: str, style: Look, after: str, reasons: Mapping[str, str] = MappingProxyType({})
) -> list[tuple[OwnFile, MessageLine]]:
    """Cards in place of addresses. Where an address cannot be a link of a card, it has to be seen.

    ``after`` will stand behind the last one. ``reasons`` say why pictures are not shown, by their addresses.
    """
    if not style.theme.links:
        return []
    columns = style.columns - style.margin - len(after)
    return [(file, file_card(file, columns, reasons.get(file.href, ""))) for file in own_files(text, files)]


def _beneath(rows: Iterable[Row], style: Look) -> list[str]:
    """Rows that begin where the text of a message does."""
    return [" " * style.margin + style.theme.spans(row, "text") for row in rows]


def _head(entry: Entry, style: Look) -> str:
    if not style.time:
        return ""
    time = clock_time(datetime.fromtimestamp(entry.at / 1000, style.zone), style.clock)
    return style.theme.paint(pad(plain(time), style.time - 1), "time") + " "


def _nick(entry: Entry, style: Look) -> str:
    """The nick at the right of its column; a mention has a marker, not just a colour."""
    theme = style.theme
    if entry.kind == "action" and style.nicks:
        return pad(Clean("*"), style.nicks, right=not style.left) + " "
    if not style.nicks:
        return ""
    name = plain(entry.nick)
    sign = "-" if entry.kind == "notice" else "»" if entry.mentions else ""
    label = fit(name, style.nicks - len(sign))
    space = " " * (style.nicks - len(sign) - width(label))
    name_of = f"{sign}{theme.paint(label, f'nick:{entry.nick}')}"
    return f"{name_of}{space} " if style.left else f"{space}{name_of} "


def _block(head: str, nick: str, lines: Iterable[MessageLine], role: str, style: Look) -> list[str]:
    """Text after a time and a nick; further rows are aligned below it."""
    margin = style.margin
    rows: list[str] = []
    for line in lines:
        for row in wrapped(line, style.columns - margin):
            front = head + nick if not rows and (style.nicks or style.time) else " " * (margin if rows else 0)
            rows.append(front + style.theme.spans(row, role))
    return rows


def _quote(answered: Entry | None, style: Look) -> str:
    margin = style.margin
    if answered is None:
        text = plain(_("↳ an earlier message"))
    else:
        said = plain(_("(deleted)")) if answered.deleted else Clean(one_line(answered.text)[:QUOTE])
        text = Clean(plain(f"↳ {answered.nick}: ") + said)
    return " " * margin + style.theme.paint(fit(text, style.columns - margin), "quote")


def _reactions(reactions: dict[str, list[str]], style: Look) -> str:
    margin = style.margin
    text = "  ".join(
        f"{mark} {len(who)} ({', '.join(who[:3])}{'…' if len(who) > 3 else ''})" for mark, who in reactions.items()
    )
    return " " * margin + style.theme.paint(fit(plain(text), style.columns - margin), "reaction")


def _thread(thread: ThreadSummary, style: Look) -> str:
    """How many replies there are: Alt-S and t open them."""
    last = clock_time(datetime.fromtimestamp(thread.last_at / 1000, style.zone), style.clock if style.time else CLOCK)
    unread = _(", {n} new", n=thread.unread) if thread.unread else ""
    text = _("╰ {replies}, last {last}{unread}", replies=counted_replies(thread.replies), last=last, unread=unread)
    role = "unread" if thread.unread else "quote"
    return " " * style.margin + style.theme.paint(fit(plain(text), style.columns - style.margin), role)


def welcome_rows(name: str, about: str, people: str, hint: str, style: Look) -> list[str]:
    """The first lines of a channel: where somebody is, what it is about, who is here, what to do next."""
    paint = style.theme.paint
    lines = [(_("Welcome to {name}", name=name), "head"), (about, "text"), (people, "text")]
    rows = [paint(fit(plain(f" {text}"), style.columns), role) for text, role in lines if text]
    # What to do next is of no use without its end.
    return (
        rows + [paint(Clean(f" {row[0].text}"), "soft") for row in wrap([Span(plain(hint))], style.columns - 1)] + [""]
    )


# ---- what is not said

SIGNS: Final = {"join": "→", "part": "←", "quit": "←", "kick": "←", "crowd": "↔"}


def _event(entry: Entry, style: Look) -> list[str]:
    sign, text = SIGNS.get(entry.kind, "·"), sentence(entry)
    role = "note" if entry.kind == "note" else "event"
    mark = pad(Clean(sign), style.nicks or 1, right=not style.left)
    lines = [MessageLine(spans(line)) for line in text.split("\n")]
    return _block(_head(entry, style), style.theme.paint(mark, role) + " ", lines, role, style)


# ---- ours, not yet or not at all with the server


def pending_rows(pending: Pending, nick: str, style: Look, files: str = "") -> list[str]:
    """A message of ours that the server has not acknowledged, or has refused, also stated in words."""
    if pending.reason:
        role, state = "failed", _(" [not sent: {reason}]", reason=pending.reason)
    else:
        role, state = "pending", _(" [sending]") if pending.sent else _(" [waiting]")
    entry = Entry("action" if pending.action else "message", pending.at, nick, pending.text, own=True)
    name = f"{nick} " if pending.action else "" if style.nicks else f"{nick}: "
    lines = message_lines(
        pending.text, name, state, open_spoilers=True, cards=_cards(pending.text, files, style, state)
    )
    return _block(_head(entry, style), _nick(entry, style), lines, role, style)
