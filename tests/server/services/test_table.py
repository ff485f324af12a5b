async def test_a_service_says_what_it_does(stage):
    alice = await stage.enter("alice")
    alice.send("PRIVMSG NickServ :help")
    line = await alice.expect("NickServ manages accounts")
    assert line.startswith(":NickServ!NickServ@chat.test NOTICE alice :")


async def test_a_service_is_reached_by_its_command_and_by_its_short_one(stage):
    alice = await stage.enter("alice")
    alice.send("NICKSERV HELP")
    await alice.expect("NickServ manages accounts")
    alice.send("NS :help")
    await alice.expect("NickServ manages accounts")


async def test_a_word_that_no_service_knows_is_answered_by_what_there_is(stage):
    alice = await stage.enter("alice")
    alice.send("PRIVMSG nickserv :dance")
    await alice.expect("Unknown command DANCE: HELP lists all commands")


async def test_nobody_takes_the_nick_of_a_service(stage):
    alice = await stage.enter("alice")
    alice.send("NICK nickserv")
    await alice.expect(" 433 ")
