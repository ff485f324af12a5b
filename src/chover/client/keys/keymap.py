"""Which key does what: the keys that actions have by themselves, changed by what somebody has bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from chover.client.keys.actions import ACTIONS, SELECTED, KeyAction
from chover.client.keys.notation import Chord, NoKey, parse, show
from chover.i18n import _

NOTHING: Final = ("nothing", "selected-nothing")
FIXED: Final = frozenset({("c-m",), ("c-c",), ("escape",)})
"""They keep their meaning, so that there is always a way to send, to quit, and to close what is open."""
MAIN_TABLE: Final = "keys"
SELECTED_TABLE: Final = "keys.selected"
Given = Mapping[str, Mapping[str, str]]
"""What is bound by table: keys to names of actions, or to slash commands."""


class CannotBind(ValueError):
    """The text is one line that says what is wrong and what to do."""


class KeyMap:
    """One table. ``bound`` is what each key does: the name of an action, or a slash command."""

    def __init__(self, table: str, rows: Sequence[KeyAction], given: Mapping[str, str]) -> None:
        self.table = table
        self.rows = {row.name: row for row in rows}
        self.bound: dict[Chord, str] = {parse(key): row.name for row in rows for key in row.keys}
        self.complaints: list[tuple[str, str]] = []
        """Keys that cannot be bound as they were, each with the reason."""
        seen: dict[Chord, str] = {}
        for key, action in given.items():
            try:
                chord = self.check(key, action)
            except CannotBind as wrong:
                self.complaints.append((key, str(wrong)))
                continue
            if chord in seen:
                self.complaints.append(
                    (key, _("{key} is the same key as {other}, which it replaces.", key=key, other=seen[chord]))
                )
            seen[chord] = key
            self.bound[chord] = action

    def check(self, key: str, action: str) -> Chord:
        """The chord of a key that can be bound to an action. Raises CannotBind."""
        try:
            chord = parse(key)
        except NoKey as wrong:
            raise CannotBind(f"{wrong}.") from None
        if chord in FIXED:
            raise CannotBind(_("{key} always does what it does now; choose another key.", key=show(chord)))
        if self.table == MAIN_TABLE and len(chord[0]) == 1:
            raise CannotBind(
                _("{key} is typed into the line; hold Alt or Ctrl, or choose F5 and the like.", key=show(chord))
            )
        if not action.startswith("/") and action not in self.rows:
            raise CannotBind(
                _("There is no action {action}; /bind lists them, and /command runs a command.", action=repr(action))
            )
        return chord

    def keys(self, name: str) -> list[str]:
        """The keys that do something, as people write them."""
        return [show(chord) for chord, action in self.bound.items() if action == name]

    def shown(self, name: str) -> str:
        """The first key of an action; a command that explains all keys if it has none."""
        return next(iter(self.keys(name)), "/bind")

    def conflicts(self) -> Iterator[str]:
        """What somebody may not have meant, one sentence each."""
        for name, row in self.rows.items():
            if row.keys and not self.keys(name):
                yield _("{name} has no key ({help}).", name=name, help=_(row.help) if row.help else _("see above"))
        for chord in self.bound:
            longer = next((other for other in self.bound if _begins(chord, other)), None)
            if longer is not None:
                yield _(
                    "{key} waits half a second, because {longer} begins with it.",
                    key=show(chord),
                    longer=show(longer),
                )

    def help_rows(self) -> Iterator[tuple[str, str, str]]:
        """Keys, action and help of everything that can be done, and the commands that have keys."""
        keys: list[str] = []
        rows = list(self.rows.values())
        for at, row in enumerate(rows):
            keys += self.keys(row.name)
            if at + 1 < len(rows) and not rows[at + 1].help:
                continue
            first = next(each.name for each in reversed(rows[: at + 1]) if each.help)
            yield _together(keys), first, self.rows[first].help
            keys = []
        for chord, action in self.bound.items():
            if action.startswith("/"):
                yield show(chord), action, _("runs this command")


def _begins(chord: Chord, other: Chord) -> bool:
    return chord != ("escape",) and len(other) > len(chord) and other[: len(chord)] == chord


def _together(keys: list[str]) -> str:
    return f"{keys[0]} … {keys[-1]}" if len(keys) > 4 else ", ".join(keys)


class KeyMaps:
    """The table of the screen, and the one for when a message is selected."""

    def __init__(self, given: Given) -> None:
        self.main = KeyMap(MAIN_TABLE, ACTIONS, given.get(MAIN_TABLE, {}))
        self.selected = KeyMap(SELECTED_TABLE, SELECTED, given.get(SELECTED_TABLE, {}))

    @property
    def both(self) -> tuple[KeyMap, KeyMap]:
        return self.main, self.selected

    def of(self, action: str) -> KeyMap:
        """The table in which an action stands."""
        return self.selected if action in self.selected.rows else self.main
