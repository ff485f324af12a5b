"""What a node asks NATS for: each subject once, and no longer than it is wanted."""

import asyncio

import pytest

from chover.bus.nats_subjects import NatsSubjects


class Subscription:
    def __init__(self, subject, heard):
        self.subject, self._heard = subject, heard
        self._pending_queue = asyncio.Queue()

    async def unsubscribe(self):
        self._heard.remove(self.subject)


class Client:
    """A client of NATS that remembers what is subscribed to, and fails when it is told to."""

    def __init__(self):
        self.heard = []
        self.subscriptions = {}
        self.fails = False

    async def subscribe(self, subject, pending_bytes_limit):
        assert pending_bytes_limit == 0
        if self.fails:
            raise OSError("away")
        self.heard.append(subject)
        self.subscriptions[subject] = Subscription(subject, self.heard)
        return self.subscriptions[subject]


@pytest.fixture
def client():
    return Client()


@pytest.fixture
def everything():
    return Subscription("chat.all", ["chat.all"])


@pytest.fixture
def subjects(client, everything):
    made = NatsSubjects(client)
    made.begin("chat", everything)
    return made


async def test_what_is_wanted_is_asked_for_below_the_prefix_of_the_cluster(subjects, client):
    subjects.want(["talk.tea", "person.ann"], follows=True)
    assert not subjects.asked.is_set()
    await subjects.ask()
    assert client.heard == ["chat.talk.tea", "chat.person.ann"]
    assert subjects.asked.is_set()
    assert subjects.followed == 1


async def test_a_subject_that_is_wanted_twice_is_asked_for_once(subjects, client):
    subjects.want(["talk.tea"], follows=True)
    await subjects.ask()
    subjects.want(["talk.tea"], follows=True)
    await subjects.ask()
    assert client.heard == ["chat.talk.tea"]


async def test_what_nobody_wants_any_more_is_not_heard(subjects, client):
    subjects.want(["talk.tea", "talk.cake"], follows=True)
    await subjects.ask()
    subjects.want(["talk.tea", "talk.never"], follows=False)
    await subjects.ask()
    assert client.heard == ["chat.talk.cake"]
    assert subjects.followed == 1


async def test_who_comes_and_goes_before_it_was_asked_costs_nothing(subjects, client):
    subjects.want(["talk.tea"], follows=True)
    subjects.want(["talk.tea"], follows=False)
    await subjects.ask()
    assert client.heard == []


async def test_what_could_not_be_asked_is_asked_next_time(subjects, client):
    client.fails = True
    subjects.want(["talk.tea"], follows=True)
    with pytest.raises(OSError, match="away"):
        await subjects.ask()
    assert not subjects.asked.is_set()
    client.fails = False
    await subjects.ask()
    assert client.heard == ["chat.talk.tea"]


async def test_all_subjects_come_through_one_queue_in_their_order(subjects, client, everything):
    subjects.want(["talk.tea"], follows=True)
    await subjects.ask()
    assert client.subscriptions["chat.talk.tea"]._pending_queue is everything._pending_queue
