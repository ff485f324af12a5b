"""The operator's verbs for the emoji of the server. They also work while no server is running."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from msgspec import Meta

from chover.admin.verb import NotDone, OperatorVerb, VerbRequest
from chover.ports import NotTaken, Operator, StoreError
from chover.ports.files import BadEmoji, EmojiSet

_Name = Annotated[str, Meta(max_length=200, description="its name, without colons")]


class Add(VerbRequest, frozen=True):
    name: _Name
    picture: Annotated[bytes, Meta(description="the content of a PNG, WebP or GIF, in base64")]


class Remove(VerbRequest, frozen=True):
    name: _Name


def _asked(act: Callable[[EmojiSet, Any], Awaitable[list[Any]]]) -> Callable[[Operator, Any], Awaitable[list[Any]]]:
    """A verb that answers a refusal with its one line."""

    async def asked(operator: Operator, request: Any) -> list[Any]:
        try:
            return await act(await operator.emoji(), request)
        except (BadEmoji, NotTaken, StoreError) as error:
            raise NotDone(str(error)) from error

    return asked


@_asked
async def _add(emoji: EmojiSet, request: Add) -> list[Any]:
    return [await emoji.add(request.name, request.picture)]


@_asked
async def _list(emoji: EmojiSet, _: VerbRequest) -> list[Any]:
    return list(emoji.all())


@_asked
async def _remove(emoji: EmojiSet, request: Remove) -> list[Any]:
    await emoji.remove(request.name)
    return []


ROWS: Final = (
    OperatorVerb("add-emoji", "add an emoji of the server", _add, Add, at_rest=True, logged=True),
    OperatorVerb("emoji", "the emoji of the server", _list, at_rest=True),
    OperatorVerb("remove-emoji", "remove an emoji of the server", _remove, Remove, at_rest=True, logged=True),
)
