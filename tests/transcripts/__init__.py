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


def as_transcript(case: dict[str, Any]) -> list[Step]:
    """A case of mentions.json as a client sees it: in a channel, said by bob."""
    nick, account = case.get("nick", "ann"), case.get("account", "zz" if "highlights" in case else "")
    ignored = [{"do": "ignore", "nick": "bob"}] if case.get("ignored") else []
    tags = ";+draft/reply=m1" if case.get("answers") else ""
    first, *rest = case["text"].split("\n")
    return [
        {"do": "connect", "nick": nick, "account": account},
        "S: :srv BATCH +h metadata *",
        f"S: @batch=h :srv 761 {nick} * chover.chat/highlights * :{','.join(case.get('highlights', ()))}",
        "S: :srv BATCH -h",
        f"S: :{nick}!a@h JOIN #a",
        "S: @label={label:LATEST} :srv BATCH +h chathistory #a",
        "S: :srv BATCH -h",
        f"S: @msgid=m1;time={{5}} :{nick}!a@h PRIVMSG #a :nothing",
        *ignored,
        f"S: @msgid=m2;time={{6}}{tags} :bob!u@h BATCH +m draft/multiline #a",
        f"S: @batch=m :bob!u@h PRIVMSG #a :{first}",
        *[f"S: @batch=m :bob!u@h PRIVMSG #a :{line}" for line in rest],
        "S: BATCH -m",
        {"see": "#a", "mentions": int(case["mentions"])},
    ]


def changed(steps: list[Step], entries: list[dict[str, Any]]) -> list[Step]:
    """The steps with the declared ones in the place of others."""
    instead = {entry["step"] - 1: entry["instead"] for entry in entries}
    return [instead.get(at, step) for at, step in enumerate(steps)]
