"""Commands about the connection, the account, the settings, and leaving."""

from __future__ import annotations

import contextlib
from typing import Final

from chover.client.capabilities import INVITATIONS
from chover.client.commands.command import Run, channel_here, guard, here, keep_settings, send, split
from chover.client.frontend import Frontend
from chover.client.local.settings import NOTIFY, SETTINGS
from chover.client.state import actions, preferences
from chover.client.state.actions import CannotDo
from chover.client.state.model.preferences import OWN
from chover.engine import metadata
from chover.wire.message import ProtocolError, parse

NOTHING_ELSE_CALLS: Final = "Only your names mention you: /highlight word, other words adds more."


def _nick(frontend: Frontend, rest: str) -> None:
    send(frontend, "NICK", rest.split(maxsplit=1)[0])


def _quote(frontend: Frontend, rest: str) -> None:
    if not frontend.state.online:
        raise CannotDo("There is no connection; this works when it is back.")
    line = rest.replace("\n", " ")
    # Any other invalid line is refused by the server.
    with contextlib.suppress(ProtocolError):
        message = parse(line)
        guard(frontend, message.command.upper(), *message.params)
    frontend.state.lines.append(line)


def _quit(frontend: Frontend, rest: str) -> None:  # noqa: ARG001
    frontend.leave()


def _connect(frontend: Frontend, rest: str) -> None:
    if not frontend.host.can_connect:
        raise CannotDo("You cannot connect to other servers from here.")
    frontend.go_elsewhere(rest)


def _reconnect(frontend: Frontend, rest: str) -> None:  # noqa: ARG001
    frontend.connection.wake()


def _clear(frontend: Frontend, rest: str) -> None:  # noqa: ARG001
    frontend.clear()


def _login(frontend: Frontend, rest: str) -> None:
    account, password = split(rest)
    if not password:
        frontend.secret(f"Password of {account or frontend.state.nick}:", f"/login {account or frontend.state.nick}")
        return
    actions.log_in(frontend.state, account, password)
    frontend.connection.log_in(password)


def _register(frontend: Frontend, rest: str) -> None:
    email, password = split(rest)
    if not password:
        frontend.secret(f"A password for {frontend.state.nick}:", f"/register {email or '*'}")
        return
    if frontend.state.can("draft/account-registration"):
        send(frontend, "REGISTER", "*", email, password)
    else:
        send(frontend, "PRIVMSG", "NickServ", f"REGISTER {password} {email}")
    frontend.connection.log_in(password)


def _key(frontend: Frontend, rest: str) -> None:
    send(frontend, "PRIVMSG", "NickServ", f"KEY {rest or 'LIST'}")


def _oper(frontend: Frontend, rest: str) -> None:
    name, password = split(rest)
    if not password:
        frontend.secret(f"Operator's password of {name}:", f"/oper {name}")
    else:
        send(frontend, "OPER", name, password)


def _set(frontend: Frontend, rest: str) -> str | None:
    name, value = split(rest)
    if not name:
        rows = [(f"{row.name:<10} {frontend.settings.get(row.name):<9} {row.help}", "") for row in SETTINGS.values()]
        frontend.choose("Settings: /set name value", rows)
        return None
    if not value and name in SETTINGS:
        row = SETTINGS[name]
        return f"{name} is {frontend.settings.get(name)} ({row.values}): {row.help}."
    if name in SETTINGS and SETTINGS[name].here and not frontend.host.keeps:
        raise CannotDo(f"{name} is about your own machine and does nothing over SSH: use chover chat there.")
    wrong = frontend.settings.set(name, value)
    if wrong:
        raise CannotDo(wrong[:1].upper() + wrong[1:])
    keep_settings(frontend)
    return f"{name} is {value} now."


def _notify(frontend: Frontend, rest: str) -> str:
    current, held = here(frontend), frontend.state.preferences.notify
    if not rest:
        return f"What notifies you here: {held.get(current.key, frontend.settings.get('notify'))}."
    if rest not in NOTIFY:
        raise CannotDo(f"/notify {'|'.join(NOTIFY)}: what notifies you in this conversation.")
    preferences.put(frontend.state, current.name, metadata.NOTIFY, rest)
    return f"What notifies you in {current.name}: {rest}."


def _highlight(frontend: Frontend, rest: str) -> str:
    if rest:
        preferences.put(
            frontend.state, OWN, metadata.HIGHLIGHTS, ",".join(metadata.phrases("" if rest == "-" else rest)) or None
        )
    words = ", ".join(frontend.state.preferences.highlights)
    return f"Besides your names, these words mention you: {words}." if words else NOTHING_ELSE_CALLS


def _mute(frontend: Frontend, rest: str) -> str:  # noqa: ARG001
    current = here(frontend)
    muted = current.key in frontend.state.preferences.muted
    preferences.put(frontend.state, current.name, metadata.MUTED, None if muted else "1")
    if muted:
        return f"{current.name} is no longer muted."
    return f"{current.name} is muted: it never notifies, and only mentions are counted; /mute again unmutes it."


def _upload(frontend: Frontend, rest: str) -> None:
    if not frontend.state.support.get("soju.im/FILEHOST"):
        raise CannotDo("This server does not accept files.")
    if not rest:
        raise CannotDo("Which file? /upload file sends it.")
    frontend.upload(rest)


def _invite_link(frontend: Frontend, rest: str) -> None:
    if not frontend.state.can(INVITATIONS):
        raise CannotDo("This server does not support invite links. /invite nick invites somebody who is here.")
    actions.invite_link(frontend.state, channel_here(frontend).name, rest.replace("\n", " "))


RUNS: Final[dict[str, Run]] = {
    "nick": _nick,
    "login": _login,
    "register": _register,
    "key": _key,
    "connect": _connect,
    "reconnect": _reconnect,
    "set": _set,
    "notify": _notify,
    "highlight": _highlight,
    "mute": _mute,
    "clear": _clear,
    "upload": _upload,
    "invite-link": _invite_link,
    "oper": _oper,
    "quote": _quote,
    "quit": _quit,
}
