"""Answers to commands: at once, or together under the label of the command."""

from tests.doubles.stage import Stage

LUSERS = ["251", "252", "253", "254", "255", "265", "266"]


async def test_several_numerics_are_the_same_with_a_label_and_without_one(stage):
    alice = await stage.enter("alice", caps="labeled-response batch")
    await alice.all()
    alice.send("LUSERS")
    plain = await alice.messages()
    alice.send("@label=7 LUSERS")
    begin, *labeled, end = await alice.messages()
    assert [message.command for message in plain] == LUSERS
    assert begin.tags["label"] == "7"
    assert (begin.command, end.command) == ("BATCH", "BATCH")
    assert [(each.command, each.params) for each in labeled] == [(each.command, each.params) for each in plain]
    assert {each.tags["batch"] for each in labeled} == {begin.params[0].removeprefix("+")}


async def test_the_message_of_the_day_has_a_line_for_each_of_its_lines():
    stage = await Stage.open(environ={"CHOVER_SERVER_MOTD": "first\n\n:third"})
    alice = await stage.enter("alice")
    await alice.all()
    alice.send("MOTD")
    lines = await alice.messages()
    assert [message.command for message in lines] == ["375", "372", "372", "372", "376"]
    assert [message.params[-1] for message in lines[1:-1]] == ["- first", "- ", "- :third"]
    await stage.close()
