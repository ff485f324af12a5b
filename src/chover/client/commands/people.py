"""About others, and about being there."""

from __future__ import annotations

from typing import Final

from chover.client.commands.command import Run, here, is_mask, send, split
from chover.client.frontend import Frontend, LineFrontend
from chover.client.screen.rendering.text import plain
from chover.client.state import preferences
from chover.client.state.actions import CannotDo
from chover.engine.metadata import BLOCKED


def _who(face: LineFrontend, rest: str) -> None:
    send(face, "WHO", rest or here(face).name)


def _whois(face: LineFrontend, rest: str) -> None:
    current = face.state.current
    send(face, "WHOIS", split(rest)[0] or (current.name if current and not current.channel else face.state.nick))


def _whowas(face: LineFrontend, rest: str) -> None:
    send(face, "WHOWAS", split(rest)[0])


def _away(face: LineFrontend, rest: str) -> str:
    """AWAY without a text is being here again (RFC 2812, 4.1)."""
    text = " ".join(rest.split("\n"))
    send(face, "AWAY", *([text] if text else []))
    face.state.absent = text
    return f"You are away: {plain(text)} (/away alone ends that)" if text else "You are here again."


def _back(face: LineFrontend, rest: str) -> str:  # noqa: ARG001
    return _away(face, "")


def _ignore(face: Frontend, rest: str) -> str:
    ignored = sorted(face.state.marks.ignored)
    nick, _ = split(rest)
    if not nick:
        return f"You ignore {', '.join(ignored)}." if ignored else "You ignore nobody."
    if is_mask(nick):
        return _silence(face, "+", nick)
    preferences.put(face.state, nick, BLOCKED, "1")
    face.redraw()
    private = " and what they write to you alone is dropped" if face.state.can(preferences.OFFERED) else ""
    return f"What {nick} says is not shown any more{private}; /unignore {nick} shows it again."


def _silence(face: LineFrontend, sign: str, mask: str) -> str:
    """What covers many stands in the list of the server, and is not seen here."""
    if face.state.online and face.state.support.get("SILENCE") == "":
        raise CannotDo("This server keeps no list of masks; /ignore nick hides what one person says.")
    send(face, "SILENCE", f"{sign}{mask}")
    if sign == "-":
        return f"The server lets through what {mask} writes to you alone."
    return f"The server drops what {mask} writes to you alone; /unignore {mask} ends that."


def _unignore(face: Frontend, rest: str) -> str:
    nick, _ = split(rest)
    if is_mask(nick):
        return _silence(face, "-", nick)
    if not face.state.marks.ignores(nick):
        return f"You do not ignore {nick}."
    preferences.put(face.state, nick, BLOCKED, None)
    face.redraw()
    return f"What {nick} says is shown again."


RUNS: Final[dict[str, Run]] = {
    "who": _who,
    "whois": _whois,
    "whowas": _whowas,
    "away": _away,
    "back": _back,
    "ignore": _ignore,
    "unignore": _unignore,
}
