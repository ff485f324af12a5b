"""``python -m chover``, in a process of its own."""

import os
import subprocess
import sys

import pytest

import chover


def run(*arguments, **kwargs):
    return subprocess.run(
        [sys.executable, "-m", "chover", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        **kwargs,
    )


def test_it_is_the_command_line():
    done = run("--version")

    assert (done.returncode, done.stdout, done.stderr) == (0, f"chover {chover.__version__}\n", "")


def test_its_exit_status_is_the_commands():
    done = run("dance")

    assert done.returncode == 2
    assert done.stderr == "chover: No such command 'dance' (see chover --help)\n"


def test_a_reader_that_goes_away_leaves_no_traceback():
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as nobody:
        done = subprocess.run(
            [sys.executable, "-m", "chover", "config"],
            stdout=nobody,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )

    assert done.stderr == b""


@pytest.mark.parametrize("module", ["asyncio", "sqlalchemy", "alembic", "cryptography", "prompt_toolkit", "rich"])
def test_a_small_command_imports_none_of_the_big_modules(module):
    code = f"import sys; from chover.cli import main; main(['config']); sys.exit({module!r} in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False, timeout=60)

    assert done.returncode == 0
