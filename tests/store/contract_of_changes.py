"""What a storage that nodes share promises of changed rows (ports.registry.Changes), as tests.

A subclass gives a fixture ``nodes``: two storages on one database, with ``registry``, ``records``, ``hooks``, ``push``.
"""

import asyncio

import msgspec
import pytest

from chover.engine.ids import UserId
from chover.ports import Account, AccountSettings, Invite, Newcomer, OperatorRow, Taken, Token
from chover.ports.registry import ChangedRow
from tests.store.contract_of_hooks import ONE
from tests.store.contract_of_push import asked
from tests.store.contract_of_records import ENTRY, SPAM
from tests.store.contract_of_scheduled import item

ALICE = Account(UserId("a1"), "Alice", "alice", 1)
ACCOUNT = ChangedRow("account", "a1")


class ChangesContract:
    @pytest.fixture
    async def here(self, nodes):
        """The node that changes rows."""
        return nodes[0]

    @pytest.fixture
    async def heard(self, nodes):
        """What another node hears."""
        changes = nodes[1].registry.changes
        assert changes.shared
        assert await changes.poll() == set()
        return changes.poll

    async def test_what_happens_to_an_account_is_heard(self, here, heard):
        accounts = here.registry.accounts
        await accounts.create(ALICE, {})
        assert await heard() == {ACCOUNT}
        await accounts.update(msgspec.structs.replace(ALICE, settings=AccountSettings(away="tea")))
        assert await heard() == {ACCOUNT}
        await accounts.delete(ALICE.id)
        assert await heard() == {ACCOUNT}
        assert await heard() == set()

    async def test_an_account_that_comes_by_an_invitation_is_heard_of(self, here, heard):
        await here.registry.invites.add(b"key", Invite("i1", "operator", 1, 0, 1, ()))
        await here.registry.invites.redeem(b"key", 5, Newcomer(ALICE, {}, b"secret", Token("t", ALICE.id, "", 1)))
        assert await heard() == {ACCOUNT}

    async def test_a_ban_is_heard_of_when_it_comes_and_when_it_goes(self, here, heard):
        ban = await here.records.add_ban(SPAM, ENTRY)
        assert await heard() == {ChangedRow("ban", str(ban.no))}
        again = await here.records.add_ban(SPAM, ENTRY)
        assert await heard() == {ChangedRow("ban", str(again.no))}
        await here.records.lift_ban(again.no, ENTRY)
        assert await heard() == {ChangedRow("ban", str(again.no))}

    async def test_operators_hooks_and_subscriptions_are_heard_of(self, here, heard):
        await here.registry.accounts.create(ALICE, {})
        await heard()
        await here.registry.operators.put(OperatorRow(ALICE.id, ("ban",), 5))
        assert await heard() == {ChangedRow("operator", ALICE.id)}
        await here.hooks.add(b"one", ONE)
        await here.push.put(asked("https://a"), 9)
        assert await heard() == {ChangedRow("hook", ONE.id), ChangedRow("push", "https://a")}
        await here.hooks.switch_off(ONE.id, "410 Gone")
        assert await heard() == {ChangedRow("hook", ONE.id)}
        await here.registry.accounts.delete(ALICE.id)
        assert await heard() == {ACCOUNT, ChangedRow("operator", ALICE.id), ChangedRow("push", "https://a")}

    async def test_what_is_scheduled_is_heard_of_by_its_account(self, here, heard):
        await here.registry.accounts.create(ALICE, {})
        await heard()
        await here.registry.scheduled.put(item("s1"), 9)
        assert await heard() == {ChangedRow("scheduled", ALICE.id)}
        await here.registry.scheduled.remove(ALICE.id, "s1")
        assert await heard() == {ChangedRow("scheduled", ALICE.id)}

    async def test_a_token_is_heard_of_when_it_is_revoked(self, here, heard):
        await here.registry.accounts.create(ALICE, {})
        await here.registry.tokens.add(b"secret", Token("0123abcd", ALICE.id, "", 1))
        await here.registry.tokens.use(b"secret", 5)
        assert await heard() == {ACCOUNT}
        assert await here.registry.tokens.revoke(ALICE.id, "0123abcd")
        assert await heard() == {ChangedRow("token", ALICE.id)}

    async def test_a_certificate_is_heard_of_when_it_is_removed(self, here, heard):
        await here.registry.accounts.create(ALICE, {})
        await here.registry.credentials.replace(ALICE.id, {"certificate": ["ab"], "argon2": ["one"]})
        assert await heard() == {ACCOUNT}
        await here.registry.credentials.replace(ALICE.id, {"argon2": ["two"]})
        assert await heard() == set()
        await here.registry.credentials.replace(ALICE.id, {"certificate": []})
        assert await heard() == {ChangedRow("credential", ALICE.id)}

    async def test_whoever_listens_is_told_of_a_change_that_is_kept(self, here, nodes):
        told = asyncio.Event()
        listening = asyncio.create_task(nodes[1].registry.changes.listen(told.set))
        async with asyncio.timeout(10):
            await told.wait()  # that it listens
            told.clear()
            await here.registry.accounts.create(ALICE, {})
            await told.wait()
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening

    async def test_how_far_a_hook_has_told_is_no_change(self, here, heard):
        await here.hooks.add(b"one", ONE)
        await heard()
        await here.hooks.move(ONE.id, 9)
        assert await heard() == set()

    async def test_what_was_not_kept_is_not_heard(self, here, heard):
        await here.registry.accounts.create(ALICE, {})
        await heard()
        with pytest.raises(Taken):
            await here.registry.accounts.create(msgspec.structs.replace(ALICE, id=UserId("a2")), {})
        assert await heard() == set()
