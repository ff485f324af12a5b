"""REDACT, EDIT and reactions, by lines."""

import asyncio
import json

import pytest
from tests.doubles.stage import Stage

from chover.engine.events import Blanked, Edited, Redacted, Said

CAPS = "draft/chathistory batch server-time message-tags echo-message draft/message-redaction chover.chat/edit"
PLAYBACK = f"{CAPS} draft/event-playback"
PLAIN = "message-tags echo-message draft/chathistory batch server-time"


@pytest.fixture
async def alice(stage):
    """An operator of #tea."""
    return await stage.enter("alice", "#tea", caps=CAPS)


@pytest.fixture
async def bob(stage, alice):
    return await stage.enter("bob", "#tea", caps=CAPS)


async def say(wire, target, text, tags=""):
    """The msgid of what was said."""
    await wire.all()
    wire.send(f"{tags}PRIVMSG {target} :{text}")
    [echo] = await wire.heard("PRIVMSG")
    return echo.tags["msgid"]


async def did(wire, *lines):
    """What is answered, without its tags and source."""
    await wire.all()
    wire.send(*lines)
    return [" ".join([m.command, *m.params]) for m in await wire.messages()]


async def history(wire, target="#tea"):
    """The lines of the newest page."""
    lines = await did(wire, f"CHATHISTORY LATEST {target} * 50")
    return [line for line in lines if not line.startswith("BATCH")]


def stored(stage, channel="#tea"):
    return stage.store.logs[stage.node.chat.find_channel(channel).log]


