"""Fixtures for the tests of every package."""

import os
import shutil
import signal
from collections.abc import Callable

import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Like a shell's setting for background jobs; programs under test would inherit that Ctrl-C is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def needs() -> Callable[[str, str], str]:
    """Require a program: ``needs("irssi", "apt-get install irssi")`` returns its path.

    If it is missing, the test is skipped, with the line that installs it. If CHOVER_NOTHING_SKIPPED is set, as in CI,
    it fails.
    """

    def program(name: str, install: str) -> str:
        found = shutil.which(name)
        if found is None and os.environ.get("CHOVER_NOTHING_SKIPPED"):
            pytest.fail(f"{name} is missing, and nothing may be skipped here: {install}")
        if found is None:
            pytest.skip(f"{name} is missing: {install}")
        return found

    return program
