"""Nobody is shown under a name that can be taken for somebody else's: nick, account or display name."""

import pytest

from chover.ports import AccountSettings

CAPS = "draft/metadata-3 batch standard-replies"

TAKEN = ("FAIL", "METADATA", "INVALID_VALUE", "display-name")


async def called(wire, name):
    """What asking for a display name is answered."""
    await wire.all()
    wire.send(f"METADATA * SET display-name :{name}")
    [answer] = await wire.messages()
    return (answer.command, *answer.params[:3]) if answer.command == "FAIL" else (answer.command, answer.params[-1])


async def enter(stage, nick, **how):
    return await stage.enter(nick, caps=CAPS, **how)


async def shown(stage, nick):
    """The display name that others see, or None."""
    return stage.node.chat.find_user(nick).metadata.get("display-name")


@pytest.mark.parametrize("name", ["alice", "ALICE", "aIice", "\u0430lice", "ali\u200bce", "@alice", "ａlice", "alice."])
async def test_a_nick_of_somebody_present_is_no_display_name_of_another(stage, name):
    await enter(stage, "alice")
    bob = await enter(stage, "bob")
    assert await called(bob, name) == TAKEN
    assert await shown(stage, "bob") is None


@pytest.mark.parametrize("name", ["carol", "Caroline B.", "CaroIine B", "NickServ", "=Scene="])
async def test_so_are_accounts_away_what_they_are_shown_as_and_services(stage, name):
    stage.accounts.add("carol", settings=AccountSettings(metadata={"display-name": "Caroline B."}))
    bob = await enter(stage, "bob")
    assert await called(bob, name) == TAKEN


async def test_the_refusal_says_whose_it_is(stage):
    await enter(stage, "alice")
    bob = await enter(stage, "bob")
    bob.send("METADATA * SET display-name :Alice")
    [answer] = await bob.messages()
    assert "the nick alice" in answer.params[-1]


async def test_another_display_name_is_taken_until_it_is_given_up(stage):
    alice, bob = await enter(stage, "alice"), await enter(stage, "bob")
    assert await called(alice, "The Boss") == ("761", "The Boss")
    assert await called(bob, "the b0ss") == TAKEN
    assert await called(alice, "") == ("766", "key is not set")
    assert await called(bob, "the b0ss") == ("761", "the b0ss")


async def test_it_is_free_when_whoever_had_it_has_left(stage):
    alice, bob = await enter(stage, "alice"), await enter(stage, "bob")
    await called(alice, "The Boss")
    alice.send("QUIT")
    await stage.quiet_of(bob)
    assert await called(bob, "The Boss") == ("761", "The Boss")
    assert await called(bob, "Alice") == ("761", "Alice")


async def test_ones_own_nick_account_and_display_name_are_ones_own(stage):
    stage.accounts.add("carol", settings=AccountSettings(metadata={"display-name": "Caroline"}))
    carol = await enter(stage, "carol", login="carol")
    for name in ("Caroline", "Carol", "CAR0L", "Caroline"):
        assert await called(carol, name) == ("761", name)
    carol.send("NICK caro")
    assert await called(carol, "carol") == ("761", "carol")


async def test_a_nick_that_looks_like_a_display_name_is_in_use(stage):
    alice, bob = await enter(stage, "alice"), await enter(stage, "bob")
    await called(alice, "Boss")
    for nick in ("boss", "b0ss", "BOSS"):
        assert [row[:2] for row in await bob.numerics(f"NICK {nick}")] == [("433", nick)]
    alice.send("NICK boss")
    await stage.quiet()
    assert await shown(stage, "boss") == "Boss"


async def test_a_nick_that_an_absent_account_is_shown_as_is_in_use_and_another_is_offered(stage):
    stage.accounts.add("carol", settings=AccountSettings(metadata={"display-name": "Caz"}))
    bob = await enter(stage, "bob")
    [(_, nick, text)] = [row for row in await bob.numerics("NICK caz") if row[0] == "433"]
    assert (nick, "caz2 is free" in text) == ("caz", True)
    assert await bob.numerics("NICK caz2") == [("NICK",)]


async def test_a_name_brought_from_before_registration_is_dropped_and_said(stage):
    await enter(stage, "alice")
    wire = stage.connect()
    wire.send(f"CAP REQ :{CAPS}", "METADATA * SET display-name :Alice", "METADATA * SET color :#ff0000")
    wire.send("NICK bob", "USER bob 0 * :Bob", "CAP END")
    lines = await wire.messages()
    assert TAKEN[1:] in [tuple(m.params[:3]) for m in lines if m.command == "FAIL"]
    assert stage.node.chat.find_user("bob").metadata == {"color": "#ff0000"}


async def test_a_kept_name_that_somebody_has_meanwhile_waits(stage):
    await enter(stage, "caz")
    stage.accounts.add("carol", settings=AccountSettings(metadata={"display-name": "Caz"}))
    await enter(stage, "carol", login="carol")
    assert await shown(stage, "carol") is None
    assert stage.accounts.find("carol").settings.metadata == {"display-name": "Caz"}


async def test_a_guest_who_logs_in_does_not_bring_what_is_anothers_now(stage):
    stage.accounts.add("carol", settings=AccountSettings(metadata={"display-name": "Caz"}))
    guest = await enter(stage, "guest")
    await called(guest, "G. Guest")
    guest.send("PRIVMSG NickServ :IDENTIFY carol sesame")
    await stage.quiet()
    assert await shown(stage, "carol") == "Caz"
    assert await called(await enter(stage, "bob"), "G. Guest") == ("761", "G. Guest")


async def test_a_display_name_shows_something(stage):
    bob = await enter(stage, "bob")
    assert await called(bob, "\u3164") == TAKEN