async def turns():
    """Everything goes on as far as it can without the store."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
async def operators():
    """A server with an operator."""
    row = {"name": "boss", "password": "sesame"}
    opened = await Stage.open(environ={"CHOVER_OPERATORS": json.dumps([row])})
    yield opened
    await opened.close()


@pytest.fixture
async def lobby():
    """A server with a lobby."""
    opened = await Stage.open(flags={"channels.autojoin": ["#lobby"]})
    yield opened
    await opened.close()


class TestRedact:
    async def test_all_who_know_it_are_told_and_the_author_too(self, stage, alice, bob):
        plain = await stage.enter("carol", "#tea", caps=PLAIN)
        msgid = await say(bob, "#tea", "oops")
        await stage.quiet()
        assert await did(bob, f"REDACT #tea {msgid} :wrong window") == [f"REDACT #tea {msgid} wrong window"]
        [line] = await alice.messages()
        assert line.source.startswith("bob!")
        assert line.tags["msgid"] != msgid
        assert "time" in line.tags
        assert await plain.all() == []

    async def test_nothing_of_it_is_left_in_the_log_and_its_place_and_nonce_are(self, stage, bob):
        msgid = await say(bob, "#tea", "secret", "@+chover.chat/nonce=n1;+draft/reply=x ")
        place = stored(stage)[-1].seq
        await did(bob, f"EDIT #tea {msgid} :secret too", f"REDACT #tea {msgid}")
        after = stored(stage)[place - 1]
        assert (after.body, after.nonce, after.msgid) == (Blanked(), "n1", msgid)
        assert "secret" not in repr(stored(stage))

    async def test_anyone_who_sends_it_again_under_its_nonce_is_told_that_it_was_kept(self, stage, alice, bob):
        msgid = await say(bob, "#tea", "oops", "@+chover.chat/nonce=n1 ")
        await did(bob, f"REDACT #tea {msgid}")
        await alice.all()
        bob.send("@+chover.chat/nonce=n1 PRIVMSG #tea :oops")
        [echo] = await bob.messages()
        assert (echo.tags["msgid"], echo.params) == (msgid, ["#tea", ""])
        assert await alice.all() == []

    async def test_history_shows_the_deletion_to_who_knows_it_and_nothing_to_others(self, stage, alice, bob):
        await say(bob, "#tea", "before")
        msgid = await say(bob, "#tea", "oops")
        await say(bob, "#tea", "after")
        await did(alice, f"REDACT #tea {msgid} spam")
        assert await history(alice) == ["PRIVMSG #tea before", "PRIVMSG #tea after", f"REDACT #tea {msgid} spam"]
        plain = await stage.enter("carol", "#tea", caps=PLAIN)
        assert await history(plain) == ["PRIVMSG #tea before", "PRIVMSG #tea after"]
        joined = await stage.enter("dave", caps="batch server-time message-tags")
        assert "oops" not in " ".join(await did(joined, "JOIN #tea"))

    async def test_the_author_and_operators_may_and_nobody_else(self, stage, alice, bob):
        carol = await stage.enter("carol", "#tea", caps=CAPS)
        first, second = await say(bob, "#tea", "one"), await say(bob, "#tea", "two")
        assert (await did(carol, f"REDACT #tea {first}"))[0].startswith(f"FAIL REDACT REDACT_FORBIDDEN #tea {first} ")
        assert await did(alice, f"REDACT #tea {first}") == [f"REDACT #tea {first}"]
        assert await did(bob, f"REDACT #tea {second}") == [f"REDACT #tea {second}"]

    @pytest.mark.parametrize(
        ("line", "answer"),
        [
            ("REDACT #tea nonsense", "FAIL REDACT UNKNOWN_MSGID #tea nonsense "),
            ("REDACT #nil nonsense", "FAIL REDACT INVALID_TARGET #nil "),
            ("REDACT #closed nonsense", "FAIL REDACT INVALID_TARGET #closed "),
            ("REDACT nobody nonsense", "FAIL REDACT INVALID_TARGET nobody "),
            ("REDACT #tea", "461 alice REDACT "),
        ],
    )
    async def test_what_cannot_be_deleted_says_why(self, stage, alice, line, answer):
        await stage.enter("carol", "#closed")
        [told] = await did(alice, line)
        assert told.startswith(answer)

    async def test_what_is_deleted_is_unknown(self, alice, bob):
        msgid = await say(bob, "#tea", "oops")
        await did(bob, f"REDACT #tea {msgid}")
        for line in (f"REDACT #tea {msgid}", f"EDIT #tea {msgid} :again"):
            [told] = await did(bob, line)
            assert f"UNKNOWN_MSGID #tea {msgid} " in told

    async def test_of_a_deletion_and_an_edit_at_once_the_deletion_stands(self, stage, alice, bob):
        msgid = await say(bob, "#tea", "secret")
        await stage.quiet()
        stage.store.pause()
        alice.send(f"REDACT #tea {msgid}")
        bob.send(f"EDIT #tea {msgid} :secret too")
        await turns()
        stage.store.go_on()
        await bob.expect(f"FAIL EDIT UNKNOWN_MSGID #tea {msgid}")
        assert "secret" not in repr(stored(stage))

    async def test_a_message_of_another_conversation_is_unknown(self, alice, bob):
        msgid = await say(bob, "alice", "psst")
        [told] = await did(bob, f"REDACT #tea {msgid}")
        assert told.startswith("FAIL REDACT UNKNOWN_MSGID")

    async def test_a_private_message_is_deleted_on_both_sides_by_its_author(self, stage, alice, bob):
        msgid = await say(bob, "alice", "psst")
        [told] = await did(alice, f"REDACT bob {msgid}")
        assert told.startswith(f"FAIL REDACT REDACT_FORBIDDEN bob {msgid}")
        assert await did(bob, f"REDACT alice {msgid} :sorry") == [f"REDACT alice {msgid} sorry"]
        await alice.expect(f"REDACT alice {msgid} :sorry")
        assert await history(alice, "bob") == [f"REDACT alice {msgid} sorry"]

    async def test_an_author_who_has_logged_in_since_is_still_the_author(self, stage, alice, bob):
        stage.accounts.add("bob")
        msgid = await say(bob, "#tea", "as a guest")
        await did(bob, "NS IDENTIFY bob sesame")
        assert await did(bob, f"REDACT #tea {msgid}") == [f"REDACT #tea {msgid}"]

    async def test_a_reaction_can_be_deleted(self, stage, alice, bob):
        msgid = await say(alice, "#tea", "good?")
        await bob.all()
        bob.send(f"@+draft/react=x;+draft/reply={msgid} TAGMSG #tea")
        [reaction] = await bob.heard("TAGMSG")
        assert await did(bob, f"REDACT #tea {reaction.tags['msgid']}") == [f"REDACT #tea {reaction.tags['msgid']}"]
        carol = await stage.enter("carol", "#tea", caps=PLAYBACK)
        assert not [line for line in await history(carol) if line.startswith("TAGMSG")]

    async def test_what_one_was_not_to_read_is_unknown(self, stage, alice, bob):
        msgid = await say(alice, "@#tea", "among us")
        [told] = await did(bob, f"REDACT #tea {msgid}")
        assert told.startswith("FAIL REDACT UNKNOWN_MSGID")
        await did(alice, f"REDACT #tea {msgid}")
        assert await bob.all() == []

    async def test_after_its_time_only_operators_delete(self):
        stage = await Stage.open(flags={"history.redact_seconds": 60})
        alice = await stage.enter("alice", "#tea", caps=CAPS)
        bob = await stage.enter("bob", "#tea", caps=CAPS)
        msgid = await say(bob, "#tea", "old")
        stored(stage)[-1].at -= 61_000
        [told] = await did(bob, f"REDACT #tea {msgid}")
        assert told.startswith(f"FAIL REDACT REDACT_WINDOW_EXPIRED #tea {msgid} 60 ")
        assert await did(alice, f"REDACT #tea {msgid}") == [f"REDACT #tea {msgid}"]
        await stage.close()

    async def test_an_operator_of_the_server_deletes_anywhere(self, operators):
        boss = await operators.enter("boss", caps=CAPS)
        bob = await operators.enter("bob", "#tea", caps=CAPS)
        msgid = await say(bob, "#tea", "oops")
        assert (await did(boss, f"REDACT #tea {msgid}"))[0].startswith("FAIL REDACT INVALID_TARGET #tea")
        await did(boss, "OPER boss sesame")
        await did(boss, f"REDACT #tea {msgid} :rules")
        await bob.expect(f"REDACT #tea {msgid} :rules")

    async def test_the_originals_clients_are_not_shown_it(self, lobby):
        bob = await lobby.enter("bob", "#lobby", caps=CAPS)
        msgid = await say(bob, "#lobby", "oops")
        assert [said.text for said in lobby.host.lobby_tail()] == ["oops"]
        await did(bob, f"REDACT #lobby {msgid}")
        assert lobby.host.lobby_tail() == []

    async def test_anyone_who_follows_the_log_learns_the_place(self, stage, bob):
        msgid = await say(bob, "#tea", "oops")
        place = stored(stage)[-1].seq
        await did(bob, f"REDACT #tea {msgid} :why")
        assert stored(stage)[-1].body == Redacted(msgid, place, "why")


class TestEdit:
    async def test_all_who_know_it_are_told_what_it_says_now(self, stage, alice, bob):
        msgid = await say(bob, "#tea", "helo")
        await alice.all()
        assert await did(bob, f"EDIT #tea {msgid} :hello there") == [f"EDIT #tea {msgid} hello there"]
        [line] = await alice.messages()
        assert (line.command, line.params) == ("EDIT", ["#tea", msgid, "hello there"])
        assert line.source.startswith("bob!")
        assert line.tags["msgid"] != msgid
        assert "time" in line.tags

    async def test_plain_clients_are_told_once_as_an_action(self, stage, alice, bob):
        plain = await stage.enter("carol", "#tea", caps=PLAIN)
        msgid = await say(bob, "#tea", "helo")
        await plain.all()
        await did(bob, f"EDIT #tea {msgid} :hello")
        [line] = await plain.messages()
        assert (line.command, line.params) == ("PRIVMSG", ["#tea", "\x01ACTION edited: hello\x01"])
        assert line.tags["+draft/reply"] == msgid

    async def test_history_has_what_it_says_now_and_says_when_it_was_changed(self, stage, alice, bob):
        msgid = await say(bob, "#tea", "helo", "@+draft/reply=x ")
        await did(bob, f"EDIT #tea {msgid} :hello")
        plain = await stage.enter("carol", "#tea", caps=PLAIN)
        assert await history(plain) == ["PRIVMSG #tea hello"]
        await alice.all()
        alice.send("CHATHISTORY LATEST #tea * 9")
        _, message, edit, _ = await alice.messages()
        assert (message.params[1], message.tags["msgid"], message.tags["+draft/reply"]) == ("hello", msgid, "x")
        assert message.tags["chover.chat/edited"] == edit.tags["time"] >= message.tags["time"]
        assert edit.params == ["#tea", msgid, "hello"]

    async def test_earlier_texts_are_not_kept(self, stage, alice, bob):
        msgid = await say(bob, "#tea", "first")
        await did(bob, f"EDIT #tea {msgid} :second", f"EDIT #tea {msgid} :third")
        bodies = [event.body for event in stored(stage)]
        assert "first" not in repr(bodies)
        assert "second" not in repr(bodies)
        assert [type(body) for body in bodies[-3:]] == [Said, Blanked, Edited]
        assert await history(alice) == ["PRIVMSG #tea third", f"EDIT #tea {msgid} third"]

    async def test_only_its_author_changes_a_message(self, alice, bob):
        msgid = await say(bob, "#tea", "mine")
        [told] = await did(alice, f"EDIT #tea {msgid} :yours")
        assert told.startswith(f"FAIL EDIT EDIT_FORBIDDEN #tea {msgid}")

    async def test_an_action_stays_an_action(self, stage, alice, bob):
        plain = await stage.enter("carol", "#tea", caps=PLAIN)
        msgid = await say(bob, "#tea", "\x01ACTION waves\x01")
        await plain.all()
        assert await did(bob, f"EDIT #tea {msgid} :smiles") == [f"EDIT #tea {msgid} \x01ACTION smiles\x01"]
        await plain.expect("PRIVMSG #tea :\x01ACTION edited: smiles\x01")

    async def test_anyone_who_may_not_speak_may_not_edit(self, alice, bob):
        msgid = await say(bob, "#tea", "hi")
        await did(alice, "MODE #tea +m")
        await bob.all()
        assert (await did(bob, f"EDIT #tea {msgid} :ho"))[0].startswith("404 bob #tea ")

    async def test_plain_clients_are_told_so_often_in_a_minute(self):
        stage = await Stage.open(flags={"limits.edits_told_per_minute": 2})
        bob = await stage.enter("bob", "#tea", caps=CAPS)
        plain = await stage.enter("carol", "#tea", caps=PLAIN)
        msgid = await say(bob, "#tea", "0")
        await plain.all()
        await did(bob, *[f"EDIT #tea {msgid} :{n}" for n in range(1, 6)])
        assert len(await plain.heard("PRIVMSG")) == 2
        assert await history(plain) == ["PRIVMSG #tea 5"]
        await stage.close()

    async def test_after_its_time_a_message_stays_as_it_is(self, stage, bob):
        msgid = await say(bob, "#tea", "old")
        stored(stage)[-1].at -= 86_401_000
        [told] = await did(bob, f"EDIT #tea {msgid} :new")
        assert told.startswith(f"FAIL EDIT EDIT_WINDOW_EXPIRED #tea {msgid} 86400 ")

    async def test_several_lines_are_one_edit_and_history_has_them_as_a_message(self, stage):
        several = f"{PLAYBACK} draft/multiline"
        bob, knows = [await stage.enter(nick, "#tea", caps=several) for nick in ("bob", "dave")]
        single, plain = await stage.enter("eve", "#tea", caps=CAPS), await stage.enter("carol", "#tea", caps=PLAIN)
        msgid = await say(bob, "#tea", "helo")
        for wire in (knows, single, plain):
            await wire.all()
        bob.send(
            "@label=1 BATCH +x draft/multiline #tea",
            f"@batch=x EDIT #tea {msgid} hello",
            f"@batch=x EDIT #tea {msgid} :you all",
            "BATCH -x",
        )
        await bob.all()
        opening, *inside, _ = await knows.messages()
        assert opening.params[1:] == ["draft/multiline", "#tea"]
        assert [line.params for line in inside] == [["#tea", msgid, "hello"], ["#tea", msgid, "you all"]]
        [line] = await single.messages()
        assert line.params == ["#tea", msgid, "hello you all"]
        [line] = await plain.messages()
        assert line.params == ["#tea", "\x01ACTION edited: hello you all\x01"]
        assert await history(plain) == ["PRIVMSG #tea hello", "PRIVMSG #tea you all"]
        commands = [line.split(" ")[0] for line in await history(knows) if "JOIN" not in line]
        assert commands == ["PRIVMSG", "PRIVMSG", "EDIT", "EDIT"]

    async def test_a_long_one_is_cut_where_the_wire_ends_and_put_together_by_who_can(self, stage):
        several = f"{CAPS} draft/multiline"
        bob, knows = [await stage.enter(nick, "#tea", caps=several) for nick in ("bob", "dave")]
        msgid = await say(bob, "#tea", "helo")
        await knows.all()
        pieces = ["word " * 80, "word " * 80]
        inside = [
            f"@batch=x{';draft/multiline-concat' * at} EDIT #tea {msgid} :{piece}" for at, piece in enumerate(pieces)
        ]
        bob.send("BATCH +x draft/multiline #tea", *inside, "BATCH -x")
        await bob.all()
        lines = await knows.all()
        assert all(len(line.partition(" ")[2].encode()) <= 510 for line in lines)
        assert next(event for event in stored(stage) if event.msgid == msgid).body.text == "".join(pieces)

    async def test_an_action_has_one_line_and_fits_into_it(self, stage):
        bob = await stage.enter("bob", "#tea", caps=f"{CAPS} draft/multiline")
        msgid = await say(bob, "#tea", "\x01ACTION waves\x01")
        lines = [f"@batch=x EDIT #tea {msgid} :{text}" for text in ("smiles", "and goes")]
        bob.send("BATCH +x draft/multiline #tea", *lines, "BATCH -x")
        assert (await bob.messages())[-1].params[-1] == "\x01ACTION smiles and goes\x01"
        lines = [f"@batch=x;draft/multiline-concat EDIT #tea {msgid} :{'x' * 300}"] * 2
        bob.send("BATCH +x draft/multiline #tea", *lines, "BATCH -x")
        [refusal] = await bob.messages()
        assert refusal.command == "417"

    async def test_nothing_to_say_is_no_edit(self, bob):
        msgid = await say(bob, "#tea", "hi")
        assert (await did(bob, f"EDIT #tea {msgid} :"))[0].startswith("412 bob ")

    async def test_a_private_message_is_changed_on_both_sides(self, alice, bob):
        msgid = await say(bob, "alice", "helo")
        await did(bob, f"EDIT alice {msgid} :hello")
        await alice.expect(f"EDIT alice {msgid} :hello")
        assert (await history(alice, "bob"))[0] == "PRIVMSG alice hello"

    async def test_the_originals_clients_are_shown_what_it_says_now(self, lobby):
        bob = await lobby.enter("bob", "#lobby", caps=CAPS)
        overheard = []
        lobby.host.watch_lobby(lambda said: overheard.append(said.text))
        msgid = await say(bob, "#lobby", "helo")
        await did(bob, f"EDIT #lobby {msgid} :hello")
        assert [said.text for said in lobby.host.lobby_tail()] == ["hello"]
        assert overheard == ["helo", "* bob edited: hello"]


class TestBlocked:
    """Edits, deletions and reactions of blocked people do not arrive, even for messages from before the block."""

    @pytest.fixture
    async def msgid(self, alice, bob):
        msgid = await say(bob, "alice", "psst")
        await did(alice, "NS BLOCK bob")
        await bob.all()
        return msgid

    async def test_an_edit_is_seen_by_its_author_alone(self, alice, bob, msgid):
        assert await did(bob, f"EDIT alice {msgid} :insult") == [f"EDIT alice {msgid} insult"]
        assert await alice.all() == []
        assert "insult" not in " ".join(await history(alice, "bob"))

    async def test_a_deletion_has_no_reason(self, alice, bob, msgid):
        await did(bob, f"REDACT alice {msgid} :insult")
        assert [m.params for m in await alice.heard("REDACT")] == [["alice", msgid]]

    async def test_a_reaction_is_seen_by_its_author_alone(self, alice, bob, msgid):
        bob.send(f"@+draft/react=x;+draft/reply={msgid} TAGMSG alice")
        assert len(await bob.heard("TAGMSG")) == 1
        assert await alice.all() == []


class TestReactions:
    async def react(self, wire, msgid, value, tag="+draft/react", target="#tea"):
        await wire.all()
        wire.send(f"@{tag}={value};+draft/reply={msgid} TAGMSG {target}")
        return await wire.messages()

    async def standing(self, stage, target="#tea"):
        """The reactions of the newest message alone, as a newcomer sees them."""
        wire = await stage.enter("reader", caps=PLAYBACK)
        if target == "#tea":
            wire.send("JOIN #tea")
        await wire.all()
        wire.send(f"CHATHISTORY LATEST {target} * 50")
        lines = [m for m in await wire.messages() if m.command in {"PRIVMSG", "TAGMSG"}]
        msgid = next(m for m in lines if m.command == "PRIVMSG").tags["msgid"]
        wire.send(f"CHATHISTORY AROUND {target} msgid={msgid} 1")
        page = await wire.messages()
        wire.send("QUIT")
        await wire.ended()
        return [(m.nick, m.tags["+draft/react"]) for m in page if m.command == "TAGMSG"]

    async def test_a_reaction_that_came_later_stands_behind_its_message(self, stage, alice, bob):
        msgid = await say(bob, "#tea", "good?")
        await self.react(alice, msgid, "👍")
        await say(bob, "#tea", "next")
        reader = await stage.enter("reader", "#tea", caps=PLAYBACK)
        reader.send(f"CHATHISTORY AROUND #tea msgid={msgid} 1")
        opening, message, reaction, closing = await reader.messages()
        assert message.tags["msgid"] == reaction.tags["+draft/reply"] == msgid
        assert "draft/chathistory-context" in reaction.tags
        assert opening.command == closing.command == "BATCH"
        assert reaction.tags["batch"] == opening.params[0][1:]

    async def test_within_a_page_it_stands_at_its_own_place_once(self, stage, alice, bob):
        msgid = await say(bob, "#tea", "good?")
        await self.react(alice, msgid, "👍")
        reader = await stage.enter("reader", "#tea", caps=PLAYBACK)
        reader.send("CHATHISTORY LATEST #tea * 50")
        reactions = [m for m in await reader.messages() if m.command == "TAGMSG"]
        assert len(reactions) == 1
        assert "draft/chathistory-context" not in reactions[0].tags

    async def test_what_was_taken_back_does_not_stand(self, stage, alice, bob):
        msgid = await say(bob, "#tea", "good?")
        for wire, value in ((alice, "x"), (alice, "y"), (bob, "x")):
            await self.react(wire, msgid, value)
        await self.react(alice, msgid, "x", "+draft/unreact")
        assert await self.standing(stage) == [("alice", "y"), ("bob", "x")]

    async def test_the_same_twice_is_relayed_and_kept_once(self, stage, alice, bob):
        msgid = await say(bob, "#tea", "good?")
        for _ in range(2):
            assert len(await self.react(alice, msgid, "x")) == 1
        assert await self.standing(stage) == [("alice", "x")]
        assert len([event for event in stored(stage) if type(event.body).__name__ == "TagsKept"]) == 1

    async def test_a_deleted_message_has_no_reactions_and_gets_none(self, stage, alice, bob):
        msgid = await say(bob, "#tea", "good?")
        await self.react(alice, msgid, "yes")
        await did(bob, f"REDACT #tea {msgid}")
        assert "'yes'" not in repr(stored(stage))
        [told] = await self.react(alice, msgid, "x")
        assert told.params[:4] == ["TAGMSG", "UNKNOWN_MSGID", "#tea", msgid]

    @pytest.mark.parametrize("msgid", ["nonsense", "private"])
    async def test_a_reaction_to_what_was_said_elsewhere_is_relayed_and_not_kept(self, stage, alice, bob, msgid):
        elsewhere = await say(bob, "alice", "psst")
        await bob.all()
        before = list(stored(stage))
        [told] = await self.react(alice, elsewhere if msgid == "private" else msgid, "x")
        assert told.command == "TAGMSG"
        assert len(await bob.heard("TAGMSG")) == 1
        assert stored(stage) == before

    async def test_there_is_a_limit_of_length_and_of_number(self, stage, alice, bob):
        msgid = await say(bob, "#tea", "good?")
        [told] = await self.react(alice, msgid, "x" * 65)
        assert told.params[1] == "REACTION_TOO_LONG"
        for number in range(10):
            assert (await self.react(alice, msgid, number))[0].command == "TAGMSG"
        [told] = await self.react(alice, msgid, "more")
        assert told.params[1] == "TOO_MANY_REACTIONS"
        await self.react(alice, msgid, 3, "+draft/unreact")
        assert (await self.react(alice, msgid, "other"))[0].command == "TAGMSG"

    async def test_private_messages_have_reactions_too(self, alice, bob):
        msgid = await say(bob, "alice", "good?")
        await self.react(alice, msgid, "x", target="bob")
        [line] = [m for m in await bob.messages() if m.command == "TAGMSG"]
        assert (line.tags["+draft/react"], line.tags["+draft/reply"]) == ("x", msgid)

    async def test_anyone_who_may_not_speak_may_not_react(self, alice, bob):
        msgid = await say(bob, "#tea", "good?")
        await did(alice, "MODE #tea +m")
        [told] = await self.react(bob, msgid, "x")
        assert told.command == "404"
