"""The operators of the server."""

import json

import pytest
from tests.doubles.stage import Stage

from chover.server.operators import privileges


def opers(*rights):
    """The environment of a server with one operator."""
    row = {"name": "root", "password": "sesame", **({"rights": rights} if rights else {})}
    return {"CHOVER_OPERATORS": json.dumps([row])}


@pytest.fixture
async def stage():
    opened = await Stage.open(environ=opers())
    yield opened
    await opened.close()


async def oper(stage, nick="root"):
    wire = await stage.enter(nick)
    wire.send("OPER root sesame")
    await wire.expect(" 381 ")
    return wire


async def test_anyone_who_knows_the_password_is_operator(stage):
    root = await oper(stage)
    bob = await stage.enter("bob")
    bob.send("WHOIS root", "WHO root", "USERHOST root", "LUSERS")
    await bob.expect(" 313 bob root ")
    await bob.expect(" root H* ")
    await bob.expect("root*=+")
    await bob.expect(" 252 bob 1 ")
    assert await root.numerics("MODE root") == [("221", "+o")]


@pytest.mark.parametrize("words", ["root wrong", "nobody sesame", "root *"])
async def test_anyone_else_is_no_operator(stage, words):
    bob = await stage.enter("bob")
    assert [numeric for numeric, *_ in await bob.numerics(f"OPER {words}")] == ["464"]
    assert await bob.numerics("MODE bob") == [("221", "+")]


async def test_nobody_makes_an_operator_of_themselves(stage):
    bob = await stage.enter("bob")
    bob.send("MODE bob +o")
    assert await bob.numerics("MODE bob") == [("221", "+")]
    assert [numeric for numeric, *_ in await bob.numerics("KILL bob")] == ["481"]


async def test_anyone_who_gives_the_mode_up_has_no_rights_any_more(stage):
    root = await oper(stage)
    root.send("MODE root -o")
    await root.expect("MODE root -o")
    assert [numeric for numeric, *_ in await root.numerics("WALLOPS :hi")] == ["481"]


async def test_a_kill_puts_somebody_out_and_everybody_sees_why(stage):
    root = await oper(stage)
    bob = await stage.enter("bob", "#tea")
    carol = await stage.enter("carol", "#tea")
    root.send("KILL bob :spam")
    assert "Killed (root (spam))" in (await bob.ended())[-1]
    await carol.expect("QUIT :Killed (root (spam))")


async def test_a_kill_puts_out_who_is_always_on_too(stage):
    stage.accounts.add("bob")
    root = await oper(stage)
    bob = await stage.enter("bob", login="bob")
    bob.send("PRIVMSG NickServ :SET ALWAYS-ON on")
    await bob.all()
    root.send("KILL bob")
    await bob.ended()
    assert ("401", "bob", "No such nick") in await root.numerics("KILL bob")


async def test_wallops_are_heard_by_those_who_asked(stage):
    root = await oper(stage)
    bob, carol = await stage.enter("bob"), await stage.enter("carol")
    bob.send("MODE bob +w")
    await bob.all()
    root.send("WALLOPS :maintenance at noon")
    await bob.expect(":root!~root@")
    assert not await carol.heard("WALLOPS")


async def test_an_operator_sees_addresses_and_others_do_not(stage):
    root = await oper(stage)
    bob = await stage.enter("bob", address="192.0.2.9")
    carol = await stage.enter("carol")
    assert ("378", "bob", "is connecting from 192.0.2.9") in await root.numerics("WHOIS bob")
    assert "378" not in [numeric for numeric, *_ in await carol.numerics("WHOIS bob")]
    assert bob.session.user is not None


async def test_each_right_is_its_own():
    stage = await Stage.open(environ=opers("wallops"))
    root = await oper(stage)
    answers = await root.numerics("KILL root", "REHASH", "WALLOPS :hi")
    assert [numeric for numeric, *_ in answers] == ["481", "481", "WALLOPS"]
    await stage.close()


async def test_a_rehash_says_what_has_changed_and_what_is_wrong(stage):
    root = await oper(stage)

    async def changed():
        return ["server.motd: now hello"]

    async def wrong():
        raise ValueError("line 3 is no TOML")

    stage.node.reload = changed
    root.send("REHASH")
    await root.expect(" 382 ")
    await root.expect("server.motd: now hello")
    stage.node.reload = wrong
    root.send("REHASH")
    await root.expect("FAIL REHASH INVALID_SETTINGS :line 3 is no TOML; nothing was changed")


async def test_an_operator_registers_somebody(stage):
    root = await oper(stage)
    root.send("NS SAREGISTER bob sesame")
    await root.expect("bob is registered")
    await stage.enter("bob", login="bob")
    guest = await stage.enter("guest")
    guest.send("NS SAREGISTER carol sesame")
    await guest.expect(" 481 ")


async def test_where_no_operators_are_set_up_nobody_waits_for_an_answer():
    stage = await Stage.open()
    bob = await stage.enter("bob")
    assert [numeric for numeric, *_ in await bob.numerics("OPER root sesame")] == ["491"]
    await stage.close()


