"""Accounts in the hands of who runs the server."""

from tests.accounts.conftest import HERE

from chover.accounts.registrar import AccountRegistrar
from chover.ports import BY_OPERATOR


async def test_who_is_deleted_leaves_channels_to_others_before_the_account_is_gone(accounts):
    account = await accounts.registration.make("alice", "a good sesame")
    done = []

    async def succeed(who):
        done.append(("succeed", who, accounts.get(who) is not None))

    async def put_out(who, words):
        done.append(("put out", who, words))

    async def link(token):
        raise AssertionError(token)

    await AccountRegistrar(accounts, link, put_out, succeed=succeed).delete("alice")
    assert done == [("succeed", account.id, True), ("put out", account.id, "This account was deleted")]
    assert accounts.get(account.id) is None


async def test_invitations_are_listed_with_the_names_of_those_who_made_them(accounts):
    alice = await accounts.registration.register("alice", "sesame-sesame", "", HERE)
    for maker in (alice.id, BY_OPERATOR):
        await accounts.invitations.make(maker, ["#tea"], uses=1, seconds=3600)
    registrar = AccountRegistrar(accounts, None)
    assert sorted(invite.made_by for invite in await registrar.invites()) == ["alice", BY_OPERATOR]
