"""From what somebody typed to the attributes of a search (https://soju.im/search)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Final

_WORDS: Final = re.compile(r"(?:^|(?<=\s))(in|from|before|after):(\S+)")


def attributes_of(typed: str, here: str, zone: tzinfo | None) -> dict[str, str]:
    """``from:nick in:#channel before:2026-01-31 after:2026-01-01`` and text; ``in:here`` is the channel ``here``.

    Days are those of whoever asks, in ``zone`` (None: the machine's). What is no day is text.
    """
    found: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        name, value = match[1], match[2]
        if name in {"before", "after"}:
            try:
                day = datetime.fromisoformat(value)
            except ValueError:
                return match[0]
            moment = day if day.tzinfo else day.replace(tzinfo=zone) if zone else day.astimezone()
            value = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        found[name] = here if name == "in" and value == "here" and here else value
        return ""

    text = " ".join(_WORDS.sub(take, typed).split())
    return {"text": text, **found} if text else found
