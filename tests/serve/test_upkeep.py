"""The hourly look: retention goes by a time that is confirmed, and certificates that run out are logged."""

import logging

import pytest
from tests.doubles.stage import Stage

from chover.serve.upkeep import Upkeep
from chover.server.pipeline.event_clock import EventClock

DAY = 86_400_000


class Store:
    """Remembers by which time everything was deleted."""

    def __init__(self, asked):
        self.asked = asked
        self.registry = self.codes = self

    async def retain(self, days, now, going=None):
        self.asked["messages"] = now
        return 0

    async def purge(self, now):
        self.asked["codes"] = now
        return 0

    async def tidy(self, now):
        self.asked["files"] = now
        return 0


@pytest.fixture
async def stage():
    stage = await Stage.open({"history.retention_days": 30})
    yield stage
    await stage.close()


async def test_a_clock_that_jumped_ahead_deletes_nothing_of_any_kind(stage, monkeypatch):
    wall, steady, asked = [1_796_000_000_000], [0.0], {}
    clock = EventClock(lambda: wall[0], lambda: steady[0], lambda: False)
    monkeypatch.setattr(stage.node.ledger, "clock", clock)

    async def records(now, audit_before, connections_before):
        asked["records"] = now
        return 0

    async def channels(now):
        asked["channels"] = now
        return 0

    monkeypatch.setattr(stage.node.moderation._records, "retain", records)
    monkeypatch.setattr(stage.host.forgetting, "look", channels)
    upkeep = Upkeep(stage.host, Store(asked), Store(asked), list)
    wall[0] += 60 * DAY

    await upkeep._retain()
    await upkeep._tidy()

    assert asked == dict.fromkeys(("records", "messages", "codes", "files", "channels"), wall[0] - 60 * DAY)
    steady[0] += 86_400
    wall[0] += DAY
    await upkeep._retain()
    await upkeep._tidy()
    assert set(asked.values()) == {wall[0]}


def test_a_certificate_that_runs_out_is_logged_once_and_again_when_it_is_worse(caplog):
    said = []
    upkeep = Upkeep(None, None, None, lambda: list(said))
    caplog.set_level(logging.WARNING)
    upkeep.warn()
    said[:] = ["the certificate cert.pem expires in 1 days"]
    upkeep.warn()
    upkeep.warn()
    said[:] = ["the certificate cert.pem has expired"]
    upkeep.warn()
    said[:] = []
    upkeep.warn()
    assert caplog.messages == ["the certificate cert.pem expires in 1 days", "the certificate cert.pem has expired"]
