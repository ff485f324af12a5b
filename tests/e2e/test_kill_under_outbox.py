"""The server is killed between a commit and its echo, again and again, while a client's outbox is at work.

Every fourth time the client is killed as well, and goes on from its journal.
"""

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from queue import Empty, Queue

import pytest

from tests.e2e.server import environment
from tests.e2e.test_kill import MX_FRAME
from tests.e2e.wire import Irc, text
from tests.terminal import BOUND, ROOT

pytestmark = pytest.mark.single_process("it looks at the pages of SQLite")

KILLS = int(os.environ.get("CHOVER_KILLS", "6"))
"""A benchmark asks for a hundred."""
MANY = 10_000_000
"""More messages than any run says."""


class Talking:
    """The talker's process, and what it has told."""

    def __init__(self, home, port, nick="talker"):
        self._home, self._port, self._nick = home, port, nick
        self.given, self.kept, self.lost = set(), set(), 0
        self.begin()

    def begin(self, last=MANY):
        first = max(self.given, default=-1) + 1
        command = [
            sys.executable,
            "-m",
            "tests.e2e.talker",
            str(self._port),
            str(self._home / f"client-{self._nick}"),
            str(first),
            str(last),
            self._nick,
        ]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(self._home, PYTHONPATH=f"{ROOT / 'src'}:{ROOT}"),
            cwd=ROOT,
        )
        self._lines = Queue()
        threading.Thread(target=self._read, args=(self.process.stdout, self._lines), daemon=True).start()

    @staticmethod
    def _read(stream, lines):
        for line in stream:
            lines.put(line.split())
        lines.put(["end"])

    def listen(self, until):
        """Take in what it tells until something is true, or it has ended."""
        deadline = time.monotonic() + BOUND
        while not until():
            try:
                words = self._lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except Empty:
                raise AssertionError(f"nothing more is told; {len(self.given)} given, {len(self.kept)} kept") from None
            if not self._take(words):
                return

    def _take(self, words):
        match words:
            case ["given", number]:
                self.given.add(int(number))
            case ["kept", number]:
                self.kept.add(int(number))
            case ["offline"]:
                self.lost += 1
            case ["end"]:
                return False
        return True

    def more(self, count):
        goal = len(self.kept) + count
        return lambda: len(self.kept) >= goal

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.listen(lambda: False)
        self.process.stdout.close()

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def kill_after_a_commit(server):
    """Kill it as soon as a commit is on the disk, which is before anybody can be told."""
    with (server.data / "chover.db-shm").open("rb", buffering=0) as index:

        def frame():
            index.seek(MX_FRAME.start)
            return index.read(4)

        before, deadline = frame(), time.monotonic() + BOUND
        while frame() == before:
            assert time.monotonic() < deadline, "nothing is committed any more"
        server.kill()


@pytest.mark.timeout(90 + 5 * KILLS)
def test_what_an_outbox_holds_arrives_once_however_often_the_server_is_killed(serve, tmp_path, record_property):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    talking = Talking(tmp_path, server.port)
    try:
        untold = kill_again_and_again(server, talking)
    finally:
        talking.close()
    with Irc(server.port, "auditor") as auditor:
        history = [text(line) for line in auditor.history() if text(line).startswith("message ")]
    numbers = [int(line.removeprefix("message ")) for line in history]
    record_property("committed_and_untold", untold)
    print(f"{KILLS} kills, {len(talking.given)} messages given, committed and untold at each kill: {untold}")
    assert len(numbers) == len(set(numbers)), "something was kept twice"
    assert talking.given <= set(numbers), "something was lost"
    assert any(untold), "no kill came between a commit and its echo"


def kill_again_and_again(server, talking):
    """Of each kill, how many messages were on the disk and their sender did not know it."""
    chance, untold = random.Random(KILLS), []
    for number in range(KILLS):
        talking.listen(talking.more(chance.randrange(5, 60)))
        kill_after_a_commit(server)
        goal = talking.lost + 1
        talking.listen(lambda goal=goal: talking.lost >= goal)
        untold.append(len(in_store(server) - talking.kept))
        if number % 4 == 3:
            talking.kill()
        server.start()
        if number % 4 == 3:
            talking.begin()
    talking.listen(talking.more(50))
    talking.kill()
    # The last one says nothing new: it sends what is in the journal, and ends when all of it is kept.
    talking.begin(last=0)
    talking.listen(lambda: False)
    return untold


def in_store(server):
    """The numbers that a killed server has on its disk."""
    with closing(sqlite3.connect(f"file:{server.data / 'chover.db'}?mode=ro", uri=True)) as db:
        said = [data for (data,) in db.execute("SELECT data FROM event WHERE kind = 'said'")]
    return {int(number) for data in said for number in re.findall(r"message (\d+)", data)}
