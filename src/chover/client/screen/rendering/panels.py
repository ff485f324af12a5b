"""The panels beside the messages: channels, members, topic, status. Each gives rows of text, ready to be painted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from chover.client.display.message import one_line
from chover.client.display.text import Clean, Span, fit, pad, plain, spans, width, wrap
from chover.client.display.theme import RESET, Theme
from chover.client.lines import key
from chover.client.state import State
from chover.client.state.conversation import Conversation
from chover.client.state.overview import MOST, Heading, Place
from chover.i18n import N_, _, ngettext

MENTIONS: Final = N_("mentions")
DRAFT: Final = "✎"
"""There is a draft."""


def first_shown(rows: Sequence[Place | Heading], height: int) -> int:
    """The number of the row at the top of a list of this height, so that the active conversation is visible."""
    active = next((at for at, row in enumerate(rows) if row.here and isinstance(row, Place)), 0)
    return min(max(active - height + 2, 0), max(len(rows) - height, 0))


def channel_rows(rows: Sequence[Place | Heading], theme: Theme, columns: int, height: int) -> list[str]:
    """The conversations with their unread counts, below the names of their servers if there are several."""
    first = first_shown(rows, height)
    return [
        _channel(row, theme, columns) if isinstance(row, Place) else _heading(row, theme, columns)
        for row in rows[first : first + height]
    ]


def _heading(row: Heading, theme: Theme, columns: int) -> str:
    """The name of a server, and whether it is there."""
    remark = plain(row.remark)
    name = pad(fit(plain(row.server), columns - 1 - width(remark) - 1), columns - 1 - width(remark))
    return theme.paint(Clean(f"{name}{remark} "), "calls" if row.remark else "head")


def mentions_row(state: State, theme: Theme, columns: int) -> str:
    """The row that leads to the mentions of all channels."""
    count = sum(c.mentions for c in state.conversations.values() if c.channel and c.leaving is None)
    told = Clean(f"@{min(count, MOST)}" if count else "")
    name = pad(Clean(_(MENTIONS)), columns - 3 - (width(told) + 1 if told else 0))
    return theme.paint(Clean(f"@ {name}{' ' + told if told else ''} "), "calls" if count else "soft")


def _channel(place: Place, theme: Theme, columns: int) -> str:
    state, conversation, here, muted = place.state, place.conversation, place.here, place.muted
    waits = not here and state.drafts.waits(conversation.key)
    count = Clean(" ".join(filter(None, [DRAFT if waits else "", place.badge])))
    number = f"{place.number % 10}" if place.number <= 10 else " "
    room = columns - 3 - (width(count) + 1 if count else 0)
    outside = conversation.channel and not conversation.joined
    quiet = outside or muted
    name = pad(plain(f"({conversation.name})" if outside else conversation.name), room)
    mark = Clean(f"{number}{'>' if here else '^' if conversation.key in state.preferences.pinned else ' '}")
    body = Clean(f"{mark}{name}{' ' + count if count else ''} ")
    notifications = bool(conversation.unread) and not muted
    role = (
        "here"
        if here
        else "calls"
        if conversation.mentions
        else "unread"
        if notifications
        else "soft"
        if quiet
        else "text"
    )
    return theme.paint(body, role)


def member_rows(state: State, theme: Theme, columns: int, height: int) -> list[str]:
    """The members, the highest rank first; those who are away are in brackets."""
    conversation = state.current
    if conversation is None or not conversation.channel:
        return []
    ranks = state.support.prefixes
    order = {prefix: at for at, prefix in enumerate(ranks)}
    members = sorted(conversation.members.items(), key=lambda item: (order.get(item[1].ranks[:1], 99), item[0]))
    rows = [theme.paint(fit(plain(_(" {n} here", n=len(members))), columns), "soft")]
    for folded, member in members[: height - 1]:
        user = state.users.get(folded)
        away = user is not None and user.away
        name = plain(f"({member.nick})" if away else member.nick)
        rank = Clean(member.ranks[:1] if member.ranks[:1] in ranks else "")
        rows.append(f" {rank or ' '}{theme.paint(fit(name, columns - 3), 'soft' if away else f'nick:{member.nick}')}")
    if len(members) > height - 1 and height > 1:
        rows[-1] = theme.paint(fit(plain(_("  and {n} more", n=len(members) - height + 2)), columns), "soft")
    return rows


PRESENT: Final = 5
"""So many of those who are here are named."""


def present(conversation: Conversation) -> str:
    """The people who are here, in one line."""
    nicks = [member.nick for member in islice(conversation.members.values(), PRESENT + 1)]
    if len(nicks) <= 1:
        return _("You are alone here.")
    more = len(conversation.members) - PRESENT
    names = ", ".join(nicks[:PRESENT])
    return _("Here: {names} and {n} more", names=names, n=more) if more > 0 else _("Here: {names}", names=names)


def quiet_topic(conversation: Conversation, theme: Theme, columns: int, server: str) -> str:
    """The same for the conversation that is not written to."""
    about = one_line(conversation.topic) if conversation.channel else ""
    text = plain(f" {_titled(conversation, server)} {about}")
    return theme.paint(pad(fit(text, columns), columns), "soft")


def _titled(conversation: Conversation, server: str) -> str:
    return f"{conversation.name}{f' ({server})' if server else ''}"


def topic_row(state: State, conversation: Conversation | None, theme: Theme, columns: int, server: str = "") -> str:
    """The name of the conversation, with that of its server if that is given, and its topic."""
    if conversation is None:
        return bar(theme, "status", plain(f" {server or 'chover'}"), Clean(""), columns)
    name = fit(plain(f" {_titled(conversation, server)} "), columns)
    about = conversation.topic if conversation.channel else _about(state, conversation)
    ground = theme.sgr("status")
    room = columns - width(name)
    row = spans(about.split("\n", 1)[0])
    text = fit(Clean("".join(span.text for span in row)), room)
    return f"\x1b[{ground};1m{name}\x1b[22m{text}{' ' * (room - width(text))}{RESET}" if ground else f"{name}{text}"


def _about(state: State, conversation: Conversation) -> str:
    user = state.users.get(key(conversation.name))
    if user is None:
        return _("private conversation")
    known = [
        _("account {account}", account=user.account) if user.account else "",
        user.realname,
        _("away") if user.away else "",
    ]
    about = ", ".join(part for part in known if part)
    return _("private conversation: {about}", about=about) if about else _("private conversation")


def bar(theme: Theme, role: str, left: Clean, right: Clean, columns: int) -> str:
    """A filled row with text at each end."""
    right = fit(right, columns)
    room = columns - width(right)
    return theme.paint(Clean(pad(left, room) + right), role)


def activity(places: Sequence[Place]) -> str:
    """Other conversations with something new, like ``2:#tea 3``; mentions first."""
    waiting = [place for place in places if not place.here and place.badge]
    waiting.sort(key=lambda place: (not place.conversation.mentions, place.conversation.channel))
    return "  ".join(f"{place.number}:{place.conversation.name} {place.badge}" for place in waiting)


