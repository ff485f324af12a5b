"""The command line as people meet it: what is printed where, and the exit status."""

import sys
from types import ModuleType

import pytest

from chover.cli import main


@pytest.fixture(autouse=True)
def empty_home(tmp_path, monkeypatch):
    """Nobody's own configuration and data take part."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("CHOVER_DEBUG", raising=False)


@pytest.fixture
def chover_says(capsys):
    """Run a command: its exit status, and what stands on standard output and on standard error."""

    def run(*arguments):
        status = main(list(arguments))
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def stand_in(monkeypatch):
    """Put a function in the place of a room's, in a module that a command imports when it runs."""

    def replace(module, **functions):
        monkeypatch.setitem(sys.modules, module, ModuleType(module))
        for name, function in functions.items():
            setattr(sys.modules[module], name, function)

    return replace
