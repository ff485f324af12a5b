"""How commands end: the exit status, and one line when something is wrong."""

import pytest

from chover.cli import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "chover: missing command (see chover --help)"),
        (["serv"], "chover: No such command 'serv'. Did you mean 'serve'? (see chover --help)"),
        (["serve", "--prot", "1"], "chover: No such option: --prot"),
        (["serve", "--port", "irc"], "chover: Invalid value for '--port'"),
        (
            ["serve", "--port", "70000"],
            "chover: server.port is 70000 by --port; it must be a whole number from 0 to",
        ),
        (["send"], "chover: Missing argument 'TARGET' (see chover send --help)"),
        (
            ["tail", "#lobby", "--server", "host:irc"],
            "chover: 'irc' is not a port: use a number from 1 to 65535",
        ),
        (["chat", "host:70000"], "chover: '70000' is not a port: use a number from 1 to 65535"),
        (["serve", "--config", "no.toml"], "chover: there is no configuration file no.toml"),
        (["config", "server.prot"], "chover: unknown setting server.prot; the nearest one is server.port"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(chover_says, arguments, said):
    status, out, err = chover_says(*arguments)

    assert status == 2
    assert out == ""
    assert err.startswith(said)
    assert err.count("\n") == 1


def test_an_error_of_the_system_is_one_line_and_status_1(chover_says, stand_in):
    def run(*_, **__):
        raise OSError(98, "Address already in use")

    stand_in("chover.serve", run=run)

    assert chover_says("serve") == (1, "", "chover: Address already in use\n")


def test_a_bug_is_one_line_that_says_how_to_see_more(chover_says, stand_in, monkeypatch):
    def run(*_, **__):
        raise KeyError("lobby")

    stand_in("chover.serve", run=run)

    status, _, err = chover_says("serve")
    assert (status, err) == (1, "chover: this is a bug, KeyError: 'lobby'; CHOVER_DEBUG=1 shows where\n")

    monkeypatch.setenv("CHOVER_DEBUG", "1")
    with pytest.raises(KeyError):
        main(["serve"])
