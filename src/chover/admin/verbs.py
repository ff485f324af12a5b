"""What an operator can ask of a running server: one table, for the socket and its help."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from chover.admin import emoji, hooks, moderation, operators, registry
from chover.admin.verb import NotDone, OperatorVerb, VerbRequest
from chover.ports import Operator


class Stop(VerbRequest, frozen=True):
    reason: Annotated[str, Meta(max_length=300, description="the reason that people are told")] = "Server shutting down"


async def _who(operator: Operator, _: VerbRequest) -> list[Any]:
    return list(operator.who())


async def _status(operator: Operator, _: VerbRequest) -> list[Any]:
    return [await operator.status()]


async def _stop(operator: Operator, request: Stop) -> list[Any]:
    operator.stop(request.reason)
    return []


async def _reload(operator: Operator, _: VerbRequest) -> list[Any]:
    try:
        return list(await operator.reload())
    except ValueError as error:
        raise NotDone(str(error)) from error


async def _restart(operator: Operator, _: VerbRequest) -> list[Any]:
    try:
        await operator.restart()
    except ValueError as error:
        raise NotDone(str(error)) from error
    return []


async def _help(_: Operator, __: VerbRequest) -> list[Any]:
    return [{"verb": verb.name, "meaning": verb.meaning, "parameters": verb.parameters} for verb in VERBS.values()]


VERBS: Final[dict[str, OperatorVerb]] = {
    verb.name: verb
    for verb in (
        OperatorVerb("who", "who is online, from where and since when", _who),
        OperatorVerb("status", "the state of the server, and warnings", _status),
        OperatorVerb("stop", "tell everybody why, save everything, and stop", _stop, Stop),
        OperatorVerb("restart", "run the program again; plain connections stay open", _restart),
        OperatorVerb("reload", "reload the configuration and the certificate, and show what changed", _reload),
        *registry.ROWS,
        *moderation.ROWS,
        *hooks.ROWS,
        *emoji.ROWS,
        *operators.ROWS,
        OperatorVerb("help", "all verbs and their parameters", _help),
    )
}


class _Peek(msgspec.Struct):
    verb: str


def parse(line: bytes) -> tuple[OperatorVerb, VerbRequest]:
    """The verb of a line and its checked parameters. Raises NotDone."""
    try:
        name = msgspec.json.decode(line, type=_Peek).verb
        verb = VERBS.get(name)
        if verb is None:
            raise NotDone(f"unknown verb {name}; the verbs are {', '.join(VERBS)}")
        return verb, msgspec.json.decode(line, type=verb.request)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NotDone(f'a request is one JSON object such as {{"verb": "who"}}: {error}') from error
