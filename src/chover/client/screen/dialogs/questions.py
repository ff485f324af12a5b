"""Questions: yes or no, a secret, or one of several rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chover.client.screen.dialogs.dialog import CHOICES, Dialog, DialogLine
from chover.i18n import _

Act = Callable[[Callable[[], object]], object]
"""Does something, and handles the consequences."""
Obey = Callable[[str], object]
"""Runs a command."""


class Sure(Dialog):
    """A yes-or-no question."""

    def __init__(self, line: DialogLine, act: Act, question: str, then: Callable[[], object]) -> None:
        super().__init__(line)
        self.prompt = f"{question} {_('(y/n)')} "
        self._act = act
        self._then = then

    def changed(self, text: str) -> None:
        if text.strip():
            self._act(lambda: self.accept(text))

    def accept(self, text: str) -> None:
        self.line.close()
        answer = text.strip().lower()[:1]
        if answer in {"y", _("y")}:
            self._then()
        elif answer != "n":
            # The user continues typing: the rest must not remain without its beginning.
            self.line.insert(text)


class Secret(Dialog):
    """The input is shown as stars, and is not kept in the history."""

    hidden = True

    def __init__(self, line: DialogLine, obey: Obey, prompt: str, then: str) -> None:
        super().__init__(line)
        self.prompt = f"{prompt} "
        self._obey = obey
        self._then = then

    def accept(self, text: str) -> None:
        self.line.close()
        if text:
            self._obey(f"{self._then} {text}")


class Choice(Dialog):
    """Rows to pick from; each runs a command, or nothing."""

    def __init__(self, line: DialogLine, obey: Obey, title: str, rows: list[tuple[str, str]]) -> None:
        super().__init__(line)
        self.prompt = _("pick ❯ ")
        self._obey = obey
        self._title = title
        self._all = self._shown = rows

    def title(self) -> str:
        return _("{title} (Esc closes)", title=self._title)

    def rows(self) -> list[str]:
        return [text for text, _then in self._shown] or [_("nothing")]

    def changed(self, text: str) -> None:
        self._shown = [row for row in self._all if text.lower() in row[0].lower()]
        self.picked = 0

    def accept(self, text: str) -> None:  # noqa: ARG002
        then = self._shown[self.picked][1] if self.picked < len(self._shown) else ""
        self.line.close()
        if then:
            self._obey(then)


class Recall(Dialog):
    """Earlier input (Ctrl-R)."""

    def __init__(self, line: DialogLine, typed: Sequence[str]) -> None:
        super().__init__(line)
        self.prompt = _("again ❯ ")
        self._typed = typed
        self._text = ""

    def title(self) -> str:
        return _("Typed before")

    def _lines(self) -> list[str]:
        wanted = self._text.lower()
        return [line for line in reversed(self._typed) if wanted in line.lower()][:CHOICES]

    def rows(self) -> list[str]:
        return self._lines()

    def changed(self, text: str) -> None:
        self._text, self.picked = text, 0

    def accept(self, text: str) -> None:  # noqa: ARG002
        lines = self._lines()
        self.line.close()
        if lines:
            self.line.put(lines[self.picked])
