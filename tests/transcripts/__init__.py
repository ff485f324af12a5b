"""One corpus for both clients: README.md says what is in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
_APART: Final = frozenset({"starts.json", "differences.json", "mentions.json"})

Step = Any
"""A line, or an object: README.md, "A file"."""


def _load(name: str) -> Any:
    return json.loads((HERE / name).read_text("utf-8"))


def transcripts() -> dict[str, list[Step]]:
    """The steps of every transcript by its name."""
    found: dict[str, list[Step]] = {}
    for file in sorted(HERE.glob("*.json")):
        for name, steps in _load(file.name).items() if file.name not in _APART else ():
            assert name not in found, f"two transcripts have the name {name!r}"
            found[name] = steps
    return found


def starts() -> dict[str, list[Step]]:
    return _load("starts.json")


def differences(client: str) -> list[dict[str, Any]]:
    """What is declared for a client."""
    return [entry for entry in _load("differences.json") if entry["client"] == client]


def mention_cases() -> list[dict[str, Any]]:
    return _load("mentions.json")


def changed(steps: list[Step], entries: list[dict[str, Any]]) -> list[Step]:
    """The steps with the declared ones in the place of others."""
    instead = {entry["step"] - 1: entry["instead"] for entry in entries}
    return [instead.get(at, step) for at, step in enumerate(steps)]
