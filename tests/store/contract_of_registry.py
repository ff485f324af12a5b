"""What every registry does (ports.Registry)."""

import asyncio

import msgspec
import pytest

from chover.engine.ids import LogId, UserId
from chover.ports import BY_OPERATOR, Account, AccountSettings, Code, Invite, Newcomer, OperatorRow, Taken, Token
from chover.ports.registry import Outdated
from tests.store.contract_of_scheduled import ScheduledContract

ALICE = Account(UserId("a1"), "Alice", "alice", 1)
BOB = Account(UserId("a2"), "Bob", "bob", 2)
TEA = LogId("c1")
KEY = b"key"
INVITE = Invite("i1", BY_OPERATOR, 1000, 5000, 2, ("#tea",), "v")


class AccountsContract:
    async def test_an_account_is_there_as_it_was_made(self, registry):
        await registry.accounts.create(ALICE, {"argon2": ["hash"]})
        assert await registry.accounts.all() == [ALICE]
        assert await registry.credentials.of(ALICE.id) == {"argon2": ["hash"]}

    async def test_a_name_is_given_once(self, registry):
        await registry.accounts.create(ALICE, {})
        with pytest.raises(Taken):
            await registry.accounts.create(msgspec.structs.replace(BOB, folded="alice"), {"argon2": ["hash"]})
        assert await registry.accounts.all() == [ALICE]
        assert await registry.credentials.of(BOB.id) == {}

    async def test_an_account_with_a_certificate_of_another_is_not_made(self, registry):
        await registry.accounts.create(ALICE, {"certificate": ["ab"]})
        with pytest.raises(Taken):
            await registry.accounts.create(BOB, {"certificate": ["ab"]})
        assert await registry.accounts.all() == [ALICE]

    async def test_some_accounts_are_read_again(self, registry):
        for account in (ALICE, BOB):
            await registry.accounts.create(account, {})
        assert await registry.accounts.some([BOB.id, UserId("a3")]) == [BOB]
        assert await registry.accounts.some([]) == []

    async def test_what_can_change_changes_and_the_rest_stays(self, registry):
        await registry.accounts.create(ALICE, {})
        settings = AccountSettings(away="tea")
        await registry.accounts.update(Account(ALICE.id, "X", "x", 9, "a@b.c", "spam", settings))
        assert await registry.accounts.all() == [Account(ALICE.id, "Alice", "alice", 1, "a@b.c", "spam", settings)]

    async def test_what_somebody_else_has_changed_is_not_overwritten(self, registry):
        await registry.accounts.create(ALICE, {})
        one = msgspec.structs.replace(ALICE, settings=AccountSettings(away="tea", blocked=("*!*@x",)))
        other = msgspec.structs.replace(ALICE, email="a@b.c")
        await registry.accounts.update(one, ALICE)
        with pytest.raises(Outdated) as outdated:
            await registry.accounts.update(other, ALICE)
        assert outdated.value.now == one
        assert await registry.accounts.all() == [one]
        await registry.accounts.update(other, one)
        await registry.accounts.delete(ALICE.id)
        with pytest.raises(Outdated) as outdated:
            await registry.accounts.update(one, other)
        assert outdated.value.now is None

    async def test_with_an_account_goes_all_that_proves_and_follows_it(self, registry):
        for account in (ALICE, BOB):
            await registry.accounts.create(account, {"certificate": [account.name]})
            await registry.tokens.add(account.id.encode(), Token(f"of {account.name}", account.id, "phone", 1))
            await registry.read_markers.move(account.id, TEA, 7)
            await registry.departures.put(account.id, "phone", 8)
            await registry.codes.put("reset", account.folded, Code(b"c", 9000, ""))
            made = msgspec.structs.replace(INVITE, id=f"of {account.name}", made_by=account.id)
            await registry.invites.add(b"by" + account.id.encode(), made)
        await registry.accounts.delete(ALICE.id)
        assert await registry.accounts.all() == [BOB]
        assert [await followed(registry, account) for account in (ALICE, BOB)] == [
            ({}, [], 0, 0, False),
            ({"certificate": ["Bob"]}, ["of Bob"], 7, 8, True),
        ]
        assert [invite.id for invite in await registry.invites.open(2000)] == ["of Bob"]

    async def test_nothing_is_kept_of_an_account_that_is_gone(self, registry):
        await registry.tokens.add(KEY, Token("t", ALICE.id, "phone", 1))
        await registry.departures.put(ALICE.id, "phone", 8)
        await registry.credentials.replace(ALICE.id, {"argon2": ["hash"]})
        assert await registry.read_markers.move(ALICE.id, TEA, 7) == 0
        assert await followed(registry, ALICE) == ({}, [], 0, 0, False)
        assert await registry.tokens.use(KEY, 5) is None


