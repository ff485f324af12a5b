"""Commands about the connection, the account, the settings, and leaving."""

from __future__ import annotations

import contextlib
from typing import Final

from chover.client.capabilities import INVITATIONS
from chover.client.commands.channels import mute_somebody
from chover.client.commands.command import Run, channel_here, guard, here, keep_settings, send, split
from chover.client.frontend import Frontend
from chover.client.local.settings import NOTIFY, SETTINGS
from chover.client.state import actions, preferences
from chover.client.state.actions import CannotDo
from chover.client.state.model.preferences import OWN
from chover.engine import metadata
from chover.i18n import N_, _
from chover.wire.message import ProtocolError, parse

ONE_SERVER: Final = N_("Over SSH there is only this server. For several, use chover chat on your own machine.")
NOTHING_ELSE_CALLS: Final = N_("Only your names mention you: /highlight word, other words adds more.")


def _nick(frontend: Frontend, rest: str) -> None:
    send(frontend, "NICK", rest.split(maxsplit=1)[0])


def _quote(frontend: Frontend, rest: str) -> None:
    if not frontend.state.online:
        raise CannotDo(_("There is no connection; this works when it is back."))
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
        raise CannotDo(_(ONE_SERVER))
    frontend.servers.connect(rest)


def _disconnect(frontend: Frontend, rest: str) -> None:
    if not frontend.host.can_connect:
        raise CannotDo(_(ONE_SERVER))
    frontend.servers.disconnect(rest)


def _split(frontend: Frontend, rest: str) -> None:
    frontend.servers.beside(rest)


def _reconnect(frontend: Frontend, rest: str) -> None:  # noqa: ARG001
    frontend.connection.wake()


def _clear(frontend: Frontend, rest: str) -> None:  # noqa: ARG001
    frontend.clear()


def _login(frontend: Frontend, rest: str) -> None:
    account, password = split(rest)
    if not password:
        frontend.secret(
            _("Password of {name}:", name=account or frontend.state.nick), f"/login {account or frontend.state.nick}"
        )
        return
    actions.log_in(frontend.state, account, password)
    frontend.connection.log_in(password)


def _register(frontend: Frontend, rest: str) -> None:
    email, password = split(rest)
    if not password:
        frontend.secret(_("A password for {nick}:", nick=frontend.state.nick), f"/register {email or '*'}")
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
        frontend.secret(_("Operator's password of {name}:", name=name), f"/oper {name}")
    else:
        send(frontend, "OPER", name, password)


def _set(frontend: Frontend, rest: str) -> str | None:
    name, value = split(rest)
    if not name:
        rows = [(f"{row.name:<10} {frontend.settings.get(row.name):<9} {_(row.help)}", "") for row in SETTINGS.values()]
        frontend.choose(_("Settings: /set name value"), rows)
        return None
    if not value and name in SETTINGS:
        row = SETTINGS[name]
        return _(
            "{name} is {value} ({values}): {help}.",
            name=name,
            value=frontend.settings.get(name),
            values=row.values,
            help=_(row.help),
        )
    if name in SETTINGS and SETTINGS[name].here and not frontend.host.keeps:
        raise CannotDo(
            _("{name} is about your own machine and does nothing over SSH: use chover chat there.", name=name)
        )
    wrong = frontend.settings.set(name, value)
    if wrong:
        raise CannotDo(wrong[:1].upper() + wrong[1:])
    keep_settings(frontend)
    return _("{name} is {value} now.", name=name, value=value)


def _notify(frontend: Frontend, rest: str) -> str:
    current, held = here(frontend), frontend.state.preferences.notify
    if not rest:
        return _("What notifies you here: {level}.", level=held.get(current.key, frontend.settings.get("notify")))
    if rest not in NOTIFY:
        raise CannotDo(_("/notify {levels}: what notifies you in this conversation.", levels="|".join(NOTIFY)))
    preferences.put(frontend.state, current.name, metadata.NOTIFY, rest)
    return _("What notifies you in {name}: {level}.", name=current.name, level=rest)


def _highlight(frontend: Frontend, rest: str) -> str:
    if rest:
        preferences.put(
            frontend.state, OWN, metadata.HIGHLIGHTS, ",".join(metadata.phrases("" if rest == "-" else rest)) or None
        )
    words = ", ".join(frontend.state.preferences.highlights)
    return _("Besides your names, these words mention you: {words}.", words=words) if words else _(NOTHING_ELSE_CALLS)


def _mute(frontend: Frontend, rest: str) -> str:
    if rest:
        mute_somebody(frontend, rest)
        return ""
    current = here(frontend)
    muted = current.key in frontend.state.preferences.muted
    preferences.put(frontend.state, current.name, metadata.MUTED, None if muted else "1")
    if muted:
        return _("{name} is no longer muted.", name=current.name)
    return _(
        "{name} is muted: it never notifies, and only mentions are counted; /mute again unmutes it.", name=current.name
    )


def _upload(frontend: Frontend, rest: str) -> None:
    if not frontend.state.support.get("soju.im/FILEHOST"):
        raise CannotDo(_("This server does not accept files."))
    if not rest:
        raise CannotDo(_("Which file? /upload file sends it."))
    frontend.upload(rest)


def _invite_link(frontend: Frontend, rest: str) -> None:
    if not frontend.state.can(INVITATIONS):
        raise CannotDo(_("This server does not support invite links. /invite nick invites somebody who is here."))
    actions.invite_link(frontend.state, channel_here(frontend).name, rest.replace("\n", " "))


RUNS: Final[dict[str, Run]] = {
    "nick": _nick,
    "login": _login,
    "register": _register,
    "key": _key,
    "connect": _connect,
    "disconnect": _disconnect,
    "split": _split,
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
