"""What a process that speaks SSH can still do, tried in processes of their own: what is given up stays so."""

import json
import subprocess
import sys

import pytest
from tests.terminal import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has Landlock and seccomp")

TRYING = """
import json, os, socket, subprocess, sys, threading
from chover.edge.ssh.confinement import confine
here, there = socket.socketpair()
means = confine()

def outcome(what):
    try:
        what()
    except OSError as error:
        return type(error).__name__
    return "done"

def in_thread(what):
    found = []
    thread = threading.Thread(target=lambda: found.append(outcome(what)))
    thread.start()
    thread.join()
    return found[0]

secret = sys.argv[1]
print(json.dumps({"means": means, **{name: outcome(what) for name, what in {
    "read a file": lambda: open(secret).read(),
    "write a file": lambda: open(secret, "w"),
    "make a file": lambda: open(secret + "-new", "x"),
    "list a directory": lambda: os.listdir(os.path.dirname(secret)),
    "run a program": lambda: subprocess.run(["/bin/true"]),
    "make a socket": lambda: socket.socket(),
    "signal the parent": lambda: os.kill(os.getppid(), 0),
    "write to an open socket": lambda: here.send(b"x"),
    "take a socket over": lambda: (socket.send_fds(here, [b"x"], [1]), there.recv(1), socket.recv_fds(there, 1, 1)),
    "import a module": lambda: __import__("wave"),
    "know the time elsewhere": lambda: __import__("zoneinfo").ZoneInfo("UTC"),
}.items()}, "read a file in a thread": in_thread(lambda: open(secret).read())}))
"""


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    secret = tmp_path_factory.mktemp("data") / "chover.db"
    secret.write_text("what was said")
    command = [sys.executable, "-P", "-c", TRYING, str(secret)]
    # As the server starts it: its own sys.path, among which may be the directory that holds the data.
    paths = f"{ROOT / 'src'}:{secret.parent}"
    done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": paths}, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    if not found["means"]:
        pytest.skip("this kernel has neither Landlock (5.13) nor seccomp")
    assert secret.read_text() == "what was said"
    return found


def needs(tried, name):
    if name not in tried["means"]:
        pytest.skip(f"this kernel has no {name}")


@pytest.mark.parametrize(
    "deed", ["read a file", "write a file", "make a file", "list a directory", "read a file in a thread"]
)
def test_the_data_directory_is_out_of_reach(tried, deed):
    needs(tried, "Landlock")
    assert tried[deed] == "PermissionError"


@pytest.mark.parametrize("deed", ["run a program", "make a socket", "signal the parent"])
def test_programs_sockets_and_other_processes_are_out_of_reach(tried, deed):
    needs(tried, "seccomp")
    assert tried[deed] == "PermissionError"


@pytest.mark.parametrize(
    "deed", ["write to an open socket", "take a socket over", "import a module", "know the time elsewhere"]
)
def test_what_callers_are_served_by_goes_on(tried, deed):
    assert tried[deed] == "done"
