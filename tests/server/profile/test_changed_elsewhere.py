"""What a device has changed on another node is told to the devices here."""

import pytest
from msgspec.structs import replace
from tests.doubles.nodes import Nodes

from chover.ports import ConversationPreference, Draft
from chover.server.profile import changed_elsewhere

CAPS = "batch draft/multiline chover.chat/drafts draft/metadata-3"
BEFORE = {
    "drafts": {"#tea": Draft("#tea", "half"), "bob": Draft("bob", "same")},
    "marks": {"#tea": ConversationPreference("#tea", {"soju.im/pinned": "1", "soju.im/muted": "1"})},
    "highlights": ("tea",),
    "blocked": ("dave!*@*",),
}
CHANGES = {
    "a draft is changed": (
        {"drafts": {**BEFORE["drafts"], "#tea": Draft("#tea", "more", "m1")}}, ["DRAFT #tea m1 :more"]
    ),
    "a draft is deleted": ({"drafts": {"bob": Draft("bob", "same")}}, ["DRAFT #tea * :"]),
    "a preference is set": (
        {"marks": {**BEFORE["marks"], "bob": ConversationPreference("Bob", {"soju.im/muted": "1"})}},
        ["761 alice Bob soju.im/muted * 1"],
    ),
    "a preference is removed": (
        {"marks": {"#tea": ConversationPreference("#tea", {"soju.im/pinned": "1"})}},
        ["761 alice #tea soju.im/muted * 0"],
    ),
    "other words": ({"highlights": ("tea", "cake")}, ["761 alice * chover.chat/highlights * tea,cake"]),
    "no words": ({"highlights": ()}, ["766 alice * chover.chat/highlights "]),
    "somebody is blocked": (
        {"blocked": ("dave!*@*", "eve!*@*")}, [":alice!", "SILENCE +eve!*@*", "761 alice eve soju.im/blocked * 1"]
    ),
    "nobody is blocked": ({"blocked": ()}, ["SILENCE -dave!*@*", "761 alice dave soju.im/blocked * 0"]),
    "what is not theirs to see": ({"away": "tea", "accepted": ("a9",)}, []),
}  # fmt: skip


@pytest.fixture
async def account(stage):
    found = stage.accounts.add("alice")
    return await stage.accounts.change(found.id, lambda held: replace(held, **BEFORE))


@pytest.mark.parametrize("row", CHANGES)
async def test_each_change_is_told_in_the_lines_of_a_change_made_here(stage, account, row):
    changes, told = CHANGES[row]
    wire = await stage.enter("alice", caps=CAPS, login="alice")
    wire.send("METADATA * SUB soju.im/pinned soju.im/muted soju.im/blocked chover.chat/highlights")
    other = await stage.enter("bob", caps=CAPS)
    for each in (wire, other):
        await each.all()
    changed_elsewhere.tell(stage.node, account, replace(account, settings=replace(account.settings, **changes)))
    lines = await wire.all()
    assert all(any(part in line for line in lines) for part in told), lines
    assert bool(lines) is bool(told)
    assert await other.all() == []


async def test_whoever_is_blocked_on_another_node_cannot_write_here_although_the_bus_has_not_said_so():
    async with Nodes.open() as nodes:
        here = nodes.stages[0]
        account = nodes.accounts.add("alice")
        wire, eve = await here.enter("alice", login="alice"), await here.enter("eve")
        nodes.lose_everything()
        blocked = replace(account, settings=replace(account.settings, blocked=("eve!*@*",)))
        changed_elsewhere.tell(here.node, account, blocked)
        await wire.all()
        eve.send("PRIVMSG alice :hello")
        await eve.all()
        assert await wire.all() == []