def typing(conversation: Conversation, now: int) -> str:
    """The people who are typing here."""
    names = [each.nick for each in conversation.typing.values() if each.until > now]
    if not names:
        return ""
    return ngettext("{names} is typing", "{names} are typing", len(names), names=", ".join(names[:3]))


def popup_rows(title: str, rows: Sequence[str], picked: int, theme: Theme, columns: int, height: int) -> list[str]:
    """A list over the lower part of the messages, with the selected row visible."""
    whole = _whole(plain(rows[picked]), columns)[: height - 1] if rows else []
    height = min(max(height - len(whole), 1), len(rows))
    first = min(max(picked - height // 2, 0), max(len(rows) - height, 0))
    out = [bar(theme, "status", plain(f" {title}"), Clean(""), columns)]
    for at, row in list(enumerate(rows))[first : first + height]:
        if at == picked:
            out += [theme.paint(pad(line, columns), "picked") for line in whole]
        else:
            out.append(theme.paint(pad(plain(f"  {row}"), columns), "text"))
    return out


def _whole(row: Clean, columns: int) -> list[Clean]:
    """The complete selected row, on several lines if necessary: nothing is cut off without a way to read it."""
    lines = wrap([Span(row)], columns - 2)
    return [Clean(("  " if at else "> ") + "".join(span.text for span in line)) for at, line in enumerate(lines)]
