"""What an operator can ask of a running server: one table, which feeds the socket and its help."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from msgspec import Meta

from chover.ports import Operator


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verb and its parameters, as they stand in the line."""

    verb: str


class Stop(Request, frozen=True):
    reason: Annotated[str, Meta(max_length=300, description="what people are told")] = "Server shutting down"


class NotDone(Exception):
    """The verb was not done; the text is one line that says why, and what to do."""


async def _who(operator: Operator, _: Request) -> list[Any]:
    return list(operator.who())


async def _stop(operator: Operator, request: Request) -> list[Any]:
    assert isinstance(request, Stop)
    operator.stop(request.reason)
    return []


async def _reload(operator: Operator, _: Request) -> list[Any]:
    try:
        return list(await operator.reload())
    except ValueError as error:
        raise NotDone(str(error)) from error


async def _help(_: Operator, __: Request) -> list[Any]:
    return [{"verb": verb.name, "meaning": verb.meaning, "parameters": verb.parameters} for verb in VERBS.values()]


class Verb(NamedTuple):
    name: str
    meaning: str
    act: Callable[[Operator, Request], Awaitable[list[Any]]]
    request: type[Request] = Request

    @property
    def parameters(self) -> dict[str, str]:
        """What may stand beside the verb, and what each means."""
        kind = msgspec.inspect.type_info(self.request)
        assert isinstance(kind, msgspec.inspect.StructType)
        return {field.name: _meaning(field.type) for field in kind.fields if field.name != "verb"}


def _meaning(kind: msgspec.inspect.Type) -> str:
    extra = kind.extra_json_schema if isinstance(kind, msgspec.inspect.Metadata) else None
    return str((extra or {}).get("description", ""))


VERBS: Final[dict[str, Verb]] = {
    verb.name: verb
    for verb in (
        Verb("who", "who is on, from where, since when", _who),
        Verb("stop", "tell everybody why, write everything down, stop", _stop, Stop),
        Verb("reload", "read the configuration and the certificate again; what changed", _reload),
        Verb("help", "these verbs and what each takes", _help),
    )
}


class _Peek(msgspec.Struct):
    verb: str


def parse(line: bytes) -> tuple[Verb, Request]:
    """The verb of a line and its checked parameters. Raises NotDone."""
    try:
        name = msgspec.json.decode(line, type=_Peek).verb
        verb = VERBS.get(name)
        if verb is None:
            raise NotDone(f"unknown verb {name}; there are {', '.join(VERBS)}")
        return verb, msgspec.json.decode(line, type=verb.request)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NotDone(f'a request is one JSON object such as {{"verb": "who"}}: {error}') from error
