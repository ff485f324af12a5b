"""The part of a store's contract that is about the state of channels after their events. See contract.py."""

import pytest

from chover.engine.events import (
    ChannelRenamed,
    Closed,
    Identified,
    Joined,
    ModeChange,
    ModesSet,
    Opened,
    Parted,
    Said,
    Source,
)
from chover.engine.ids import ChannelId, UserId
from chover.ports import Append, Committed, SinceRow
from tests.store.making import ALICE, MILK, TEA, event, outcomes
from tests.store.stories import told

RENAMED = [
    (Opened("#tea"), TEA),
    (ChannelRenamed("#mate", "#tea", ""), TEA),
    (ChannelRenamed("#chai", "#mate", ""), TEA),
]


async def former_after(store, *story):
    """The names that lead to channels after a story of bodies, each with the log that it is in."""
    appends = [Append([event(body, log, at=at)]) for at, (body, log) in enumerate(story, 1)]
    assert set(await outcomes(store, *appends)) == {Committed()}
    return [(row.channel, row.name) for row in (await store.load()).former]


class StateTablesContract:
    @pytest.mark.parametrize(
        ("story", "left"),
        [
            ([], [(TEA, "#tea"), (TEA, "#mate")]),
            ([(Opened("#Tea"), MILK)], [(TEA, "#mate")]),
            ([(ChannelRenamed("#tea", "#chai", ""), TEA)], [(TEA, "#mate"), (TEA, "#chai")]),
            (
                [(Opened("#milk"), MILK), (ChannelRenamed("#mate", "#milk", ""), MILK)],
                [(TEA, "#tea"), (MILK, "#milk")],
            ),
            ([(Closed(), TEA)], []),
        ],
    )
    async def test_the_names_that_a_channel_had_lead_to_it_until_somebody_takes_them(self, store, story, left):
        assert await former_after(store, *RENAMED, *story) == left

    async def test_not_more_old_names_are_kept_than_lead_anywhere(self, store):
        story = [(Opened("#0"), TEA), *((ChannelRenamed(f"#{n + 1}", f"#{n}", ""), TEA) for n in range(1010))]
        found = await former_after(store, *story)
        assert (len(found), found[0], found[-1]) == (1000, (TEA, "#10"), (TEA, "#1009"))

    async def test_a_channel_does_not_end_under_somebody_who_came_in_between(self, store):
        await outcomes(store, Append([event(body) for body in (Opened("#tea", "nt"), Joined(), Closed())]))
        kept = await store.load()
        assert [(channel.name, channel.modes) for channel in kept.channels] == [("#tea", {"n": "", "t": ""})]
        assert len(kept.members) == 1

    @pytest.mark.parametrize(
        ("story", "since"),
        [
            ([(Joined(), "g0"), (Identified(UserId("a1"), "al"), "g0")], 2),
            ([(Joined(), "a1"), (Parted(), "a1"), (Joined(), "a1")], 2),
            ([(Joined(), "a1"), (Parted(), "a1"), (Joined(), "g0"), (Identified(UserId("a1"), "al"), "g0")], 2),
            ([(Said("x"), "g0"), (Joined(), "g0"), (Said("x"), "g0"), (Identified(UserId("a1"), "al"), "g0")], 3),
        ],
    )
    async def test_an_account_came_first_when_it_came_first_also_as_a_guest(self, store, story, since):
        happened = [event(Opened("#tea"))]
        happened += [event(body, TEA, Source(UserId(who), "al", "al", "host")) for body, who in story]
        await outcomes(store, *(Append([one]) for one in happened))
        assert (await store.load()).since == [SinceRow(ChannelId(TEA), UserId("a1"), since)]
        assert told(happened).channels[TEA].since == {"a1": since}

    async def test_a_guest_who_turns_out_to_be_a_member_already_is_one(self, store):
        """The account is in the channel by another device."""
        guest, account = (Source(UserId(who), who, "al", "host") for who in ("g0", "a1"))
        story = [(Opened("#tea"), guest), (Joined("o"), account), (Joined("v"), guest)]
        story.append((Identified(account.id, "al"), guest))
        await outcomes(store, *(Append([event(body, TEA, who)]) for body, who in story))
        [member] = (await store.load()).members
        assert (member.user, member.nick, member.account, member.modes) == ("a1", "g0", "al", "v")

    @pytest.mark.parametrize(
        ("steps", "held"),
        [("+v+o", "ov"), ("+o+v", "ov"), ("+o+o", "o"), ("+o+v-o", "v"), ("-v", ""), ("+v-v", "")],
    )
    async def test_member_modes_are_kept_highest_first(self, store, steps, held):
        set_modes = [
            ModeChange(add=sign == "+", mode=mode, who=ALICE.id)
            for sign, mode in zip(steps[::2], steps[1::2], strict=True)
        ]
        story = [Opened("#tea"), Joined(), ModesSet(tuple(set_modes))]
        await outcomes(store, Append([event(body) for body in story]))
        assert [member.modes for member in (await store.load()).members] == [held]
