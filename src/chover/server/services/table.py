"""The list of services, and how a line reaches one of their verbs."""

from __future__ import annotations

from collections.abc import Awaitable
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Final

from chover.server.services import chanserv, histserv, nickserv, operserv, playback, searchserv
from chover.server.services.service import Service, Verb
from chover.server.session.command import Command
from chover.wire.message import Message
from chover.wire.numerics import Err

if TYPE_CHECKING:
    from chover.server.session.session import Session

SERVICES: Final[dict[str, Service]] = {
    service.nick.lower(): service
    for service in (
        nickserv.SERVICE,
        chanserv.SERVICE,
        histserv.SERVICE,
        operserv.SERVICE,
        searchserv.SERVICE,
        playback.SERVICE,
    )
}


def ask(session: Session, service: Service, text: str) -> Awaitable[None] | None:
    """Run the verb that a text begins with, or list the verbs."""
    words = text.split()
    name = words[0].upper() if words else "HELP"
    if name == "HELP" and "HELP" not in service.verbs:
        _help(session, service, words[1:])
        return None
    verb = service.verbs.get(name)
    if verb is None and service.otherwise:
        verb, words = service.verbs[service.otherwise], [service.otherwise, *words]
    if verb is None:
        _unknown(session, service, name)
    elif session.user is None and not verb.before:
        service.say(session, f"{verb.name} only works for people who are online: finish NICK and USER first")
    elif len(words) - 1 < verb.least:
        service.say(session, f"{verb.name} needs more parameters: {verb.usage}")
    elif service.reads is not None:
        return session.node.reads.run(service.reads, session, partial(_read, verb, session, words[1:]))
    else:
        return verb.run(session, words[1:])
    return None


async def _read(verb: Verb, session: Session, words: list[str]) -> None:
    handled = verb.run(session, words)
    if handled is not None:
        await handled


def _unknown(session: Session, service: Service, name: str) -> None:
    near = get_close_matches(name, service.verbs, 1)
    meant = f"did you mean {near[0]}? " if near else ""
    service.say(session, f"Unknown command {name}: {meant}HELP lists all commands")


def _help(session: Session, service: Service, words: list[str]) -> None:
    verb = service.verbs.get(words[0].upper()) if words else None
    if verb is not None:
        service.say(session, f"{verb.usage}: {verb.meaning}")
        return
    service.say(session, f"{service.nick} {service.meaning}. Say /msg {service.nick} followed by one of:")
    for row in service.verbs.values():
        service.say(session, f"{row.usage}: {row.meaning}")


def _command(service: Service, name: str) -> Command[Session]:
    def run(session: Session, message: Message) -> Awaitable[None] | None:
        if not message.params:
            session.reply(Err.NEEDMOREPARAMS, name, f"Not enough parameters; usage: {name} HELP")
            return None
        return ask(session, service, " ".join(message.params))

    return Command(name, run, f"{name} <words>", f"speaks to {service.nick}, which {service.meaning}", before=True)


def _identify(session: Session, message: Message) -> Awaitable[None] | None:
    """What people type who know it from other servers."""
    return ask(session, nickserv.SERVICE, " ".join(["IDENTIFY", *message.params]))


def _znc(session: Session, message: Message) -> Awaitable[None] | None:
    """``ZNC *playback play …``: how clients made for ZNC address its modules."""
    module, *words = [word for param in message.params for word in param.split()] or [""]
    if not module:
        session.reply(Err.NEEDMOREPARAMS, "ZNC", "Not enough parameters; usage: ZNC <module> <words>")
        return None
    service = SERVICES.get(f"*{module.lstrip('*').lower()}")
    if service is None:
        session.say_as("*status!znc@znc.in", "NOTICE", session.nick_or_star, f"There is no module {module} here")
        return None
    return ask(session, service, " ".join(words))


_ZNC: Final = Command("ZNC", _znc, "ZNC <module> <words>", "speaks to *playback, for clients made for ZNC", 1)
_LEARNED_ELSEWHERE: Final = Command(
    "IDENTIFY", _identify, "IDENTIFY [account[@device]] <password>", "logs you in, as NickServ does", 1, before=True
)
ROWS: Final[tuple[Command[Session], ...]] = (
    *(
        _command(service, name)
        for service in SERVICES.values()
        for name in (service.nick.upper(), service.alias)
        if name.isalpha()
    ),
    _LEARNED_ELSEWHERE,
    _ZNC,
)


def service_called(target: str) -> Service | None:
    """The service that a message goes to, also as ``NickServ@server.name``."""
    return SERVICES.get(target.partition("@")[0].lower())
