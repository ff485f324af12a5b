"""The clients' way without what only POSIX has, as far as this can be seen on another system.

A process of its own makes this machine look like Windows to the code of chover, and to nothing else: the platform's
name, the modules, signals and functions that are missing there. Opening a file without naming its encoding is an error.
"""

import asyncio
import subprocess
import sys
import textwrap

import pytest

from tests.client.scripted import scripted
from tests.terminal import environment

AS_ON_WINDOWS = textwrap.dedent("""
    import builtins, importlib, os, pkgutil, signal, socket, sys, types

    HAS_NO = {"fcntl", "termios", "tty", "pty", "pwd", "grp", "resource", "syslog", "readline", "curses", "uvloop"}
    CLIENTS = ("chover.client", "chover.wire", "chover.engine", "chover.config", "chover.cli", "chover.names")

    class View(types.ModuleType):
        "A module as Windows has it: without some names, and with some others."

        def __init__(self, real, lacks=(), **others):
            vars(self).update(_real=real, _lacks=frozenset(lacks), **others)

        def __getattr__(self, name):
            if name in self._lacks:
                raise AttributeError(f"Windows has no {self._real.__name__}.{name}")
            return getattr(self._real, name)

        def __setattr__(self, name, value):
            setattr(self._real, name, value)

    SIGNALS = "SIGHUP SIGUSR1 SIGUSR2 SIGWINCH SIGTSTP SIGCONT SIGKILL SIGPIPE SIGALRM"
    FUNCTIONS = "fork getuid geteuid getgid uname fchmod chown mkfifo statvfs getpgid killpg openpty sched_setaffinity"
    msvcrt = types.ModuleType("msvcrt")
    msvcrt.LK_NBLCK, msvcrt.LK_UNLCK, msvcrt.locking = 2, 0, lambda *_: None
    VIEWS = {
        "sys": View(sys, platform="win32"),
        "os": View(os, FUNCTIONS.split(), name="nt"),
        "signal": View(signal, SIGNALS.split()),
        "socket": View(socket, ["AF_UNIX", "SCM_RIGHTS"]),
        "msvcrt": msvcrt,
    }
    real = builtins.__import__

    def importing(name, globals=None, locals=None, names=(), level=0):
        if str((globals or {}).get("__name__", "")).partition(".")[0] != "chover" or level:
            return real(name, globals, locals, names, level)
        if name.partition(".")[0] in HAS_NO:
            raise ModuleNotFoundError(f"Windows has no {name}", name=name)
        return VIEWS.get(name) or real(name, globals, locals, names, level)

    builtins.__import__ = importing
""")


def as_on_windows(then, tmp_path, text=""):
    """Run Python that sees such a machine; what follows the preparations is ``then``."""
    return subprocess.run(
        [sys.executable, "-X", "warn_default_encoding", "-c", AS_ON_WINDOWS + textwrap.dedent(then)],
        env=environment(HOME=str(tmp_path), PYTHONUTF8="0"),
        input=text, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_every_module_of_the_clients_can_be_imported(tmp_path):
    done = as_on_windows(
        """
        number = 0
        for name in CLIENTS:
            for found in pkgutil.walk_packages(importlib.import_module(name).__dict__.get("__path__", ()), name + "."):
                importlib.import_module(found.name)
                number += 1
        print(number)
        """,
        tmp_path,
    )

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 150


def test_the_check_itself_sees_what_is_missing(tmp_path):
    done = as_on_windows("exec(compile('import fcntl', 'x', 'exec'), {'__name__': 'chover.client.x'})", tmp_path)

    assert "Windows has no fcntl" in done.stderr


@pytest.mark.parametrize("command", ["who", "stop", "reload"])
def test_the_operators_commands_say_that_they_need_another_system(tmp_path, command):
    done = as_on_windows(f"from chover.cli import main; sys.exit(main([{command!r}]))", tmp_path)

    assert done.returncode == 1
    assert "Windows" in done.stderr
    assert len(done.stderr.splitlines()) == 1


async def test_a_line_is_sent_and_acknowledged(tmp_path):
    async with scripted() as server:
        sending = asyncio.create_task(
            asyncio.to_thread(
                as_on_windows,
                f"""
                from chover.cli import main
                sys.exit(main(["send", "--server", "127.0.0.1:{server.port}", "#ops"]))
                """,
                tmp_path,
                "grüße\n",
            )
        )
        peer = await server.accept()
        await peer.register()
        await peer.fence()
        await peer.expect("JOIN", "#ops")
        peer.join("#ops")
        said = await peer.hear()
        assert said.params == ["#ops", "grüße"]
        peer.echo(said, "m1")
        await peer.gone()
        done = await sending

    assert done.returncode == 0, done.stderr
    assert "EncodingWarning" not in done.stderr
