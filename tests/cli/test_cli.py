"""What all commands have in common: version, help."""

import pytest

import chover


def test_the_version_is_said_and_nothing_else_done(chover_says):
    assert chover_says("--version") == (0, f"chover {chover.__version__}\n", "")


def test_help_lists_every_command_with_a_line_that_is_not_cut_off(chover_says):
    status, out, _ = chover_says("--help")

    assert status == 0
    for command in (
        "serve",
        "chat",
        "send",
        "tail",
        "who",
        "stop",
        "reload",
        "config",
        "invite",
        "account",
        "channel",
        "ban",
    ):
        assert f"  {command} " in out
    assert "..." not in out.partition("Commands:")[2]


@pytest.mark.parametrize("command", ["serve", "chat", "send", "tail", "who", "stop", "reload", "config"])
def test_every_option_of_every_command_says_what_it_is_for(chover_says, command):
    status, out, _ = chover_says(command, "--help")

    assert status == 0
    assert all(len(line.split()) > 2 for line in out.splitlines() if line.startswith("  --"))
