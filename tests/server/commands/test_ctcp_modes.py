"""No CTCP reaches channels and users that refuse it."""


async def test_anyone_who_takes_no_ctcp_is_sent_none_but_actions(stage):
    alice, bob = await stage.enter("alice"), await stage.enter("bob")
    bob.send("MODE bob +T")
    await bob.expect("MODE bob +T")
    answers = await alice.numerics("PRIVMSG bob :\x01VERSION\x01")
    assert answers == [("531", "bob", "Cannot send to user: they do not accept CTCP (+T)")]
    alice.send("PRIVMSG bob :\x01ACTION waves\x01", "PRIVMSG bob :plain words")
    await bob.expect("ACTION waves")
    await bob.expect("plain words")