async def followed(registry, account):
    """What is kept beside an account."""
    return (
        await registry.credentials.of(account.id),
        [token.id for token in await registry.tokens.of(account.id)],
        await registry.read_markers.get(account.id, TEA),
        await registry.departures.last(account.id, "phone"),
        await registry.codes.get("reset", account.folded, 5000) is not None,
    )


class CredentialsContract:
    async def test_only_the_kinds_that_are_named_are_replaced(self, registry):
        await registry.accounts.create(ALICE, {"argon2": ["old"], "certificate": ["ab", "cd"]})
        await registry.credentials.replace(ALICE.id, {"argon2": ["new"]})
        held = await registry.credentials.of(ALICE.id)
        assert held["argon2"] == ["new"]
        assert sorted(held["certificate"]) == ["ab", "cd"]
        await registry.credentials.replace(ALICE.id, {"certificate": []})
        assert await registry.credentials.of(ALICE.id) == {"argon2": ["new"]}

    async def test_a_certificate_has_one_owner(self, registry):
        await registry.accounts.create(ALICE, {"certificate": ["ab"]})
        await registry.accounts.create(BOB, {"certificate": ["cd"]})
        with pytest.raises(Taken):
            await registry.credentials.replace(BOB.id, {"certificate": ["ab"]})
        with pytest.raises(Taken):
            await registry.credentials.add(BOB.id, "certificate", "ab")
        owners = [await registry.credentials.owner_of_certificate(one) for one in ("ab", "cd", "ef")]
        assert owners == [ALICE.id, BOB.id, None]

    async def test_certificates_that_are_added_at_once_are_all_there(self, registry):
        await registry.accounts.create(ALICE, {"certificate": ["ab"]})
        await asyncio.gather(*[registry.credentials.add(ALICE.id, "certificate", one) for one in ("cd", "ef", "ab")])
        assert sorted((await registry.credentials.of(ALICE.id))["certificate"]) == ["ab", "cd", "ef"]
        assert await registry.credentials.remove(ALICE.id, "certificate", "cd")
        assert not await registry.credentials.remove(ALICE.id, "certificate", "cd")
        assert sorted((await registry.credentials.of(ALICE.id))["certificate"]) == ["ab", "ef"]
        await registry.credentials.add(BOB.id, "certificate", "ff")
        assert await registry.credentials.of(BOB.id) == {}


class TokensContract:
    @pytest.fixture
    async def tokens(self, registry):
        await registry.accounts.create(ALICE, {})
        await registry.accounts.create(BOB, {})
        return registry.tokens

    async def test_using_one_is_noted(self, tokens):
        await tokens.add(KEY, Token("t1", ALICE.id, "phone", 5))
        assert await tokens.use(KEY, 77) == Token("t1", ALICE.id, "phone", 5, 77)
        assert await tokens.of(ALICE.id) == [Token("t1", ALICE.id, "phone", 5, 77)]
        assert await tokens.use(b"other", 78) is None

    async def test_the_oldest_come_first(self, tokens):
        rows = [Token(f"t{at}", ALICE.id, "", at) for at in (3, 1, 2)]
        for row in rows:
            await tokens.add(row.id.encode(), row)
        assert [row.created_at for row in await tokens.of(ALICE.id)] == [1, 2, 3]

    async def test_only_its_owner_revokes_one_and_once(self, tokens):
        await tokens.add(KEY, Token("t1", ALICE.id, "phone", 5))
        assert not await tokens.revoke(BOB.id, "t1")
        assert await tokens.revoke(ALICE.id, "t1")
        assert not await tokens.revoke(ALICE.id, "t1")
        assert await tokens.use(KEY, 9) is None


class CodesContract:
    async def test_one_takes_the_place_of_an_earlier_one(self, registry):
        await registry.codes.put("reset", "alice", Code(b"a", 5000, "x"))
        await registry.codes.put("reset", "alice", Code(b"b", 6000, "y"))
        assert await registry.codes.get("reset", "alice", 0) == Code(b"b", 6000, "y")
        assert await registry.codes.get("register", "alice", 0) is None

    async def test_it_is_over_at_its_moment(self, registry):
        await registry.codes.put("reset", "alice", Code(b"a", 5000, ""))
        assert await registry.codes.get("reset", "alice", 4999) is not None
        assert await registry.codes.get("reset", "alice", 5000) is None

    async def test_of_two_who_use_it_at_once_one_does(self, registry):
        await registry.codes.put("reset", "alice", Code(b"a", 5000, ""))
        used = await asyncio.gather(*[registry.codes.drop("reset", "alice") for _ in range(2)])
        assert sorted(used) == [False, True]

    async def test_those_that_have_expired_go_and_others_stay(self, registry):
        for folded, expires_at in [("old", 999), ("just", 1000), ("new", 1001)]:
            await registry.codes.put("verify", folded, Code(b"hash", expires_at, ""))
        assert await registry.codes.purge(1000) == 2
        assert await registry.codes.get("verify", "new", 0) is not None
        assert [await registry.codes.get("verify", folded, 0) for folded in ("old", "just")] == [None, None]
        assert await registry.codes.purge(1000) == 0


