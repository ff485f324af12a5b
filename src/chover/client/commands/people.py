"""About others, and about being there."""

from __future__ import annotations

from typing import Final

from chover.client.commands.command import Command, here, send
from chover.client.face import Face
from chover.client.state import marks
from chover.engine.metadata import BLOCKED


def _who(face: Face, rest: str) -> None:
    send(face, "WHO", rest or here(face).name)


def _whois(face: Face, rest: str) -> None:
    send(face, "WHOIS", rest or here(face).name)


def _whowas(face: Face, rest: str) -> None:
    send(face, "WHOWAS", rest)


def _away(face: Face, rest: str) -> None:
    text = rest.replace("\n", " ") or "Away"
    send(face, "AWAY", text)
    face.state.absent = text


def _back(face: Face, rest: str) -> None:  # noqa: ARG001
    send(face, "AWAY")
    face.state.absent = ""


def _ignore(face: Face, rest: str) -> str:
    ignored = sorted(face.state.marks.ignored)
    if not rest:
        return f"You ignore {', '.join(ignored)}." if ignored else "You ignore nobody."
    marks.put(face.state, rest, BLOCKED, "1")
    face.redraw()
    private = " and what they write to you alone is dropped" if face.state.can(marks.OFFERED) else ""
    return f"What {rest} says is not shown any more{private}; /unignore {rest} shows it again."


def _unignore(face: Face, rest: str) -> str:
    if not face.state.marks.ignores(rest):
        return f"You do not ignore {rest}."
    marks.put(face.state, rest, BLOCKED, None)
    face.redraw()
    return f"What {rest} says is shown again."


ROWS: Final = (
    Command("who", "[#channel|mask]", "lists people", _who),
    Command("whois", "[nick]", "tells about somebody", _whois),
    Command("whowas", "nick", "tells about somebody who has left", _whowas, 1),
    Command("away", "[text]", "says that you are not here", _away),
    Command("back", "", "says that you are here again", _back),
    Command("ignore", "[nick]", "hides what somebody says; alone it lists whom you ignore", _ignore),
    Command("unignore", "nick", "shows it again", _unignore, 1),
)
