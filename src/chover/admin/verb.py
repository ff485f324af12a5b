"""What a verb of the operator is: a row of the table, and the request that it reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import msgspec

from chover.ports import Operator


class VerbRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A verb and its parameters, as they stand in the line."""

    verb: str


class NotDone(Exception):
    """The verb was not done; the text is one line that says why, and what to do."""


class OperatorVerb(NamedTuple):
    name: str
    meaning: str
    act: Callable[[Operator, Any], Awaitable[list[Any]]]
    """Is given a request of the type beside it."""
    request: type[VerbRequest] = VerbRequest
    at_rest: bool = False
    """Can be done on the locked store while no server runs."""
    logged: bool = False
    """Is told to the log when it is done: it changes something, and what it calls does not log that itself."""

    def named(self, request: VerbRequest) -> str:
        """What is done to whom, for the log: never a password or what else the request holds."""
        subjects = (getattr(request, name, "") for name in ("name", "id", "whom", "which", "channel"))
        return " ".join([self.name, *(str(subject) for subject in subjects if subject)])

    @property
    def parameters(self) -> dict[str, str]:
        """What may stand beside the verb, and what each means."""
        kind = msgspec.inspect.type_info(self.request)
        assert isinstance(kind, msgspec.inspect.StructType)
        return {field.name: _meaning(field.type) for field in kind.fields if field.name != "verb"}


def _meaning(kind: msgspec.inspect.Type) -> str:
    extra = kind.extra_json_schema if isinstance(kind, msgspec.inspect.Metadata) else None
    return str((extra or {}).get("description", ""))
