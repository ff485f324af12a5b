"""Accounts in the hands of who runs the server."""

import pytest
from tests.accounts.conftest import HERE

from chover.accounts.registrar import AccountRegistrar
from chover.ports import BY_OPERATOR


async def test_anyone_who_is_deleted_leaves_channels_to_others_before_the_account_is_gone(accounts):
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


def ending(accounts):
    """A registrar that notes whose sessions it ends."""
    ended = []

    async def put_out(who, words):
        ended.append((who, words))

    def end_sessions(who, words, by):
        ended.append((who, words, by))
        return 1

    return AccountRegistrar(accounts, None, put_out, end_sessions=end_sessions), ended


async def test_a_revoked_token_ends_the_sessions_that_it_logged_in(accounts):
    alice = await accounts.registration.make("alice", "a good sesame")
    registrar, ended = ending(accounts)
    secret = await registrar.make_token("alice", "phone")
    login = await accounts.login.check("alice", secret, HERE)
    await registrar.revoke_token("alice", login.by)
    [(who, words, by)] = ended
    assert (who, by) == (alice.id, login.by)
    assert "revoked" in words


async def test_a_new_password_ends_the_sessions_except_if_they_are_to_be_kept(accounts):
    alice = await accounts.registration.make("alice", "a good sesame")
    registrar, ended = ending(accounts)
    await registrar.set_password("alice", "another sesame", keep=True)
    assert ended == []
    await registrar.set_password("alice", "a third sesame")
    assert [(who, by) for who, _, by in ended] == [(alice.id, "")]


@pytest.mark.parametrize("reason", ["", "  "])
async def test_anyone_who_is_suspended_for_no_reason_is_suspended(accounts, reason):
    alice = await accounts.registration.make("alice", "a good sesame")
    registrar, ended = ending(accounts)
    await registrar.suspend("alice", reason)
    assert accounts.get(alice.id).suspended == "by the operator"
    assert ended == [(alice.id, "alice is suspended: by the operator")]
    await registrar.resume("alice")
    assert accounts.get(alice.id).suspended == ""
