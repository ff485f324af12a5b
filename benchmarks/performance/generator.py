"""The generator of load: a program in C, compiled when it is needed. Without a compiler it is one in Python."""

import functools
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.performance.processes import pin

SOURCE = Path(__file__).with_name("generator.c")
NEVER_WAITED = 0.05
"""A generator that waited less than this share of the time for the server was the bottleneck."""


@functools.cache
def compiled():
    """The program, compiled into a temporary directory, or None without a working compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    directory = tempfile.TemporaryDirectory(prefix="chover-generator-")
    program = Path(directory.name) / "generator"
    command = [compiler, "-O3", "-o", str(program), str(SOURCE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"the generator cannot be compiled, so it is Python: {done.stderr.strip()[-500:]}", file=sys.stderr)
        return None
    return directory, program


def language(*, python=False):
    return "Python" if python or compiled() is None else "C"


class Generator:
    """A generator process on a core of its own. Each command returns its answer; it may report a fault instead."""

    def __init__(self, port, cores, *, server="the server", at_once=512, python=False):
        self._server, self._at_once = server, at_once
        found = None if python else compiled()
        command = [str(found[1])] if found else [sys.executable, "-m", "benchmarks.performance.generator_in_python"]
        self._process = subprocess.Popen(
            [*command, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=pin(cores)
        )

    def close(self):
        self._process.kill()
        self._process.communicate()

    def call(self, command, *arguments):
        self._process.stdin.write(" ".join(map(str, (command, *arguments))) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            sys.exit(f"the generator has ended at {command} {arguments}")
        found = json.loads(answer)
        if "error" in found:
            sys.exit(f"{self._server}: {command} {arguments}: {found['error']}")
        return found

    def come(self, count, channel="-", *, group=1_000_000, await_names=None, caps="", at_once=None, prefix="c"):
        """More clients, each in ``channel``: see generator.c."""
        names = channel != "-" if await_names is None else await_names
        joined = caps.replace(" ", ",") or "-"
        at_once = min(count, at_once or self._at_once)
        return self.call("come", count, at_once, int(names), channel, group, joined, prefix)

    def fence(self):
        return self.call("fence")

    def ask(self, client, marker, lines, *, background=False):
        """Ask line by line; a line of the answer contains ``marker``."""
        with tempfile.NamedTemporaryFile("w", prefix="chover-ask-") as file:
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            return self.call("background" if background else "ask", client, marker.replace(" ", "_"), file.name)


def was_bottleneck(answer):
    return answer["waited"] < NEVER_WAITED * answer["seconds"]
