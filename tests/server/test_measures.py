import logging

from chover.server.measures import Errors
from chover.server.pipeline.histogram import Durations


def found(stage, name):
    """A measure of the server: its samples by their labels."""
    [measure] = [measure for measure in stage.host.measures() if measure.name == name]
    return {(sample.suffix, *sample.labels.values()): sample.value for sample in measure.samples}


async def test_a_message_is_counted_once_and_each_of_its_deliveries(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea", caps="echo-message")
    await stage.enter("carol", "#tea")
    await stage.quiet()
    before = found(stage, "deliveries_total")[("",)]
    await alice.numerics("PRIVMSG #tea :x")
    assert found(stage, "messages_total") == {("",): 1}
    assert found(stage, "deliveries_total")[("",)] - before == 2
    assert found(stage, "commit_seconds")["_count",] > 0
    await bob.numerics("PRIVMSG alice :x")
    assert found(stage, "messages_total") == {("",): 2}


async def test_sessions_are_counted_by_their_door(stage):
    await stage.enter("alice")
    await stage.enter("bob", protocol="web")
    stage.connect(protocol="web")
    assert found(stage, "sessions") == {("", "irc", "true"): 1, ("", "web", "false"): 1, ("", "web", "true"): 1}
    assert found(stage, "users") == {("",): 2}


async def test_what_could_not_be_kept_is_counted(stage):
    alice = await stage.enter("alice", "#tea")
    stage.store.fail = "the disk is full"
    await alice.numerics("PRIVMSG #tea :x")
    stage.store.fail = ""
    assert found(stage, "events_refused_total") == {("",): 1}


def test_a_duration_is_in_every_bucket_that_is_not_smaller():
    durations = Durations()
    for seconds in (0.0001, 0.001, 0.003, 60.0):
        durations.note(seconds)
    samples = durations.measure("x", "X.").samples
    counts = {sample.labels.get("le", sample.suffix): sample.value for sample in samples}
    assert (counts["0.0005"], counts["0.001"], counts["0.002"], counts["0.005"]) == (1, 2, 2, 3)
    assert (counts["5"], counts["+Inf"], counts["_count"]) == (3, 4, 4)
    assert counts["_sum"] > 60


def test_errors_of_the_log_are_counted_and_nothing_less():
    errors, log = Errors(), logging.getLogger("chover.tests.errors")
    log.addHandler(errors)
    log.propagate = False
    log.error("x")
    log.warning("y")
    assert errors.seen == 1
