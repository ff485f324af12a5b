"""Hooks and the chat: what they say reaches people, and who may make them."""

import re

import pytest
from tests.doubles.memory_hooks import MemoryHooks
from tests.doubles.stage import Stage

from chover.notify.hooks import HookService
from chover.ports import AccountSettings, Denied, NotPosted, StoreError
from chover.server.operators.hooks import BURST, OperatorHooks
from chover.server.operators.moderator import ChannelModerator
from chover.wire.capabilities import MULTILINE_BYTES


class Hooked:
    """A stage whose node has hooks."""

    def __init__(self, stage):
        self.stage, self.rows = stage, MemoryHooks()
        self.voice = stage.voice()
        self.hooks = stage.node.hooks = HookService(self.rows, [], self.voice)
        self.operator_hooks = OperatorHooks(stage.node, self.hooks)

    async def token(self, channel="#ops", name="deploys"):
        return (await self.operator_hooks.add(channel, name)).address.rpartition("/")[2]

    async def post(self, token, text, **headers):
        await self.hooks.post(token, text.encode(), headers)


@pytest.fixture
async def hooked():
    stage = await Stage.open()
    yield Hooked(stage)
    await stage.close()


@pytest.fixture
async def alice(hooked):
    hooked.stage.accounts.add("alice")
    return await hooked.stage.enter("alice", "#ops", caps="message-tags", login="alice")


async def refusal(waiting):
    with pytest.raises(NotPosted) as refused:
        await waiting
    return refused.value


async def test_what_is_posted_is_said(hooked, alice):
    await hooked.post(await hooked.token(), "it is out")
    line = await alice.expect("it is out")
    assert ":deploys!hook@hooks PRIVMSG #ops :it is out" in line
    assert line.startswith("@")
    assert ";bot" in line


async def test_the_other_program_may_say_who_it_is(hooked, alice):
    await hooked.post(await hooked.token(), '{"text": "a", "username": "Grafana"}')
    await alice.expect(":Grafana!hook@hooks PRIVMSG #ops :a")


@pytest.mark.parametrize(
    ("name", "nick"),
    [("alice", "alice2"), ("Bob", "Bob2"), ("b0b", "b0b2"), ("NickServ", "NickServ2"), ("Robert", "Robert2")],
)
async def test_nobody_speaks_under_the_name_of_an_account_or_a_service(hooked, alice, name, nick):
    hooked.stage.accounts.add("bob", settings=AccountSettings(metadata={"display-name": "Robert"}))
    await hooked.post(await hooked.token(), f'{{"text": "send me your password", "username": "{name}"}}')
    await alice.expect(f":{nick}!hook@hooks PRIVMSG #ops :send me")


async def test_a_post_is_answered_when_it_is_kept_and_not_before(hooked, alice):
    token = await hooked.token()
    hooked.stage.store.fail = "The disk is full"
    refused = await refusal(hooked.post(token, "it is out"))
    assert (refused.status, str(refused)) == (503, "Nothing was posted: The disk is full")
    hooked.stage.store.fail = ""
    await hooked.post(token, "again")
    assert not [line for line in await alice.all() if "it is out" in line]


async def test_it_is_in_history_after_a_restart(hooked, alice):
    await hooked.post(await hooked.token(), "it is out")
    stage = await Stage.open(store=hooked.stage.store, accounts=hooked.stage.accounts)
    again = await stage.enter("alice", "#ops", caps="draft/chathistory batch", login="alice")
    again.send("CHATHISTORY LATEST #ops * 10")
    assert ":deploys!hook@hooks PRIVMSG #ops :it is out" in await again.expect("it is out")
    await stage.close()


async def test_a_hook_speaks_so_often_and_is_told_when_it_may_again(hooked, alice):
    token = await hooked.token()
    for number in range(BURST):
        await hooked.post(token, str(number))
    refused = await refusal(hooked.post(token, "more"))
    assert refused.status == 429
    assert 0 < refused.wait <= 1
    await hooked.post(await hooked.token(), "another hook may")


async def test_too_much_for_a_message_is_cut(hooked, alice):
    await hooked.post(await hooked.token(), "\n".join(["ä" * 500] * 10))
    event = hooked.stage.store.logs[hooked.stage.node.chat.find_channel("#ops").log][-1]
    assert MULTILINE_BYTES - 8 < len(event.body.text.encode()) <= MULTILINE_BYTES
    assert event.body.text.endswith("ä …")


@pytest.mark.parametrize(("text", "part"), [("", "is empty"), ("{bad", "not JSON"), ('{"attachments": 5}', "is empty")])
async def test_what_cannot_be_read_is_explained(hooked, alice, text, part):
    refused = await refusal(hooked.post(await hooked.token(), text))
    assert refused.status == 400
    assert part in str(refused)


