"""An operator's command in the wrong directory makes nothing there; without a server it says whose data it used."""

from pathlib import Path

import pytest
import typer

from chover.cli import app, main

SLACK = Path(__file__).parent.parent / "archive/formats/slack"
PICTURE = Path(__file__).parents[2] / "src/chover/web/icon-192.png"
COMMANDS = [
    ["invite"],
    ["invite", "list"],
    ["invite", "revoke", "x"],
    ["account", "list"],
    ["account", "show", "alice"],
    ["account", "add", "alice"],
    ["account", "passwd", "alice"],
    ["account", "suspend", "alice"],
    ["account", "resume", "alice"],
    ["account", "delete", "alice", "--yes"],
    ["account", "erase-messages", "alice", "--yes"],
    ["account", "export", "alice"],
    ["account", "tokens", "alice"],
    ["operator", "list"],
    ["operator", "add", "alice"],
    ["operator", "remove", "alice"],
    ["ban", "add", "192.0.2.1"],
    ["ban", "list"],
    ["ban", "remove", "1"],
    ["ban", "log"],
    ["channel", "list"],
    ["channel", "show", "#tea"],
    ["channel", "drop", "#tea"],
    ["channel", "transfer", "#tea", "alice"],
    ["channel", "modes", "#tea", "+m"],
    ["emoji", "add", "cat", str(PICTURE)],
    ["emoji", "list"],
    ["emoji", "remove", "cat"],
    ["hook", "add", "#tea"],
    ["hook", "list"],
    ["hook", "revoke", "x"],
    ["who"],
    ["who", "--past"],
    ["status"],
    ["stop"],
    ["restart"],
    ["reload"],
    ["backup", "/nowhere/backups"],
    ["recover", "/nowhere/new"],
    ["export", "/nowhere/export"],
    ["import", str(SLACK), "--format", "slack", "--write", "--founder", "alice"],
    ["upgrade"],
    ["upgrade", "--check"],
]
"""Every command that opens a data directory other than to make it."""
MAKING = {"serve", "restore"}
LOOKING = {"doctor", "cluster"}
"""Say how a directory is, also that there is none yet or that it is alone; their tests see that they make nothing."""


@pytest.fixture
def said(capsys):
    def run(*arguments):
        status = main([*arguments])
        text = capsys.readouterr()
        return status, text.out, text.err

    return run


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_directory_without_data_is_refused_and_stays_as_it_was(said, tmp_path, command):
    here = tmp_path / "elsewhere"
    here.mkdir()
    (here / "notes.txt").write_text("mine")

    for directory in (here, tmp_path / "not" / "there"):
        status, out, err = said(*command, "--data", str(directory))
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert str(directory) in err
        assert "chover serve" in err

    assert [*tmp_path.rglob("*")] == [here, here / "notes.txt"]


def test_an_empty_database_is_no_data(said, tmp_path):
    (tmp_path / "chover.db").touch()

    status, _, err = said("account", "list", "--data", str(tmp_path))

    assert status == 1
    assert "there is no data in" in err
    assert [path.name for path in tmp_path.iterdir()] == ["chover.db"]


def test_without_a_server_the_directory_is_named_on_standard_error(said, data):
    assert said("account", "add", "alice", "--data", str(data))[0] == 0
    status, out, err = said("account", "list", "--data", str(data))

    assert status == 0
    assert "alice" in out
    assert err == f"chover: no server is running; the data in {data} was used\n"


def test_what_is_refused_is_one_line(said, data):
    status, out, err = said("account", "show", "bob", "--data", str(data))

    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "there is no account bob" in err


def test_every_command_that_takes_a_data_directory_is_tried_here():
    tried = {tuple(word for word in command[:2] if word.isalpha()) for command in COMMANDS}
    for name, command in typer.main.get_command(app).commands.items():
        for path, leaf in _leaves((name,), command):
            if any("--data" in parameter.opts for parameter in leaf.params):
                assert path[0] in MAKING | LOOKING or path in tried or path[:1] in tried, path


def _leaves(path, command):
    inner = getattr(command, "commands", {})
    if not inner:
        yield path, command
    for name, below in inner.items():
        yield from _leaves((*path, name), below)
