"""Many people do anything, in any order, over restarts and crashes: what each has been told is what is so.

A person keeps the members of their channels from the lines that came, as any client does. At each rest that is
compared with the server's state; after a restart in place with what the next process has; after a crash with what
the store alone gives.
"""

from __future__ import annotations

import asyncio
import logging

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.doubles.person import Bugs, Person
from tests.doubles.stage import PATIENCE_SECONDS, Stage

CHANNELS = ("#tea", "#cake", "#den")
NICKS = ("alice", "bob", "carol", "dave", "müller")
MOST = 6
"""People at once."""
SETTINGS = {"channels.autojoin": ["#lobby"], "limits.flood": False}
CAPS = (
    "", "echo-message message-tags draft/message-redaction chover.chat/edit draft/read-marker server-time",
    "extended-join multi-prefix userhost-in-names batch labeled-response",
)  # fmt: skip
SERVICE = (
    "REGISTER #", "UNREGISTER #", "OP # alice", "ACCESS # ADD Ann op", "ACCESS # DEL Ann", "KICKBAN # bob",
    "UNBAN # bob", "TRANSFER # Ben",
)  # fmt: skip
READS = (
    "MODE # b", "MODE # I", "CHATHISTORY LATEST # * 9", "MARKREAD # timestamp=2026-01-01T00:00:00.000Z", "NAMES #",
    "SEARCH # tea",
)  # fmt: skip
people = st.integers(0, 5)


