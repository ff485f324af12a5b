"""Going to a conversation or a person by a few letters, or to a message by its text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from chover import names
from chover.client.display.message import one_line
from chover.client.lines import key
from chover.client.screen.dialogs.dialog import CHOICES, Dialog, DialogLine
from chover.client.searching import EXPLAINED, Asking, attributes_of
from chover.client.state import State, actions, history_requests, leaving
from chover.client.state.entries import Entry
from chover.client.state.model.requests import SearchResults
from chover.client.state.model.state import CONVERSATIONS
from chover.client.state.overview import Heading, Place, badge
from chover.i18n import N_, _

OLDER = N_("older messages: Enter looks for them")
GoTo = Callable[[str, Entry], None]
"""Shows a message of the conversation of that name."""


def fit(name: str, typed: str) -> int:
    """How well a name matches what was typed, the higher the better; 0: not at all."""
    text, wanted = key(name).lstrip("#"), key(typed).lstrip("#@")
    if not wanted:
        return 1
    if text == wanted:
        return 100
    if text.startswith(wanted):
        return 80
    if wanted in text:
        return 60
    letters = iter(text)
    return 20 if all(char in letters for char in wanted) else 0


class Goal(NamedTuple):
    """Somewhere to go. ``row`` None: a person, or a channel to join."""

    name: str
    remark: str
    row: Place | Heading | None = None


def choices(state: State, rows: Sequence[Place | Heading], typed: str) -> list[Goal]:
    """Where to go: the rows of the list, people of the active server, and a channel of that name."""
    scored = [(-_score(row, typed), at, _goal(row)) for at, row in enumerate(rows) if _score(row, typed)]
    if typed and not typed.startswith("#"):
        people = [u.nick for k, u in state.users.items() if k not in state.conversations and not state.is_me(u.nick)]
        fits = [(fit(nick, typed), nick) for nick in people]
        scored += [(15 - score, CONVERSATIONS, Goal(nick, _("person"))) for score, nick in fits if score > 15]
    found = [each[2] for each in sorted(scored, key=lambda each: (*each[:2], each[2].name))][:CHOICES]
    wanted = typed if names.is_channel(typed) else f"#{typed}"
    if typed and " " not in typed and not typed.startswith("/") and not leaving.is_open(state, key(wanted)):
        found.append(Goal(wanted, _("join")))
    return found


def _score(row: Place | Heading, typed: str) -> int:
    if isinstance(row, Heading):
        # Most people want a conversation, and its server only if they write more of its name.
        return max(fit(row.server, typed) - 25, 0) if typed else 0
    score = fit(row.conversation.name, typed)
    return score + (5 if row.conversation.unread else 0) - (4 if row.here else 0) if score else 0


def _goal(row: Place | Heading) -> Goal:
    if isinstance(row, Heading):
        return Goal(row.server, _("server"), row)
    remarks = filter(None, [row.server, badge(row.conversation, muted=False)])
    return Goal(row.conversation.name, "  ".join(remarks), row)


class Switcher(Dialog):
    """``rows`` gives the list of all servers, ``show`` goes to one of its rows."""

    def __init__(
        self,
        line: DialogLine,
        state: State,
        rows: Callable[[], Sequence[Place | Heading]],
        show: Callable[[Place | Heading], None],
    ) -> None:
        super().__init__(line)
        self.prompt = _("go to ❯ ")
        self._state = state
        self._places = rows
        self._show = show
        self._text = ""

    def _goals(self) -> list[Goal]:
        return choices(self._state, self._places(), self._text)

    def title(self) -> str:
        return _("Conversations and people")

    def rows(self) -> list[str]:
        return [f"{goal.name}  {goal.remark}" for goal in self._goals()]

    def changed(self, text: str) -> None:
        self._text, self.picked = text.strip(), 0

    def accept(self, text: str) -> None:  # noqa: ARG002
        found = self._goals()
        self.line.close()
        if not found:
            return
        goal = found[min(self.picked, len(found) - 1)]
        if goal.row is not None:
            self._show(goal.row)
        elif names.is_channel(goal.name):
            actions.join(self._state, goal.name)
        else:
            self._show_person(goal.name)

    def _show_person(self, nick: str) -> None:
        conversation = actions.talk_to(self._state, nick)
        for row in self._places():
            if isinstance(row, Place) and row.conversation is conversation:
                self._show(row)
                return


class SearchBox(Dialog):
    """Enter asks the server; Enter on a result goes there."""

    def __init__(
        self, line: DialogLine, state: State, zone: Callable[[], tzinfo | None], go_to: GoTo, text: str = ""
    ) -> None:
        super().__init__(line)
        self.prompt = _("search ❯ ")
        self._state = state
        self._zone = zone
        self._go_to = go_to
        self.begin = text
        self._asked = ""
        if text:
            self._ask(text)

    def _ask(self, text: str) -> None:
        state = self._state
        actions.need(state, "soju.im/search", _("search"))
        here = state.current.name if state.current else ""
        files = state.support.get("soju.im/FILEHOST")
        history_requests.search(state, attributes_of(text, Asking(state.now, self._zone(), here, files)))
        self._asked = text
        self.picked = 0

    def title(self) -> str:
        search = self._state.search
        if not self._asked or search is None:
            return _("Enter searches: {words}", words=_(EXPLAINED))
        if search.status == "asking" and not search.found:
            return _("Searching …")
        if search.status == "failed":
            return search.reason
        if not search.found:
            return _("Nothing found")
        if search.complete:
            return _("{n} found; Enter goes there", n=len(search.found))
        return _("{n} or more found; Enter goes there", n=len(search.found))

    def _found(self) -> list[SearchResults]:
        search = self._state.search
        return search.found if self._asked and search is not None else []

    def rows(self) -> list[str]:
        search, rows = self._state.search, [self._row(each) for each in self._found()]
        if not rows or search is None or search.complete:
            return rows
        return [*rows, _("Searching …") if search.status == "asking" else _(OLDER)]

    def _row(self, found: SearchResults) -> str:
        at = datetime.fromtimestamp(found.entry.at / 1000, self._zone())
        return f"{at:%Y-%m-%d %H:%M} {found.name} {found.entry.nick}: {one_line(found.entry.text)}"

    def accept(self, text: str) -> None:
        if text.strip() != self._asked or not self._found():
            if text.strip():
                self._ask(text.strip())
            return
        if self.picked >= len(self._found()):
            history_requests.search_on(self._state)
            return
        found = self._found()[self.picked]
        self.line.close()
        self._go_to(found.name, found.entry)