async def test_a_revoked_hook_is_none(hooked, alice):
    token = await hooked.token()
    [row] = await hooked.operator_hooks.list()
    assert (row.channel, row.name, row.by) == ("#ops", "deploys", "operator")
    await hooked.operator_hooks.revoke(row.id)
    assert (await refusal(hooked.post(token, "hi"))).status == 404
    assert not await hooked.operator_hooks.list()
    with pytest.raises(Denied, match="there is no hook"):
        await hooked.operator_hooks.revoke(row.id)


async def test_it_goes_with_its_channel_and_not_to_another_of_that_name(hooked, alice):
    bob = await hooked.stage.enter("bob", "#tea")
    token = await hooked.token("#tea")
    await ChannelModerator(hooked.stage.node).drop("#tea", "", end=True)
    assert "(ended)" in {row.channel for row in await hooked.operator_hooks.list()}
    bob.send("JOIN #tea")
    await bob.all()
    assert (await refusal(hooked.post(token, "hi"))).status == 410


async def test_only_the_hash_of_a_token_is_kept(hooked, alice):
    token = await hooked.token()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert token not in repr(await hooked.rows.all())
    assert HookService(hooked.rows, await hooked.rows.all(), hooked.voice).find(token)[1] == "#ops"


async def test_a_channel_has_so_many_hooks(hooked, alice):
    for _ in range(20):
        await hooked.token()
    with pytest.raises(Denied, match="20 hooks"):
        await hooked.token()


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 33])
async def test_a_name_that_cannot_be_seen_is_none(hooked, alice, name):
    with pytest.raises(Denied, match="1 to 32"):
        await hooked.token(name=name)


async def test_a_channel_that_is_not_there_has_none(hooked):
    with pytest.raises(Denied, match="somebody has to join it first"):
        await hooked.token("#nope")


async def test_what_operators_did_is_in_the_audit_log(hooked, alice):
    await hooked.token()
    await hooked.operator_hooks.revoke((await hooked.operator_hooks.list())[0].id)
    assert [entry.did for entry in await hooked.stage.store.records.audit_entries(5)] == ["revoke-hook", "hook"]


# ---- ChanServ


async def said(wire, *lines):
    wire.send(*[f"PRIVMSG ChanServ :{line}" for line in lines])
    return [line.params[-1] for line in await wire.heard("NOTICE")]


async def test_operators_of_a_channel_make_list_and_revoke(hooked, alice):
    address, what, back = await said(alice, "HOOK ADD #ops the deploys")
    assert "speaks in #ops as the deploys" in what
    await hooked.post(address.rpartition("/")[2], "hello")
    await alice.expect(":the_deploys!hook@hooks PRIVMSG #ops :hello")
    which = back.rpartition(" ")[2]
    listed = await said(alice, "HOOK LIST #ops")
    assert f"{which}: the deploys speaks here, made by alice" in listed[0]
    assert not any(address in line for line in listed)
    assert await said(alice, f"HOOK REVOKE #ops {which}") == [f"{which} is revoked"]
    assert (await refusal(hooked.post(address.rpartition("/")[2], "hello"))).status == 404


async def test_operators_of_a_channel_see_that_its_words_go_elsewhere_but_not_where(hooked, alice):
    made = await hooked.operator_hooks.add("#ops", "watch", "https://example.org/secret")
    listed = await said(alice, "HOOK LIST #ops")
    assert f"{made.hook.id}: watch tells a program what is said here, made by operator" in listed[0]
    assert not any("secret" in line for line in listed)


async def test_others_do_not(hooked, alice):
    hooked.stage.accounts.add("bob")
    bob = await hooked.stage.enter("bob", "#ops", login="bob")
    await hooked.token()
    [hook] = hooked.hooks.everywhere()
    for line in ("HOOK ADD #ops", "HOOK LIST #ops", f"HOOK REVOKE #ops {hook.id}"):
        [answer] = await said(bob, line)
        assert "operator" in answer
    assert hooked.hooks.everywhere() == [hook]


async def test_a_hook_of_another_channel_is_not_theirs(hooked, alice):
    await hooked.stage.enter("bob", "#tea")
    await hooked.token("#tea")
    [hook] = hooked.hooks.everywhere()
    [answer] = await said(alice, f"HOOK REVOKE #ops {hook.id}")
    assert "#ops has no hook" in answer
    assert hooked.hooks.everywhere() == [hook]


async def test_guests_make_none(hooked):
    carol = await hooked.stage.enter("carol", "#carol")
    [answer] = await said(carol, "HOOK ADD #carol")
    assert "needs an account" in answer


async def test_the_settings_may_leave_it_to_the_operator_of_the_server():
    stage = await Stage.open({"channels.hooks": False})
    hooked = Hooked(stage)
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#ops", login="alice")
    [answer] = await said(alice, "HOOK ADD #ops")
    assert "Only the operator of the server" in answer
    assert await hooked.token()
    await stage.close()


async def test_a_disk_that_does_not_write_makes_no_hook(hooked, alice, monkeypatch):
    async def fail(*_):
        raise StoreError("The disk is full")

    monkeypatch.setattr(hooked.rows, "add", fail)
    with pytest.raises(StoreError):
        await hooked.token()
    assert not hooked.hooks.everywhere()