async def test_an_operator_is_marked_for_those_who_asked_and_as_long_as_it_is_one(stage):
    root = await oper(stage)
    root.send("JOIN #tea")
    bob = await stage.enter("bob", "#tea", caps="draft/oper-tag")
    carol = await stage.enter("carol", "#tea", caps="message-tags")
    root.send("PRIVMSG #tea :hi", "PRIVMSG bob :psst", "TOPIC #tea :green", "MODE root -o", "PRIVMSG #tea :bye")
    await stage.quiet_of(root)
    said = await bob.all()
    marked = {line.partition("guest ")[2] for line in said if line.startswith("@draft/oper :root!")}
    assert marked == {"PRIVMSG #tea :hi", "PRIVMSG bob :psst", "TOPIC #tea :green"}
    assert said[-1].startswith(":root!")
    assert said[-1].endswith("PRIVMSG #tea :bye")
    assert "draft/oper" not in await carol.expect("PRIVMSG #tea :hi")


async def test_addresses_are_shown_to_operators_and_to_oneself(stage):
    root = await oper(stage)
    bob = await stage.enter("bob", address="192.0.2.9")
    carol = await stage.enter("carol", address="::1")
    actual = ("338", "bob", "~bob@192.0.2.9", "192.0.2.9", "Actual user@host, Actual IP")
    assert actual in await root.numerics("WHOIS bob")
    assert actual in await bob.numerics("WHOIS bob")
    assert "338" not in [numeric for numeric, *_ in await carol.numerics("WHOIS bob")]
    assert ("338", "carol", "~carol@0::1", "0::1", "Actual user@host, Actual IP") in await carol.numerics("WHOIS carol")
    assert ("354", "192.0.2.9") in await root.numerics("WHO bob %i")
    assert ("354", "192.0.2.9") in await bob.numerics("WHO bob %i")
    assert ("354", "255.255.255.255") in await carol.numerics("WHO bob %i")


async def test_the_class_of_an_operator_says_what_they_may_do():
    environ = {
        "CHOVER_CLASSES": json.dumps([{"name": "criers", "rights": ["wallops"]}]),
        "CHOVER_OPERATORS": json.dumps([{"name": "root", "password": "sesame", "in_class": "criers"}]),
    }
    stage = await Stage.open(environ=environ)
    root = await oper(stage)
    root.send("MODE root +w", "WALLOPS :hear")
    await root.expect("WALLOPS hear")
    (refusal,) = await root.numerics("KILL root")
    assert refusal[0] == "481"
    await stage.close()


async def test_deoper_gives_it_up(stage):
    root = await oper(stage)
    root.send("DEOPER")
    assert [message.params for message in await root.heard("MODE")] == [["root", "-o"]]
    assert [answer[0] for answer in await root.numerics("DEOPER", "WALLOPS :x")] == ["481", "481"]


# ---- accounts that chover operator has made operators -----------------------------------------------------------


async def test_an_account_becomes_operator_by_its_own_password_with_its_rights():
    stage = await Stage.open()
    alice = await stage.enter("alice")
    assert (await alice.numerics("OPER alice sesame"))[0][:1] == ("491",)
    account = stage.accounts.add("alice")
    await stage.accounts.operators.add(account.id, ("kill", "see"))
    assert [numeric for numeric, *_ in await alice.numerics("OPER alice wrong")] == ["464"]
    assert [numeric for numeric, *_ in await alice.numerics("OPER alice sesame")] == ["MODE", "381"]
    assert await alice.numerics("MODE alice") == [("221", "+o")]
    assert [numeric for numeric, *_ in await alice.numerics("WALLOPS :hi")] == ["481"]
    await stage.accounts.operators.add(account.id, ("wallops",))
    assert [numeric for numeric, *_ in await alice.numerics("WALLOPS :hi")] == ["WALLOPS"]
    assert ("243", "O", "*", "*", "alice", "wallops") not in await alice.numerics("STATS o")
    await stage.close()


async def test_anyone_who_is_no_operator_any_more_has_no_rights_and_no_mode():
    stage = await Stage.open()
    account = stage.accounts.add("alice")
    await stage.accounts.operators.add(account.id, ("kill",))
    alice = await stage.enter("alice2")
    alice.send("OPER alice sesame")
    await alice.expect(" 381 ")
    await stage.accounts.operators.remove(account.id)
    assert [numeric for numeric, *_ in await alice.numerics("KILL nobody")] == ["481"]
    await privileges.depose(stage.node, account.id)
    assert await alice.numerics("MODE alice2") == [("221", "+")]
    await stage.close()


async def test_anyone_who_drops_the_account_is_no_operator_and_neither_is_who_registers_the_name_next():
    stage = await Stage.open()
    account = stage.accounts.add("alice")
    await stage.accounts.operators.add(account.id, ("kill",))
    alice = await stage.enter("alice", login="alice")
    alice.send("OPER alice sesame", "NS DROP sesame")
    await alice.expect("alice is deleted")
    assert ("221", "+") in await alice.numerics("MODE " + alice.session.me.nick)
    stage.accounts.add("alice", "other")
    bob = await stage.enter("bob")
    assert [numeric for numeric, *_ in await bob.numerics("OPER alice other")] == ["491"]
    await stage.close()
