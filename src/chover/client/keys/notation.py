"""Keys as people write them (``Alt-A``, ``Ctrl-X Ctrl-E``) and as prompt_toolkit names them."""

from __future__ import annotations

import re
from typing import Final

from prompt_toolkit.keys import ALL_KEYS

from chover.i18n import _

Chord = tuple[str, ...]
"""Keys in prompt_toolkit's names, pressed one after the other; Alt is an Escape in front of a key."""

PRESSES: Final = 2
"""The maximum number of keys that are pressed one after the other."""
_ALT: Final = "escape"
_PRESS: Final = re.compile(r"((?:(?:alt|meta|ctrl|shift)-)*)(.+)", re.IGNORECASE | re.DOTALL)
_NAMES: Final = {
    **{name: name for name in ("home", "end", "up", "down", "left", "right", "insert", "delete", "escape")},
    **{f"f{number}": f"f{number}" for number in range(1, 25)},
    "enter": "c-m",
    "return": "c-m",
    "tab": "c-i",
    "backspace": "c-h",
    "space": " ",
    "esc": "escape",
    "pgup": "pageup",
    "pageup": "pageup",
    "pgdn": "pagedown",
    "pagedown": "pagedown",
    "↑": "up",
    "↓": "down",
    "←": "left",
    "→": "right",
    "ins": "insert",
    "del": "delete",
}
_SHOWN: Final = {
    "c-m": "Enter",
    "c-i": "Tab",
    "c-h": "Backspace",
    " ": "Space",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


class NoKey(ValueError):
    """The text is one line that says what is wrong and what to write."""


def parse(text: str) -> Chord:
    """A key, or several that are pressed one after the other. Raises NoKey."""
    presses = text.split()
    if not presses:
        raise NoKey(_("A key is missing: write it as in Alt-A, Ctrl-X, F5 or Ctrl-X Ctrl-E"))
    if len(presses) > PRESSES:
        raise NoKey(_("{keys} are too many keys: at most {n} are pressed one after the other", keys=text, n=PRESSES))
    return tuple(key for press in presses for key in _press(press))


def _press(text: str) -> Chord:
    found = _PRESS.fullmatch(text)
    held, word = (found[1].lower(), found[2]) if found else ("", text)
    alt = "alt-" in held or "meta-" in held
    key = _with(word, alt=alt, ctrl="ctrl-" in held, shift="shift-" in held)
    if key is None:
        raise NoKey(
            _("{key} is not a key: write it as in Alt-A, Ctrl-X, Shift-Tab, Alt-PgUp, F5 or Ctrl-X Ctrl-E", key=text)
        )
    return (_ALT, key) if alt else (key,)


def _with(word: str, *, alt: bool, ctrl: bool, shift: bool) -> str | None:
    """A key with Ctrl and Shift; None if terminals have no such key."""
    named = _NAMES.get(word.lower())
    if named is None:
        return _letter(word, alt=alt, ctrl=ctrl, shift=shift) if len(word) == 1 and word.isprintable() else None
    if not ctrl and not shift:
        return named
    if named == " ":
        return "c-@" if ctrl and not shift else None
    whole = f"{'c-' * ctrl}{'s-' * shift}{'tab' if named == 'c-i' else named}"
    return whole if whole in ALL_KEYS else None


def _letter(word: str, *, alt: bool, ctrl: bool, shift: bool) -> str | None:
    if ctrl:
        key = f"c-{word.lower()}"
        return key if not shift and key in ALL_KEYS else None
    return word.upper() if shift else word.lower() if alt else word


def show(chord: Chord) -> str:
    """A chord as people write it."""
    out, at = [], 0
    while at < len(chord):
        alt = chord[at] == _ALT and at + 1 < len(chord)
        at += alt
        out.append(_shown_alt(chord[at]) if alt else _shown(chord[at]))
        at += 1
    return " ".join(out)


def _shown_alt(key: str) -> str:
    if len(key) > 1 or key == " ":
        return f"Alt-{_shown(key)}"
    return f"Alt-{'Shift-' if key.isupper() else ''}{key.upper()}"


def _shown(key: str) -> str:
    if key in _SHOWN:
        return _SHOWN[key]
    if key.startswith("c-"):
        return f"Ctrl-{'Space' if key == 'c-@' else _shown(key[2:]) if len(key) > 3 else key[2:].upper()}"
    if key.startswith("s-"):
        return f"Shift-{_shown(key[2:])}"
    return key if len(key) == 1 else key.capitalize()
