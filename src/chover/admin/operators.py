"""The operator's verbs for operators of the server. They also work while no server is running."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from msgspec import Meta

from chover.admin.verb import NotDone, OperatorVerb, VerbRequest
from chover.config import Right
from chover.ports import Denied, Operator, OperatorAdmin, StoreError

ALL: Final[tuple[Right, ...]] = ("kill", "ban", "wallops", "rehash", "accounts", "see", "redact")


class NamedOperator(VerbRequest, frozen=True):
    name: Annotated[str, Meta(max_length=100, description="name of the account")]


class AddOperator(NamedOperator, frozen=True):
    rights: Annotated[tuple[Right, ...], Meta(min_length=1, description="its rights; all if left out")] = ALL
    password: Annotated[
        str, Meta(max_length=1024, description="its password, if it has none; empty: one is generated")
    ] = ""


def _asked(
    act: Callable[[OperatorAdmin, Any], Awaitable[list[Any]]],
) -> Callable[[Operator, Any], Awaitable[list[Any]]]:
    """A verb that answers a denial with its one line."""

    async def asked(operator: Operator, request: Any) -> list[Any]:
        try:
            return await act(operator.operators, request)
        except (Denied, StoreError) as error:
            raise NotDone(str(error)) from error

    return asked


@_asked
async def _list(operators: OperatorAdmin, _: VerbRequest) -> list[Any]:
    return list(await operators.operators())


@_asked
async def _add(operators: OperatorAdmin, request: AddOperator) -> list[Any]:
    return [await operators.add(request.name, request.rights, request.password)]


@_asked
async def _remove(operators: OperatorAdmin, request: NamedOperator) -> list[Any]:
    await operators.remove(request.name)
    return []


ROWS: Final = (
    OperatorVerb("operators", "the operators of the server", _list, at_rest=True),
    OperatorVerb("add-operator", "make an account an operator; create it if necessary", _add, AddOperator, True),
    OperatorVerb("remove-operator", "take the operator rights from an account", _remove, NamedOperator, True),
)
