"""An operator's verb: a row of the table, and the request that it reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import msgspec

from chover.ports import Operator


class VerbRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verb and its parameters, from the line."""

    verb: str


class NotDone(Exception):
    """The verb was not executed; the text is one line that says why, and what to do."""


class OperatorVerb(NamedTuple):
    name: str
    meaning: str
    act: Callable[[Operator, Any], Awaitable[list[Any]]]
    """The handler. Its request has the type given with it."""
    request: type[VerbRequest] = VerbRequest
    at_rest: bool = False
    """Whether it also works on the locked store while no server is running."""
    logged: bool = False
    """Whether the socket logs it: it changes something, and what it calls does not log that itself."""

    def named(self, request: VerbRequest) -> str:
        """What is done to whom, for the log: never a password or other parameters."""
        subjects = (getattr(request, name, "") for name in ("name", "id", "whom", "which", "channel"))
        return " ".join([self.name, *(str(subject) for subject in subjects if subject)])

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the verb, and what each means."""
        kind = msgspec.inspect.type_info(self.request)
        assert isinstance(kind, msgspec.inspect.StructType)
        return {field.name: _meaning(field.type) for field in kind.fields if field.name != "verb"}


def _meaning(kind: msgspec.inspect.Type) -> str:
    extra = kind.extra_json_schema if isinstance(kind, msgspec.inspect.Metadata) else None
    return str((extra or {}).get("description", ""))