class InvitesContract:
    async def test_it_is_there_as_it_was_made(self, registry):
        await registry.invites.add(KEY, INVITE)
        assert await registry.invites.get(KEY) == INVITE
        assert await registry.invites.get(b"other") is None

    @pytest.mark.parametrize(
        ("changed", "now", "holds"),
        [
            ({}, 4999, True),
            ({}, 5000, False),
            ({"expires_at": 0}, 10**12, True),
            ({"uses": 0}, 2000, False),
            ({"revoked_at": 1}, 2000, False),
        ],
    )
    async def test_while_it_holds_it_is_open_and_can_be_used(self, registry, changed, now, holds):
        await registry.invites.add(KEY, msgspec.structs.replace(INVITE, **changed))
        assert bool(await registry.invites.open(now)) is holds
        assert (await registry.invites.redeem(KEY, now) is not None) is holds

    async def test_a_race_has_one_winner_for_each_use(self, registry):
        await registry.invites.add(KEY, INVITE)
        found = await asyncio.gather(*[registry.invites.redeem(KEY, 2000) for _ in range(5)])
        assert sorted(invite.uses for invite in found if invite) == [0, 1]
        held = await registry.invites.get(KEY)
        assert (held.uses, held.used) == (0, 2)

    async def test_a_newcomer_gets_account_and_token_in_the_same_moment(self, registry):
        await registry.invites.add(KEY, INVITE)
        first = Token("t1", ALICE.id, "invitation", 1)
        await registry.invites.redeem(KEY, 2000, Newcomer(ALICE, {"argon2": ["hash"]}, b"secret", first))
        assert await registry.accounts.all() == [ALICE]
        assert await registry.credentials.of(ALICE.id) == {"argon2": ["hash"]}
        assert await registry.tokens.of(ALICE.id) == [first]

    async def test_for_a_name_that_is_taken_nothing_is_used(self, registry):
        await registry.accounts.create(ALICE, {})
        await registry.invites.add(KEY, INVITE)
        newcomer = Newcomer(msgspec.structs.replace(BOB, folded="alice"), {}, b"s", Token("t", BOB.id, "", 1))
        with pytest.raises(Taken):
            await registry.invites.redeem(KEY, 2000, newcomer)
        assert await registry.invites.get(KEY) == INVITE
        assert await registry.accounts.all() == [ALICE]

    async def test_it_is_revoked_once(self, registry):
        await registry.invites.add(KEY, INVITE)
        assert await registry.invites.revoke("i1", 2000)
        assert not await registry.invites.revoke("i1", 2001)
        assert (await registry.invites.get(KEY)).revoked_at == 2000


class DevicesContract:
    async def test_a_marker_moves_forward_and_never_back(self, registry):
        await registry.accounts.create(ALICE, {})
        moved = [await registry.read_markers.move(ALICE.id, TEA, at) for at in (5, 3, 9)]
        assert moved == [5, 5, 9]
        await registry.read_markers.move(ALICE.id, LogId("c2"), 1)
        assert await registry.read_markers.get(ALICE.id, TEA) == 9
        assert await registry.read_markers.get(BOB.id, TEA) == 0
        assert await registry.read_markers.all(ALICE.id) == {"c1": 9, "c2": 1}

    async def test_each_device_has_its_last_departure(self, registry):
        await registry.accounts.create(ALICE, {})
        for device, at in (("phone", 5), ("desk", 6), ("phone", 4)):
            await registry.departures.put(ALICE.id, device, at)
        assert [await registry.departures.last(ALICE.id, device) for device in ("phone", "desk", "")] == [4, 6, 0]


class OperatorsContract:
    async def test_an_operator_is_kept_with_its_rights_until_it_is_taken_out_or_its_account_is_deleted(self, registry):
        for account in (ALICE, BOB):
            await registry.accounts.create(account, {})
        await registry.operators.put(OperatorRow(ALICE.id, ("kill", "ban"), 5))
        await registry.operators.put(OperatorRow(BOB.id, ("see",), 6))
        await registry.operators.put(OperatorRow(BOB.id, ("ban",), 7))
        assert await registry.operators.all() == [
            OperatorRow(ALICE.id, ("kill", "ban"), 5), OperatorRow(BOB.id, ("ban",), 7)
        ]  # fmt: skip
        assert await registry.operators.remove(BOB.id)
        assert not await registry.operators.remove(BOB.id)
        await registry.accounts.delete(ALICE.id)
        await registry.operators.put(OperatorRow(ALICE.id, ("kill",), 8))
        assert await registry.operators.all() == []


class RegistryContract(
    AccountsContract,
    CredentialsContract,
    TokensContract,
    CodesContract,
    InvitesContract,
    DevicesContract,
    OperatorsContract,
    ScheduledContract,
):
    """All of it."""
