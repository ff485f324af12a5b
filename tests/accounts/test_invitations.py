"""Invitations over a real registry: uses, time, races, and what each end is called."""

import asyncio

import pytest
from tests.accounts.conftest import FAR, HERE

from chover.accounts import invitations
from chover.ports import BY_OPERATOR, Denied


async def make(accounts, *channels, uses=1, seconds=3600, role="", by=BY_OPERATOR):
    return await accounts.invitations.make(by, channels, uses=uses, seconds=seconds, role=role)


async def denied(work):
    with pytest.raises(Denied) as refused:
        await work
    return refused.value.code


async def test_anyone_who_is_invited_gets_an_account_and_a_key_that_opens_it(accounts):
    _, token = await make(accounts, "#tea", role="voice")
    account, invite, secret = await accounts.invitations.welcome(token, "alice", "", HERE)
    assert (invite.channels, invite.role, invite.uses, invite.used) == (("#tea",), "v", 0, 1)
    assert accounts.named("alice") == account
    login = await accounts.login.check("alice", secret, HERE)
    assert (login.account, login.device) == (account, "invitation")


async def test_without_a_password_no_password_opens_it(accounts):
    _, token = await make(accounts)
    await accounts.invitations.welcome(token, "alice", "", HERE)
    for guess in ("", "sesame"):
        assert await denied(accounts.login.check("alice", guess, HERE)) == "INVALID_CREDENTIALS"


async def test_a_password_may_be_given_and_must_be_one(accounts):
    _, token = await make(accounts)
    assert await denied(accounts.invitations.welcome(token, "alice", "abc", HERE)) == "WEAK_PASSWORD"
    await accounts.invitations.welcome(token, "alice", "open sesame", HERE)
    assert (await accounts.login.check("alice", "open sesame", HERE)).account.name == "alice"


async def test_of_many_at_once_as_many_come_in_as_there_are_uses(accounts):
    _, token = await make(accounts, uses=3)
    came = await asyncio.gather(
        *(accounts.invitations.welcome(token, f"guest{number}", "", HERE) for number in range(12)),
        return_exceptions=True,
    )
    refused = [str(one.code) for one in came if isinstance(one, Denied)]
    assert refused == ["INVITE_USED_UP"] * 9
    assert len(list(accounts.everybody())) == 3


async def test_a_name_that_is_taken_uses_nothing_up(accounts):
    _, token = await make(accounts)
    await accounts.registration.make("alice", "sesame")
    assert await denied(accounts.invitations.welcome(token, "alice", "", HERE)) == "ACCOUNT_EXISTS"
    assert (await accounts.invitations.welcome(token, "bob", "", HERE)).account.name == "bob"


async def test_two_who_want_one_name_at_once_use_one_up(accounts):
    _, token = await make(accounts, uses=2)
    came = await asyncio.gather(
        *(accounts.invitations.welcome(token, "alice", "", HERE) for _ in range(2)), return_exceptions=True
    )
    assert sorted(isinstance(one, Denied) for one in came) == [False, True]
    [invite] = await accounts.invitations.open()
    assert invite.uses == 1


async def test_each_end_of_an_invitation_has_its_name(accounts, monkeypatch):
    _, token = await make(accounts)
    await accounts.invitations.accept(token, HERE)
    assert await denied(accounts.invitations.accept(token, HERE)) == "INVITE_USED_UP"

    revoked, token = await make(accounts)
    assert await accounts.invitations.revoke(revoked.id)
    assert not await accounts.invitations.revoke(revoked.id)
    assert await denied(accounts.invitations.accept(token, HERE)) == "INVITE_REVOKED"

    short, token = await make(accounts, seconds=60)
    for_ever, lasting = await make(accounts, seconds=0)
    assert {row.id for row in await accounts.invitations.open()} == {short.id, for_ever.id}
    later = invitations._now() + 61_000
    monkeypatch.setattr(invitations, "_now", lambda: later)
    assert await denied(accounts.invitations.accept(token, HERE)) == "INVITE_EXPIRED"
    await accounts.invitations.accept(lasting, HERE)

    assert await denied(accounts.invitations.accept("no-such-token-at-all", HERE)) == "INVALID_INVITE"


async def test_anyone_who_tries_many_tokens_is_slowed_down_and_the_invited_are_not(accounts, stepping):
    stepping.drive(accounts.login.throttle)
    for _ in range(8):
        await denied(accounts.invitations.accept("guess-after-guess", FAR))
    assert stepping.waits == [0.5, 1.0, 2.0, 4.0]
    _, token = await make(accounts)
    await accounts.invitations.accept(token, FAR)
    assert len(stepping.waits) == 4


async def test_what_a_suspended_or_deleted_account_has_made_holds_no_longer(accounts):
    alice = await accounts.registration.make("alice", "sesame")
    _, token = await make(accounts, by=alice.id, uses=5)
    await accounts.suspend(alice.id, "spam")
    assert await denied(accounts.invitations.accept(token, HERE)) == "INVITE_REVOKED"
    await accounts.suspend(alice.id, "")
    await accounts.invitations.accept(token, HERE)
    await accounts.delete(alice.id)
    assert await denied(accounts.invitations.accept(token, HERE)) == "INVITE_REVOKED"
    assert not await accounts.invitations.open()


async def test_no_key_goes_over_plain_text_to_another_machine(accounts):
    _, token = await make(accounts)
    assert await denied(accounts.invitations.welcome(token, "alice", "", FAR)) == "PLAINTEXT_REFUSED"


async def test_where_nobody_registers_the_operators_invitations_count_alone(open_accounts):
    accounts = await open_accounts(accounts__registration="off")
    alice = await accounts.registration.make("alice", "sesame")
    _, hers = await make(accounts, by=alice.id)
    _, operators = await make(accounts)
    assert await denied(accounts.invitations.welcome(hers, "bob", "", HERE)) == "DISALLOWED"
    await accounts.invitations.welcome(operators, "bob", "", HERE)


async def test_where_the_invited_register_others_do_not(open_accounts):
    accounts = await open_accounts(accounts__registration="invite")
    assert await denied(accounts.registration.register("bob", "sesame", "", HERE)) == "DISALLOWED"
    _, token = await make(accounts)
    await accounts.invitations.welcome(token, "bob", "", HERE)


@pytest.mark.parametrize(
    "wrong",
    [{"uses": 0}, {"uses": 10**9}, {"seconds": -1}, {"seconds": 10**12}, {"role": "founder"}, {"role": "king"}],
)
async def test_an_invitation_that_cannot_be_is_not_made(accounts, wrong):
    assert await denied(make(accounts, "#tea", **wrong)) == "INVALID"
    assert not await accounts.invitations.open()


async def test_what_is_no_channel_is_none(accounts):
    assert await denied(make(accounts, "tea")) == "INVALID"


async def test_invitations_are_there_after_a_restart(accounts, open_accounts):
    _, token = await make(accounts, "#tea")
    again = await open_accounts()
    assert [row.channels for row in await again.invitations.open()] == [("#tea",)]
    await again.invitations.accept(token, HERE)
