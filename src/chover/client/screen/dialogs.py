"""What the line at the bottom is for when it is not for saying something: switching, searching, reacting, asking."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chover import names
from chover.client.commands import is_command
from chover.client.emoji import emoji_of, find, no_emoji
from chover.client.lines import key
from chover.client.screen.panels import badge, in_order
from chover.client.searching import EXPLAINED, Asking, attributes_of
from chover.client.state import State, actions, history_requests, leaving
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.client.state.model.requests import SearchResults

if TYPE_CHECKING:
    from chover.client.screen.fullscreen import FullScreen

CHOICES = 50

Popup = tuple[str, list[str], int]


class Dialog:
    """``prompt`` stands in front of what is typed, ``begin`` is there already; ``hidden``: not shown as it is typed."""

    prompt = "? "
    begin = ""
    hidden = False

    def __init__(self, screen: FullScreen) -> None:
        self.screen = screen
        self.picked = 0

    def rows(self) -> list[str]:
        """What may be picked."""
        return []

    def picture(self) -> list[str]:
        """Painted rows that stand where the messages and the topic are."""
        return []

    def title(self) -> str:
        return ""

    def popup(self) -> Popup | None:
        rows = self.rows()
        self.picked = min(max(self.picked, 0), max(len(rows) - 1, 0))
        return (self.title(), rows, self.picked) if rows or self.title() else None

    def move(self, by: int) -> None:
        self.picked = min(max(self.picked + by, 0), max(len(self.rows()) - 1, 0))

    def changed(self, text: str) -> None:
        """Something was typed."""

    def accept(self, text: str) -> None:
        """Enter."""
        raise NotImplementedError


class Sure(Dialog):
    """A question with yes or no."""

    def __init__(self, screen: FullScreen, question: str, then: Callable[[], object]) -> None:
        super().__init__(screen)
        self.prompt = f"{question} (y/n) "
        self._then = then

    def changed(self, text: str) -> None:
        if text.strip():
            self.screen.act(lambda: self.accept(text))

    def accept(self, text: str) -> None:
        self.screen.close()
        answer = text.strip().lower()[:1]
        if answer == "y":
            self._then()
        elif answer != "n":
            # Somebody types on: what follows must not stand there without its beginning.
            self.screen.buffer.insert_text(text)


class Secret(Dialog):
    """What is typed is shown as stars, and stands in no history."""

    hidden = True

    def __init__(self, screen: FullScreen, prompt: str, then: str) -> None:
        super().__init__(screen)
        self.prompt = f"{prompt} "
        self._then = then

    def accept(self, text: str) -> None:
        self.screen.close()
        if text:
            self.screen.obey(f"{self._then} {text}")


def spoken(text: str) -> str:
    """What is said when this is typed where only words are wanted. Raises CannotDo for a command."""
    if is_command(text):
        raise CannotDo("That is a command, and it was not sent: Esc goes back to the line. // sends a slash.")
    return text[1:] if text.startswith("//") else text


class AnswerDialog(Dialog):
    """A reply to one message."""

    def __init__(self, screen: FullScreen, conversation: Conversation, entry: Entry) -> None:
        super().__init__(screen)
        self.prompt = f"reply to {entry.nick} ❯ " if entry.nick else "reply ❯ "
        self.begin = screen.buffer.text if screen.dialog is None else ""
        self._conversation = conversation
        self.entry = entry

    def accept(self, text: str) -> None:
        if text.strip():
            self.screen.say(self._conversation.name, spoken(text), reply_to=self.entry.msgid)
            self.screen.buffer.text = ""
            self.screen.drafting.sent(self._conversation)
        self.screen.close()


class Edit(Dialog):
    """Another text for a message of ours."""

    def __init__(self, screen: FullScreen, conversation: Conversation, entry: Entry) -> None:
        super().__init__(screen)
        self.prompt = "edit ❯ "
        self.begin = f"/{entry.text}" if entry.text.startswith("/") else entry.text
        self._conversation = conversation
        self.entry = entry

    def accept(self, text: str) -> None:
        actions.edit(self.screen.state, self._conversation, self.entry, spoken(text))
        self.screen.close()


class React(Dialog):
    prompt = "react ❯ "

    def __init__(self, screen: FullScreen, conversation: Conversation, entry: Entry) -> None:
        super().__init__(screen)
        self._conversation = conversation
        self._entry = entry
        self._text = ""

    def title(self) -> str:
        return "A name or an emoji" if self._marks() else no_emoji(self._text)

    def rows(self) -> list[str]:
        return [f"{mark} {name}" for name, mark in self._marks()]

    def _marks(self) -> list[tuple[str, str]]:
        typed = self._text.strip()
        return find(typed, CHOICES) or [(typed, mark) for mark in [emoji_of(typed)] if mark]

    def changed(self, text: str) -> None:
        self._text, self.picked = text, 0

    def accept(self, text: str) -> None:
        marks = self._marks()
        if not marks:
            raise CannotDo(no_emoji(text.strip()))
        self.screen.close()
        actions.react(self.screen.state, self._conversation, self._entry, marks[self.picked][1])


class Choice(Dialog):
    """Rows to pick one of; each leads to a command, or nowhere."""

    prompt = "pick ❯ "

    def __init__(self, screen: FullScreen, title: str, rows: list[tuple[str, str]]) -> None:
        super().__init__(screen)
        self._title = title
        self._all = self._shown = rows

    def title(self) -> str:
        return f"{self._title} (Esc closes)"

    def rows(self) -> list[str]:
        return [text for text, _ in self._shown] or ["nothing"]

    def changed(self, text: str) -> None:
        self._shown = [row for row in self._all if text.lower() in row[0].lower()]
        self.picked = 0

    def accept(self, text: str) -> None:  # noqa: ARG002
        then = self._shown[self.picked][1] if self.picked < len(self._shown) else ""
        self.screen.close()
        if then:
            self.screen.obey(then)


class Recall(Dialog):
    """What was typed before (Ctrl-R)."""

    prompt = "again ❯ "

    def __init__(self, screen: FullScreen) -> None:
        super().__init__(screen)
        self._text = ""

    def title(self) -> str:
        return "Typed before"

    def _lines(self) -> list[str]:
        wanted = self._text.lower()
        return [line for line in reversed(self.screen.typed) if wanted in line.lower()][:CHOICES]

    def rows(self) -> list[str]:
        return self._lines()

    def changed(self, text: str) -> None:
        self._text, self.picked = text, 0

    def accept(self, text: str) -> None:  # noqa: ARG002
        lines = self._lines()
        self.screen.close()
        if lines:
            self.screen.put(lines[self.picked])


# ---- going somewhere


def fit(name: str, typed: str) -> int:
    """How well a name fits what was typed, the higher the better; 0: not at all."""
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


def choices(state: State, typed: str) -> list[tuple[str, str]]:
    """Names to go to, and what is to be said of each."""
    scored = []
    for at, conversation in enumerate(in_order(state)):
        score = fit(conversation.name, typed)
        if score:
            score += (5 if conversation.unread else 0) - (4 if conversation.key == state.active else 0)
            scored.append((-score, at, conversation.name, badge(conversation, muted=False)))
    if typed and not typed.startswith("#"):
        people = [u.nick for k, u in state.users.items() if k not in state.conversations and not state.is_me(u.nick)]
        scored += [(15 - fit(nick, typed), 1000, nick, "person") for nick in people if fit(nick, typed) > 15]
    found = [(name, more) for _, _, name, more in sorted(scored)][:CHOICES]
    wanted = typed if names.is_channel(typed) else f"#{typed}"
    if typed and " " not in typed and not typed.startswith("/") and not leaving.is_open(state, key(wanted)):
        found.append((wanted, "join"))
    return found


class Switcher(Dialog):
    prompt = "go to ❯ "

    def __init__(self, screen: FullScreen) -> None:
        super().__init__(screen)
        self._text = ""

    def title(self) -> str:
        return "Conversations and people"

    def rows(self) -> list[str]:
        return [f"{name}  {more}" for name, more in choices(self.screen.state, self._text)]

    def changed(self, text: str) -> None:
        self._text, self.picked = text.strip(), 0

    def accept(self, text: str) -> None:  # noqa: ARG002
        found = choices(self.screen.state, self._text)
        self.screen.close()
        if not found:
            return
        name = found[min(self.picked, len(found) - 1)][0]
        known = self.screen.state.conversations.get(key(name))
        if known is not None:
            self.screen.show(known)
        elif names.is_channel(name):
            actions.join(self.screen.state, name)
        else:
            self.screen.show(actions.talk_to(self.screen.state, name))


# ---- searching


class SearchBox(Dialog):
    """Enter asks the server, Enter on a result goes there."""

    prompt = "search ❯ "

    def __init__(self, screen: FullScreen, text: str = "") -> None:
        super().__init__(screen)
        self.begin = text
        self._asked = ""
        if text:
            self._ask(text)

    def _ask(self, text: str) -> None:
        state = self.screen.state
        actions.need(state, "soju.im/search", "search")
        here = state.current.name if state.current else ""
        files = state.support.get("soju.im/FILEHOST")
        history_requests.search(state, attributes_of(text, Asking(state.now, self.screen.host.zone(), here, files)))
        self._asked = text
        self.picked = 0

    def title(self) -> str:
        search = self.screen.state.search
        if not self._asked or search is None:
            return f"Enter searches: {EXPLAINED}"
        if search.status == "asking":
            return "Searching …"
        if search.status == "failed":
            return search.reason
        more = " or more" if len(search.found) >= history_requests.RESULTS else ""
        return f"{len(search.found)}{more} found; Enter goes there" if search.found else "Nothing found"

    def _found(self) -> list[SearchResults]:
        search = self.screen.state.search
        return search.found if self._asked and search is not None else []

    def rows(self) -> list[str]:
        return [self.screen.found_row(each) for each in self._found()]

    def accept(self, text: str) -> None:
        if text.strip() != self._asked or not self._found():
            if text.strip():
                self._ask(text.strip())
            return
        found = self._found()[self.picked]
        self.screen.close()
        self.screen.go_to(found.name, found.entry)
