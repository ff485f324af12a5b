"""Commands that bind keys."""

from __future__ import annotations

from typing import Final

from chover.client.commands.command import Run, keep_settings
from chover.client.frontend import Frontend
from chover.client.keys.keymap import NOTHING, CannotBind, KeyMap, KeyMaps
from chover.client.keys.notation import NoKey, parse, show
from chover.client.state.actions import CannotDo
from chover.i18n import _

DEFAULT: Final = "default"
SELECTED: Final = "selected"


def _bind(frontend: Frontend, rest: str) -> str | None:
    maps = KeyMaps(frontend.settings.bound)
    if not rest:
        frontend.choose(_("Keys: /bind key action changes one, /unbind key frees it"), key_rows(maps))
        return None
    words = rest.split()
    selected = words[0].lower() == SELECTED and len(words) > 1
    words = words[selected:]
    at = next((at for at, word in enumerate(words) if at and _is_action(maps, word)), _keys_in(words))
    key, action = " ".join(words[:at]), " ".join(words[at:])
    table = maps.selected if selected or action in maps.selected.rows else maps.main
    if not action:
        return _told(table, key)
    return _give(frontend, table, key, action)


def _is_action(maps: KeyMaps, word: str) -> bool:
    return word.startswith("/") or word == DEFAULT or word in maps.main.rows or word in maps.selected.rows


def _keys_in(words: list[str]) -> int:
    """How many words are keys, if none is known as an action: all of them, or all but one with a typo."""
    return len(words) - (len(words) > 1 and not _reads(" ".join(words)))


def _reads(key: str) -> bool:
    try:
        return bool(parse(key))
    except NoKey:
        return False


def key_rows(maps: KeyMaps) -> list[tuple[str, str]]:
    """Conflicts first, then all keys with what they do and the names of the actions. Picking one does nothing."""
    rows = [(f"! {told}", "") for table in maps.both for told in table.conflicts()]
    for table in maps.both:
        rows += [(f"{keys or '-':<20} {_(told)} ({name})", "") for keys, name, told in table.help_rows()]
    return rows


def _told(table: KeyMap, key: str) -> str:
    """What a key does."""
    try:
        chord = parse(key)
    except NoKey as wrong:
        raise CannotDo(_("{wrong}; /bind alone lists keys and actions.", wrong=wrong)) from None
    action = table.bound.get(chord, "")
    row = table.rows.get(action)
    more = f" ({_(row.help)})" if row is not None and row.help else ""
    return (
        _("{key} is {action}{more}.", key=show(chord), action=action, more=more)
        if action
        else _("{key} does nothing of its own.", key=show(chord))
    )


def _give(frontend: Frontend, table: KeyMap, key: str, action: str) -> str:
    """Bind a key. The answer says what it did before, and whether that has no key any more."""
    try:
        chord = table.check(key, NOTHING[0] if action == DEFAULT and table.table == "keys" else _real(action))
    except CannotBind as wrong:
        raise CannotDo(str(wrong)) from None
    before = table.bound.get(chord, "")
    given = {name: value for name, value in frontend.settings.bound[table.table].items() if not _same(name, chord)}
    if action != DEFAULT:
        given[show(chord)] = action
    frontend.settings.bind(table.table, given)
    keep_settings(frontend)
    return _bound(KeyMaps(frontend.settings.bound), table, show(chord), before)


def _real(action: str) -> str:
    return NOTHING[1] if action == DEFAULT else action


def _bound(maps: KeyMaps, table: KeyMap, key: str, before: str) -> str:
    now = next(each for each in maps.both if each.table == table.table)
    words = [_("{key} is {action} now.", key=key, action=now.bound.get(parse(key), NOTHING[0]))]
    if before and before != now.bound.get(parse(key)):
        words.append(_("It was {action}.", action=before))
    known = set(table.conflicts())
    return " ".join([*words, *(told for told in now.conflicts() if told not in known)])


def _same(name: str, chord: tuple[str, ...]) -> bool:
    return _reads(name) and parse(name) == chord


def _unbind(frontend: Frontend, rest: str) -> str:
    maps, words = KeyMaps(frontend.settings.bound), rest.split()
    if words[0].lower() == SELECTED and len(words) > 1:
        return _give(frontend, maps.selected, " ".join(words[1:]), NOTHING[1])
    return _give(frontend, maps.main, rest, NOTHING[0])


RUNS: Final[dict[str, Run]] = {"bind": _bind, "unbind": _unbind}
