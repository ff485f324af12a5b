"""The operator's verbs for accounts and invitations. They also work while no server is running."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from msgspec import Meta

from chover.admin.verb import NotDone, OperatorVerb, VerbRequest
from chover.ports import Denied, Operator, Registrar, StoreError

Name = Annotated[str, Meta(max_length=100, description="name of the account")]
Id = Annotated[str, Meta(max_length=100, description="its id, as the list shows it")]


class InviteRequest(VerbRequest, frozen=True):
    channels: Annotated[tuple[str, ...], Meta(description="channels that it leads to")] = ()
    uses: Annotated[int, Meta(description="how many people may use it")] = 1
    seconds: Annotated[int, Meta(description="for how many seconds it is valid; 0: without end")] = 7 * 86400
    role: Annotated[str, Meta(max_length=20, description="the rank that it gives in them, or none")] = ""


class Named(VerbRequest, frozen=True):
    name: Name


class Add(Named, frozen=True):
    password: Annotated[
        str, Meta(max_length=1024, description="its password; empty: its owner gets a code to set one")
    ] = ""
    email: Annotated[str, Meta(max_length=254, description="its e-mail address, or none")] = ""


class Password(Named, frozen=True):
    password: Annotated[
        str, Meta(max_length=1024, description="the new password; empty: its owner gets a code to set one")
    ] = ""
    keep: Annotated[bool, Meta(description="keep its sessions")] = False


class Suspend(Named, frozen=True):
    reason: Annotated[str, Meta(max_length=300, description="the reason that its owner is told")] = ""


class Revoke(VerbRequest, frozen=True):
    id: Id


class Label(Named, frozen=True):
    label: Annotated[str, Meta(max_length=64, description="the name of the device")] = "device"


class RevokeToken(Named, frozen=True):
    id: Id


def _asked(
    act: Callable[[Registrar, Any], Awaitable[list[Any]]],
) -> Callable[[Operator, Any], Awaitable[list[Any]]]:
    """A verb of the registrar that answers a denial with its one line."""

    async def asked(operator: Operator, request: Any) -> list[Any]:
        try:
            return await act(operator.registrar, request)
        except (Denied, StoreError) as error:
            raise NotDone(str(error)) from error

    return asked


@_asked
async def _invite(registrar: Registrar, request: InviteRequest) -> list[Any]:
    return [await registrar.invite(request.channels, request.uses, request.seconds, request.role)]


@_asked
async def _invites(registrar: Registrar, _: VerbRequest) -> list[Any]:
    return list(await registrar.invites())


@_asked
async def _revoke_invite(registrar: Registrar, request: Revoke) -> list[Any]:
    await registrar.revoke_invite(request.id)
    return []


@_asked
async def _accounts(registrar: Registrar, _: VerbRequest) -> list[Any]:
    return list(await registrar.accounts())


@_asked
async def _account(registrar: Registrar, request: Named) -> list[Any]:
    return [await registrar.account(request.name)]


@_asked
async def _add(registrar: Registrar, request: Add) -> list[Any]:
    row = await registrar.add(request.name, request.password, request.email)
    return [row] if request.password else [row, await registrar.recover(request.name)]


@_asked
async def _passwd(registrar: Registrar, request: Password) -> list[Any]:
    if not request.password:
        return [await registrar.recover(request.name)]
    await registrar.set_password(request.name, request.password, keep=request.keep)
    return []


@_asked
async def _suspend(registrar: Registrar, request: Suspend) -> list[Any]:
    await registrar.suspend(request.name, request.reason)
    return []


@_asked
async def _resume(registrar: Registrar, request: Named) -> list[Any]:
    await registrar.resume(request.name)
    return []


@_asked
async def _delete(registrar: Registrar, request: Named) -> list[Any]:
    await registrar.delete(request.name)
    return []


@_asked
async def _export(registrar: Registrar, request: Named) -> list[Any]:
    return [await registrar.export(request.name)]


@_asked
async def _tokens(registrar: Registrar, request: Named) -> list[Any]:
    return list(await registrar.tokens(request.name))


@_asked
async def _make_token(registrar: Registrar, request: Label) -> list[Any]:
    return [await registrar.make_token(request.name, request.label)]


@_asked
async def _revoke_token(registrar: Registrar, request: RevokeToken) -> list[Any]:
    await registrar.revoke_token(request.name, request.id)
    return []


_READING: Final = {_invites, _accounts, _account, _export, _tokens}


def _row(name: str, meaning: str, act: Any, request: type[VerbRequest] = VerbRequest) -> OperatorVerb:
    return OperatorVerb(name, meaning, act, request, at_rest=True, logged=act not in _READING)


ROWS: Final = (
    _row("invite", "make an invitation, with its links", _invite, InviteRequest),
    _row("invites", "the invitations that are still valid", _invites),
    _row("revoke-invite", "revoke an invitation", _revoke_invite, Revoke),
    _row("accounts", "all accounts", _accounts),
    _row("account", "one account", _account, Named),
    _row("add-account", "create an account; without a password, with a code to set one", _add, Add),
    _row("account-password", "set a new password, or make a code for its owner to set one", _passwd, Password),
    _row("suspend-account", "suspend an account", _suspend, Suspend),
    _row("resume-account", "lift the suspension of an account", _resume, Named),
    _row("delete-account", "delete an account for good", _delete, Named),
    _row("export-account", "everything kept about an account, except secrets and messages", _export, Named),
    _row("tokens", "the device tokens of an account", _tokens, Named),
    _row("make-token", "make a device token, and return its secret", _make_token, Label),
    _row("revoke-token", "revoke a device token", _revoke_token, RevokeToken),
)
