"""About the connection, the account, the settings, and leaving."""

from __future__ import annotations

import contextlib
from typing import Final

from chover.client.commands.command import Run, channel_here, guard, here, send, split
from chover.client.connection.registration import INVITATIONS
from chover.client.frontend import Frontend
from chover.client.local.settings import NOTIFY, SETTINGS
from chover.client.state import actions, preferences
from chover.client.state.actions import CannotDo
from chover.client.state.model.preferences import OWN
from chover.engine import metadata
from chover.wire.message import ProtocolError, parse

NOTHING_ELSE_CALLS: Final = "Nothing calls you beside your names: /highlight word, other words changes that."


def _nick(face: Frontend, rest: str) -> None:
    send(face, "NICK", rest.split(maxsplit=1)[0])


def _quote(face: Frontend, rest: str) -> None:
    if not face.state.online:
        raise CannotDo("There is no connection.")
    line = rest.replace("\n", " ")
    # Whatever else is no line is the server's to refuse.
    with contextlib.suppress(ProtocolError):
        message = parse(line)
        guard(face, message.command.upper(), *message.params)
    face.state.lines.append(line)


def _quit(face: Frontend, rest: str) -> None:  # noqa: ARG001
    face.leave()


def _connect(face: Frontend, rest: str) -> None:
    if not face.host.can_connect:
        raise CannotDo("Other servers cannot be reached from here.")
    face.go_elsewhere(rest)


def _reconnect(face: Frontend, rest: str) -> None:  # noqa: ARG001
    face.connection.wake()


def _clear(face: Frontend, rest: str) -> None:  # noqa: ARG001
    face.clear()


def _login(face: Frontend, rest: str) -> None:
    account, password = split(rest)
    if not password:
        face.secret(f"Password of {account or face.state.nick}:", f"/login {account or face.state.nick}")
        return
    actions.log_in(face.state, account, password)
    face.connection.log_in(password)


def _register(face: Frontend, rest: str) -> None:
    email, password = split(rest)
    if not password:
        face.secret(f"A password for {face.state.nick}:", f"/register {email or '*'}")
        return
    if face.state.can("draft/account-registration"):
        send(face, "REGISTER", "*", email, password)
    else:
        send(face, "PRIVMSG", "NickServ", f"REGISTER {password} {email}")
    face.connection.log_in(password)


def _key(face: Frontend, rest: str) -> None:
    send(face, "PRIVMSG", "NickServ", f"KEY {rest or 'LIST'}")


def _oper(face: Frontend, rest: str) -> None:
    name, password = split(rest)
    if not password:
        face.secret(f"Operator's password of {name}:", f"/oper {name}")
    else:
        send(face, "OPER", name, password)


def _set(face: Frontend, rest: str) -> str | None:
    name, value = split(rest)
    if not name:
        rows = [(f"{row.name:<10} {face.settings.get(row.name):<9} {row.help}", "") for row in SETTINGS.values()]
        face.choose("Settings: /set name value", rows)
        return None
    if not value and name in SETTINGS:
        row = SETTINGS[name]
        return f"{name} is {face.settings.get(name)} ({', '.join(row.choices)}): {row.help}."
    wrong = face.settings.set(name, value)
    if wrong:
        raise CannotDo(wrong[:1].upper() + wrong[1:])
    face.changed_settings()
    if not face.host.keeps:
        preferences.prefer(face.state, face.settings.words())
    return f"{name} is {value} now."


def _notify(face: Frontend, rest: str) -> str:
    current, held = here(face), face.state.marks.notify
    if not rest:
        return f"Here rings: {held.get(current.key, face.settings.get('notify'))}."
    if rest not in NOTIFY:
        raise CannotDo(f"/notify {'|'.join(NOTIFY)}: what rings in this conversation.")
    preferences.put(face.state, current.name, metadata.NOTIFY, rest)
    return f"In {current.name} rings: {rest}."


def _highlight(face: Frontend, rest: str) -> str:
    if rest:
        preferences.put(
            face.state, OWN, metadata.HIGHLIGHTS, ",".join(metadata.phrases("" if rest == "-" else rest)) or None
        )
    words = ", ".join(face.state.marks.highlights)
    return f"These call you beside your names: {words}." if words else NOTHING_ELSE_CALLS


def _mute(face: Frontend, rest: str) -> str:  # noqa: ARG001
    current = here(face)
    muted = current.key in face.state.marks.muted
    preferences.put(face.state, current.name, metadata.MUTED, None if muted else "1")
    if muted:
        return f"{current.name} is heard again."
    return f"{current.name} is mute: nothing rings and only mentions are counted; /mute again ends that."


def _upload(face: Frontend, rest: str) -> None:
    if not face.state.support.get("soju.im/FILEHOST"):
        raise CannotDo("This server takes no files.")
    if not rest:
        raise CannotDo("Which file? /upload file sends it.")
    face.upload(rest)


def _invite_link(face: Frontend, rest: str) -> None:
    if not face.state.can(INVITATIONS):
        raise CannotDo("This server makes no invite links. /invite nick invites somebody who is here.")
    actions.invite_link(face.state, channel_here(face).name, rest.replace("\n", " "))


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
