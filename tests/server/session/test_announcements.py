from tests.doubles.stage import Stage


class Onlooker:
    """Notes what the console would show."""

    def __init__(self):
        self.shown = []

    def connected(self, peer, nick, version):
        self.shown.append(f"+{nick} {version}")

    def said(self, said):
        self.shown.append(f"{said.username}: {said.text}")

    def disconnected(self, peer, nick, version):
        self.shown.append(f"-{nick} {version}")

    def stopping(self):
        self.shown.append("stopping")


async def watched():
    onlooker = Onlooker()
    return await Stage.open({"channels.autojoin": ["#lobby"]}, observer=onlooker), onlooker


async def test_a_client_is_shown_with_the_version_that_it_answers():
    stage, onlooker = await watched()
    alice = stage.connect()
    alice.send("NICK alice", "USER alice 0 * :Alice")
    await alice.expect("PRIVMSG alice :\x01VERSION\x01")
    assert onlooker.shown == []
    alice.send("NOTICE chat.test :\x01VERSION irssi v1.4.3\x01")
    await alice.all()
    assert onlooker.shown == ["+alice irssi v1.4.3"]
    await stage.close()


async def test_anyone_who_speaks_before_answering_is_shown_before_what_is_said():
    stage, onlooker = await watched()
    alice = await stage.enter("alice")
    alice.send("PRIVMSG #lobby :hi")
    await alice.all()
    assert onlooker.shown == ["+alice 4.0.4", "alice: hi"]
    await stage.close()


async def test_a_client_that_says_its_version_is_not_asked():
    stage, onlooker = await watched()
    alice = stage.connect()
    alice.send("NICK alice", "@+chover.chat/version=26.11.0 USER alice 0 * :Alice")
    await alice.expect(" 001 ")
    assert not any("VERSION\x01" in line for line in await alice.all())
    alice.send("QUIT")
    await alice.ended()
    assert onlooker.shown == ["+alice 26.11.0", "-alice 26.11.0"]
    await stage.close()


async def test_private_messages_are_never_shown():
    stage, onlooker = await watched()
    alice, bob = await stage.enter("alice"), await stage.enter("bob")
    alice.send("PRIVMSG bob :secret", "PRIVMSG #elsewhere :secret")
    await alice.all()
    await bob.expect("secret")
    assert not any("secret" in shown for shown in onlooker.shown)
    await stage.close()
