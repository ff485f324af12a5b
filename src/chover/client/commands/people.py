"""Commands about other people, and about being away."""

from __future__ import annotations

from typing import Final

from chover.client.commands.command import Run, here, is_mask, send, split
from chover.client.display.text import plain
from chover.client.frontend import Frontend, LineFrontend
from chover.client.state import preferences
from chover.client.state.actions import CannotDo
from chover.engine.metadata import BLOCKED
from chover.i18n import _


def _who(frontend: LineFrontend, rest: str) -> None:
    send(frontend, "WHO", rest or here(frontend).name)


def _whois(frontend: LineFrontend, rest: str) -> None:
    current = frontend.state.current
    send(
        frontend, "WHOIS", split(rest)[0] or (current.name if current and not current.channel else frontend.state.nick)
    )


def _whowas(frontend: LineFrontend, rest: str) -> None:
    send(frontend, "WHOWAS", split(rest)[0])


def _away(frontend: LineFrontend, rest: str) -> str:
    """AWAY without a text means that we are back (RFC 2812, 4.1)."""
    text = " ".join(rest.split("\n"))
    send(frontend, "AWAY", *([text] if text else []))
    frontend.state.absent = text
    return _("You are away: {text} (/away alone ends that)", text=plain(text)) if text else _("You are no longer away.")


def _back(frontend: LineFrontend, rest: str) -> str:  # noqa: ARG001
    return _away(frontend, "")


def _ignore(frontend: Frontend, rest: str) -> str:
    ignored = sorted(frontend.state.preferences.ignored)
    nick, _rest = split(rest)
    if not nick:
        return _("You ignore {names}.", names=", ".join(ignored)) if ignored else _("You ignore nobody.")
    if is_mask(nick):
        return _silence(frontend, "+", nick)
    preferences.put(frontend.state, nick, BLOCKED, "1")
    frontend.redraw()
    if frontend.state.can(preferences.OFFERED):
        return _(
            "What {nick} says is hidden from now on and their private messages are dropped; "
            "/unignore {nick} shows it again.",
            nick=nick,
        )
    return _("What {nick} says is hidden from now on; /unignore {nick} shows it again.", nick=nick)


def _silence(frontend: LineFrontend, sign: str, mask: str) -> str:
    """The server keeps a mask that covers several people; the client does not apply it."""
    if frontend.state.online and frontend.state.support.get("SILENCE") == "":
        raise CannotDo(_("This server keeps no list of masks; /ignore nick hides what one person says."))
    send(frontend, "SILENCE", f"{sign}{mask}")
    if sign == "-":
        return _("The server no longer drops private messages from {mask}.", mask=mask)
    return _("The server drops private messages from {mask}; /unignore {mask} ends that.", mask=mask)


def _unignore(frontend: Frontend, rest: str) -> str:
    nick, _rest = split(rest)
    if is_mask(nick):
        return _silence(frontend, "-", nick)
    if not frontend.state.preferences.ignores(nick):
        return _("You do not ignore {nick}.", nick=nick)
    preferences.put(frontend.state, nick, BLOCKED, None)
    frontend.redraw()
    return _("What {nick} says is shown again.", nick=nick)


RUNS: Final[dict[str, Run]] = {
    "who": _who,
    "whois": _whois,
    "whowas": _whowas,
    "away": _away,
    "back": _back,
    "ignore": _ignore,
    "unignore": _unignore,
}
