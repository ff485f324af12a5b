"""LIST by age, NAMES of several channels, LINKS."""

import pytest


@pytest.fixture
async def alice(stage):
    """In #old, an hour old with a topic of ten minutes ago, and in #new, without one."""
    found = await stage.enter("alice", "#old", "#new")
    found.send("TOPIC #old :dust")
    await found.all()
    old = stage.node.chat.find_channel("#old")
    old.topic_at -= 10 * 60_000
    old.created_at -= 60 * 60_000
    return found


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("C>30", {"#old"}),
        ("C<30", {"#new"}),
        ("c<99", {"#old", "#new"}),
        ("C<0", set()),
        ("T>5", {"#old"}),
        ("T<5", set()),
        ("T<15", {"#old"}),
        ("C>30,T<5", set()),
        (">0", {"#old", "#new"}),
        ("<1", set()),
        ("C>many", set()),
        ("#new,C<30", {"#new"}),
        ("!#n*", {"#old"}),
    ],
)
async def test_channels_are_listed_by_the_age_of_themselves_and_of_their_topics(alice, condition, expected):
    alice.send(f"LIST {condition}")
    assert {message.params[1] for message in await alice.messages() if message.command == "322"} == expected


async def test_names_of_several_channels_have_one_end(alice):
    alice.send("NAMES #old,#none,#NEW")
    assert [(message.command, message.params[1:]) for message in await alice.messages()] == [
        ("353", ["=", "#old", "@alice"]),
        ("353", ["=", "#new", "@alice"]),
        ("366", ["#old,#none,#NEW", "End of NAMES list"]),
    ]


async def test_there_is_no_other_server(alice):
    alice.send("LINKS")
    [end] = await alice.messages()
    assert (end.command, end.params[1]) == ("365", "*")