class SessionMachine(RuleBasedStateMachine):
    """The whole of the server but for sockets and the disk."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.bugs = Bugs()
        logging.getLogger("chover").addHandler(self.bugs)
        self.people = []

    def run(self, work):
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self):
        self.stage = self.run(Stage.open(SETTINGS))
        for nick in ("Ann", "Ben"):
            self.stage.accounts.add(nick)
        # Somebody is there from the start, so that most of what follows concerns somebody.
        for nick, login in (("Ann", "Ann@x"), ("bob", ""), ("Ben", "Ben@y")):
            self.run(self.registers(nick, CAPS[1], login))
            self.sends(-1, "JOIN #tea,#cake")
            self.sends(-1, f"PRIVMSG #tea :{nick} is here")
        self.sends(0, "PRIVMSG ChanServ :REGISTER #tea")

    def teardown(self):
        logging.getLogger("chover").removeHandler(self.bugs)
        if hasattr(self, "stage"):
            self.run(self.stage.close())
        self.run(asyncio.sleep(0))
        self.loop.close()

    # ---- what people do ----------------------------------------------------------------------------------------------

    def one(self, number):
        here = [person for person in self.people if person.here]
        return here[number % len(here)] if here else None

    def sends(self, number, line):
        """Somebody says a line, and all that follows from it is done."""
        if person := self.one(number):
            self.run(self.said(person, line))

    async def said(self, person, line):
        person.wire.send(line)
        await self.rest()

    async def rest(self):
        """Everybody has heard all there is, and has looked at it."""
        for _ in range(2):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.stage.node.tasks.done()
            for person in self.people:
                if person.here:
                    await person.wire.all()
        for person in self.people:
            person.look()
        self.people = [person for person in self.people if person.here]

    @rule(nick=st.sampled_from(NICKS), caps=st.sampled_from(CAPS), login=st.sampled_from(["", "", "Ann@x", "Ben@y"]))
    def comes(self, nick, caps, login):
        # No precondition: who is here depends on the server, and hypothesis wants its choices to depend on nothing.
        if len(self.people) < MOST:
            self.run(self.registers(login.partition("@")[0] or nick, caps, login))

    async def registers(self, nick, caps, login):
        wire = self.stage.connect()
        wire.send(*([f"PASS {login}:sesame"] if login else []), *([f"CAP REQ :{caps}"] if caps else []))
        wire.send(f"NICK {nick}", f"USER {nick} 0 * :x", *(["CAP END"] if caps else []))
        await wire.all()
        welcome = next((line for line in wire.log if line.command == "001"), None)
        if welcome is None:
            wire.send("QUIT")
            await wire.ended()
        else:
            self.people.append(Person(wire, welcome.params[0]))
            await self.rest()

    @rule(who=people, channel=st.sampled_from(CHANNELS), key=st.sampled_from(["", " key"]))
    def joins(self, who, channel, key):
        self.sends(who, f"JOIN {channel}{key}")

    @rule(who=people, channel=st.sampled_from(("#lobby", *CHANNELS)))
    def parts(self, who, channel):
        self.sends(who, f"PART {channel} :bye")

    @rule(who=people, channel=st.sampled_from(CHANNELS), whom=st.sampled_from((*NICKS, "Ann", "Ben")))
    def kicks(self, who, channel, whom):
        self.sends(who, f"KICK {channel} {whom}")

    @rule(who=people, nick=st.sampled_from((*NICKS, "Ann", "erin")))
    def takes_a_nick(self, who, nick):
        self.sends(who, f"NICK {nick}")

    @rule(
        who=people,
        channel=st.sampled_from(CHANNELS),
        modes=st.sampled_from(
            ["+o alice", "-o alice", "+v bob", "+i", "-i", "+k key", "-k key", "+l 2", "-l", "+b bob!*@*", "-b bob!*@*",
             "+m", "-m", "+s", "-s", "+I carol!*@*", "+t-n", "+f #cake",
             "+b account:Ben", "-b account:Ben", "+e account:Ann", "+I account:Ann", "+b m:carol!*@*", "+q alice", "+M"]
        ),
    )  # fmt: skip
    def sets_modes(self, who, channel, modes):
        self.sends(who, f"MODE {channel} {modes}")

    @rule(who=people, channel=st.sampled_from(CHANNELS), topic=st.sampled_from(["", "tea", "☕" * 20]))
    def sets_the_topic(self, who, channel, topic):
        self.sends(who, f"TOPIC {channel} :{topic}")

    @rule(who=people, to=st.sampled_from((*CHANNELS, *NICKS, "#lobby")), text=st.sampled_from(["hi", "x" * 300]))
    def says(self, who, to, text):
        self.sends(who, f"PRIVMSG {to} :{text}")

    @rule(who=people, which=st.integers(0, 5), change=st.sampled_from(["REDACT", "EDIT"]))
    def takes_something_back(self, who, which, change):
        if (person := self.one(who)) and person.msgids:
            channel, msgid = person.msgids[-1 - which % len(person.msgids)]
            self.sends(who, f"{change} {channel} {msgid} :better")

    @rule(who=people, channel=st.sampled_from(CHANNELS), service=st.sampled_from(SERVICE))
    def asks_chanserv(self, who, channel, service):
        self.sends(who, f"PRIVMSG ChanServ :{service.replace('#', channel)}")

    @rule(who=people, channel=st.sampled_from(CHANNELS), line=st.sampled_from(READS))
    def reads(self, who, channel, line):
        self.sends(who, line.replace("#", channel))

    @rule(who=people, channel=st.sampled_from(CHANNELS), to=st.sampled_from(CHANNELS))
    def renames(self, who, channel, to):
        self.sends(who, f"RENAME {channel} {to} :why not")

    @rule(who=people)
    def deletes_their_account(self, who):
        """The name is free at once, and belongs to a new account."""
        person = self.one(who)
        account = person and person.wire.session.me.account
        if account:
            self.sends(who, "PRIVMSG NickServ :DROP sesame")
            assert self.stage.accounts.find(account) is None
            self.stage.accounts.add(account)

    @rule(who=people, whom=st.sampled_from(NICKS), channel=st.sampled_from(CHANNELS))
    def invites(self, who, whom, channel):
        self.sends(who, f"INVITE {whom} {channel}")

    @rule(
        who=people, line=st.sampled_from(["AWAY :gone", "AWAY", "MODE %s +i", "SETNAME :Somebody", "LIST", "WHO #tea"])
    )
    def does_something_else(self, who, line):
        if person := self.one(who):
            self.sends(who, line.replace("%s", person.nick))

    @rule(who=people, politely=st.booleans())
    def goes(self, who, politely):
        if person := self.one(who):
            self.people.remove(person)
            self.run(self.left(person, politely=politely))

    async def left(self, person, *, politely):
        if politely:
            person.wire.send("QUIT :bye")
            await person.wire.ended()
        else:
            person.wire.hang_up()
        await self.rest()

    # ---- what becomes of the server ----------------------------------------------------------------------------------

    def facts(self):
        """What of the channels outlives everybody."""
        return {
            channel.name: (
                channel.topic,
                dict(channel.modes),
                {mode: set(held) for mode, held in channel.lists.items() if held},
                {account: grant.role for account, grant in channel.access.items()},
            )
            for channel in self.stage.node.chat.channels.values()
        }

    @rule()
    def restarts_in_place(self):
        self.run(self.restarted())

    async def restarted(self):
        await self.rest()
        before, host = self.facts(), self.stage.host
        await host.handover.come_to_rest("The server is restarting", 5)
        states = [host.handover.freeze(person.wire.session) for person in self.people]
        assert None not in states
        await self.stage.close()
        await self.begins(kept=states)
        for person, state in zip(self.people, states, strict=True):
            person.look()
            person.goes_on(self.stage.connect(state=state))
        assert self.facts() == before

    @rule()
    def crashes(self):
        """Nobody is told anything; the store has what there was."""
        self.run(self.killed())

    async def killed(self):
        await self.rest()
        said, held = {log: len(events) for log, events in self.stage.store.logs.items()}, self.facts()
        for person in self.people:
            person.wire.session.keepalive.stop()
        self.stage.node.tasks.cancel()
        self.people = []
        await self.begins()
        assert not any(channel.members for channel in self.stage.node.chat.channels.values())
        assert all(len(self.stage.store.logs[log]) >= count for log, count in said.items())
        assert all(held[name] == kept for name, kept in self.facts().items())

    async def begins(self, kept=()):
        self.stage = await Stage.open(SETTINGS, self.stage.store, accounts=self.stage.accounts, kept=kept)

    # ---- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_met_that_nobody_thought_of(self):
        assert self.bugs.told == []

    @invariant()
    def everybody_sees_who_is_in_their_channels(self):
        for person in self.people:
            user = self.stage.node.chat.users[person.wire.session.me.id]
            assert person.nick == user.nick
            there = {
                channel.name: {member.user.nick for member in channel.members.values()}
                for channel in user.channels.values()
            }
            assert person.view == there


TestSessions = SessionMachine.TestCase
TestSessions.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
