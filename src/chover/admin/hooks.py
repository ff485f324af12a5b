"""The operator's verbs for hooks. They also work while no server is running."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from msgspec import Meta

from chover.admin.verb import NotDone, OperatorVerb, VerbRequest
from chover.ports import Denied, HookAdmin, Operator, StoreError


class Add(VerbRequest, frozen=True):
    channel: Annotated[str, Meta(max_length=200, description="the channel that it posts to")]
    name: Annotated[str, Meta(max_length=100, description="its name there")] = "hook"
    url: Annotated[str, Meta(max_length=2000, description="where messages are posted; empty for an incoming hook")] = ""


class Revoke(VerbRequest, frozen=True):
    id: Annotated[str, Meta(max_length=100, description="its id, as the list shows it")]


def _asked(act: Callable[[HookAdmin, Any], Awaitable[list[Any]]]) -> Callable[[Operator, Any], Awaitable[list[Any]]]:
    """A verb that answers a denial with its one line."""

    async def asked(operator: Operator, request: Any) -> list[Any]:
        try:
            return await act(await operator.hooks(), request)
        except (Denied, StoreError) as error:
            raise NotDone(str(error)) from error

    return asked


@_asked
async def _add(hooks: HookAdmin, request: Add) -> list[Any]:
    return [await hooks.add(request.channel, request.name, request.url)]


@_asked
async def _list(hooks: HookAdmin, _: VerbRequest) -> list[Any]:
    return list(await hooks.list())


@_asked
async def _revoke(hooks: HookAdmin, request: Revoke) -> list[Any]:
    await hooks.revoke(request.id)
    return []


ROWS: Final = (
    OperatorVerb("add-hook", "make a hook, with its address", _add, Add, at_rest=True, logged=True),
    OperatorVerb("hooks", "all hooks", _list, at_rest=True),
    OperatorVerb("revoke-hook", "revoke a hook", _revoke, Revoke, at_rest=True, logged=True),
)
