"""The operator's verbs for bans, logs and channels. They also work while no server is running."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from msgspec import Meta

from chover.admin.verb import NotDone, OperatorVerb, VerbRequest
from chover.ports import Denied, Moderator, Operator, StoreError

Channel = Annotated[str, Meta(max_length=200, description="name of the channel")]
Whom = Annotated[
    str,
    Meta(max_length=300, description="a nick, an address, a range, a cloak, a nick!user@host, or account:name"),
]
Limit = Annotated[int, Meta(ge=1, le=10_000, description="the maximum number of rows")]


class BanRequest(VerbRequest, frozen=True):
    whom: Whom
    duration: Annotated[str, Meta(max_length=40, description="10m, 2h, 7d; empty: for good")] = ""
    reason: Annotated[str, Meta(max_length=300, description="the reason that they and others are told")] = ""
    note: Annotated[str, Meta(max_length=300, description="a note that only operators can see")] = ""
    force: Annotated[bool, Meta(description="even if it affects more people than meant")] = False


class UnbanRequest(VerbRequest, frozen=True):
    which: Annotated[str, Meta(max_length=300, description="its number, or its target")]


class LogRequest(VerbRequest, frozen=True):
    limit: Limit = 50


class PastRequest(VerbRequest, frozen=True):
    whom: Annotated[str, Meta(max_length=300, description="nick, account:name, address, range or cloak")] = ""
    limit: Limit = 100


class Named(VerbRequest, frozen=True):
    name: Channel


class DropRequest(Named, frozen=True):
    reason: Annotated[str, Meta(max_length=300, description="the reason that its members are told")] = ""
    end: Annotated[bool, Meta(description="remove everybody and delete it")] = False


class TransferRequest(Named, frozen=True):
    account: Annotated[str, Meta(max_length=100, description="the account that will own it")]


class EraseRequest(VerbRequest, frozen=True):
    account: Annotated[str, Meta(max_length=100, description="the account whose messages and files are deleted")]


class ModesRequest(Named, frozen=True):
    words: Annotated[
        tuple[str, ...], Meta(min_length=1, max_length=100, description="as in MODE: +im-s, then their parameters")
    ]


def _asked(
    act: Callable[[Moderator, Any], Awaitable[list[Any]]],
) -> Callable[[Operator, Any], Awaitable[list[Any]]]:
    """A verb of the moderator that answers a denial with its one line."""

    async def asked(operator: Operator, request: Any) -> list[Any]:
        try:
            return await act(await operator.moderator(), request)
        except (Denied, StoreError) as error:
            raise NotDone(str(error)) from error

    return asked


@_asked
async def _ban(moderator: Moderator, request: BanRequest) -> list[Any]:
    return [await moderator.set_ban(request.whom, request.duration, request.reason, request.note, request.force)]


@_asked
async def _unban(moderator: Moderator, request: UnbanRequest) -> list[Any]:
    return list(await moderator.lift(request.which))


@_asked
async def _bans(moderator: Moderator, _: VerbRequest) -> list[Any]:
    return list(await moderator.all_bans())


@_asked
async def _log(moderator: Moderator, request: LogRequest) -> list[Any]:
    return list(await moderator.audit_entries(request.limit))


@_asked
async def _past(moderator: Moderator, request: PastRequest) -> list[Any]:
    return list(await moderator.past(request.whom, request.limit))


@_asked
async def _channels(moderator: Moderator, _: VerbRequest) -> list[Any]:
    return list(await moderator.channels())


@_asked
async def _channel(moderator: Moderator, request: Named) -> list[Any]:
    return [await moderator.channel(request.name)]


@_asked
async def _drop(moderator: Moderator, request: DropRequest) -> list[Any]:
    await moderator.drop(request.name, request.reason, request.end)
    return []


@_asked
async def _transfer(moderator: Moderator, request: TransferRequest) -> list[Any]:
    await moderator.transfer(request.name, request.account)
    return []


@_asked
async def _modes(moderator: Moderator, request: ModesRequest) -> list[Any]:
    return [await moderator.set_modes(request.name, request.words)]


@_asked
async def _erase(moderator: Moderator, request: EraseRequest) -> list[Any]:
    return [await moderator.erase(request.account)]


def _row(name: str, meaning: str, act: Any, request: type[VerbRequest] = VerbRequest) -> OperatorVerb:
    return OperatorVerb(name, meaning, act, request, at_rest=True)


ROWS: Final = (
    _row("ban", "ban somebody from the server", _ban, BanRequest),
    _row("unban", "lift a ban", _unban, UnbanRequest),
    _row("bans", "all bans from the server", _bans),
    _row("log", "the audit log, newest entries first", _log, LogRequest),
    _row("past", "the connection log, newest first", _past, PastRequest),
    _row("channels", "all channels", _channels),
    _row("channel", "one channel, with its members, ranks and lists", _channel, Named),
    _row("drop-channel", "unregister a channel, or delete it", _drop, DropRequest),
    _row("transfer-channel", "give a channel to an account", _transfer, TransferRequest),
    _row("erase-messages", "delete everything that an account has said and uploaded", _erase, EraseRequest),
    _row("channel-modes", "change the modes of a channel", _modes, ModesRequest),
)
