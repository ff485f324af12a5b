"""What several commands take: the settings, and where a server is."""

import pytest

from chover.cli.errors import WRONG_USAGE, CommandError
from chover.cli.options import PORT, ServerOption, format_address, load_config, place


@pytest.mark.parametrize(
    ("host", "port", "shown"),
    [("", 1, "*:1"), ("192.0.2.7", 80, "192.0.2.7:80"), ("2001:db8::7", 80, "[2001:db8::7]:80"), ("x", 2, "x:2")],
)
def test_an_address_is_written_as_people_write_it(host, port, shown):
    assert format_address(host, port) == shown


def test_a_mistake_in_the_settings_is_wrong_usage_that_names_the_nearest(tmp_path):
    file = tmp_path / "chover.toml"
    file.write_text("[server]\nprot = 1\n")

    with pytest.raises(CommandError, match="port") as refused:
        load_config(file)

    assert refused.value.status == WRONG_USAGE


def test_flags_come_before_the_file(tmp_path):
    file = tmp_path / "chover.toml"
    file.write_text("[server]\nport = 1\nname = 'tea.test'\n")

    server = load_config(file, {"server.port": 2, "server.host": None}).server

    assert (server.port, server.name) == (2, "tea.test")


def test_an_address_that_is_given_is_the_place(monkeypatch):
    monkeypatch.setenv("CHOVER_SERVER__PASSWORD", "of this machine")

    assert place("chat.example:7000", "x") == ServerOption("chat.example", 7000, "x")
    assert place("[2001:db8::7]", "") == ServerOption("2001:db8::7", PORT, "")


def test_without_one_it_is_this_machines_server_by_its_settings(tmp_path):
    file = tmp_path / "config" / "chover" / "chover.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[server]\nport = 7000\nhost = '127.0.0.1'\npassword = 'sesame'\n")

    assert place("", "") == ServerOption("127.0.0.1", 7000, "sesame")
    assert place("", "mine").password == "mine"


def test_what_is_no_address_is_wrong_usage():
    with pytest.raises(CommandError, match="is not a port") as refused:
        place("chat.example:tea", "")

    assert refused.value.status == WRONG_USAGE
