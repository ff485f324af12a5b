"""The settings themselves: what holds without anything given, and what cannot be together."""

import socket
from pathlib import Path

import pytest

from chover.config import (
    ChannelSettings,
    Config,
    LimitSettings,
    ListenerSettings,
    Misfit,
    ServerSettings,
    TlsSettings,
)


def test_the_defaults_are_those_that_the_readme_and_the_design_name():
    config = Config()

    assert (config.server.host, config.server.port) == ("", 55555)
    assert config.channels.autojoin == ("#lobby",)
    assert config.store.durability == "power"
    assert config.history.retention_days == 0
    assert config.limits.nick_len == 32
    assert config.listeners == ()


def test_the_given_name_is_the_servers_name():
    assert ServerSettings(name="chat.example.org").server_name == "chat.example.org"


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        ("box.example.org", "box.example.org"),
        ("box", "chover.local"),
        ("my_box.lan", "chover.local"),
        ("x" * 60 + ".lan", "chover.local"),
    ],
)
def test_without_a_name_the_machines_is_taken_if_it_can_be_one(machine, name, monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: machine)

    assert ServerSettings().server_name == name


@pytest.mark.parametrize(
    "name", ["chat", "chat..org", "-a.org", "chat example.org", ".org", "a.b\n", "x" * 70 + ".org"]
)
def test_a_name_without_a_dot_or_with_what_no_name_has_is_refused(name):
    with pytest.raises(Misfit, match="name must be a name with a dot in it"):
        ServerSettings(name=name)


def test_the_data_is_where_it_is_said_to_be_home_included(monkeypatch):
    monkeypatch.setenv("HOME", "/home/alice")

    assert ServerSettings(data_dir="~/chat").data_path == Path("/home/alice/chat")
    assert ServerSettings(data_dir="/srv/chat").data_path == Path("/srv/chat")


def test_without_a_directory_the_platforms_own_place_is_used():
    assert "chover" in ServerSettings().data_path.name


@pytest.mark.parametrize(
    ("make", "missing"),
    [
        (lambda: TlsSettings(cert="a.pem"), "key"),
        (lambda: TlsSettings(key="a.key"), "cert"),
        (lambda: ListenerSettings(tls_cert="a.pem"), "tls_key"),
        (lambda: ListenerSettings(tls_key="a.key"), "tls_cert"),
    ],
)
def test_a_certificate_needs_its_key_and_a_key_its_certificate(make, missing):
    with pytest.raises(Misfit, match=f"^{missing} must be given as well"):
        make()


@pytest.mark.parametrize("channel", ["lobby", "#", "#a b", "#" + "x" * 64])
def test_what_is_joined_on_arrival_is_a_channel(channel):
    with pytest.raises(Misfit, match=r"channels\.autojoin must be channel names"):
        Config(channels=ChannelSettings(autojoin=(channel,)))


def test_how_long_a_channels_name_may_be_is_asked_of_the_limits():
    long = "#" + "x" * 80

    config = Config(channels=ChannelSettings(autojoin=(long,)), limits=LimitSettings(channel_len=100))

    assert config.channels.autojoin == (long,)


def test_two_configurations_of_the_same_settings_are_equal():
    assert Config() == Config()
    assert Config(server=ServerSettings(port=1)) != Config()


def test_proxies_are_addresses_or_networks():
    assert ServerSettings(trusted_proxies=("10.0.0.0/8", "2001:db8::1")).trusted_proxies
    with pytest.raises(
        Misfit, match="trusted_proxies must be a list of addresses and networks, which proxy is none of"
    ):
        ServerSettings(trusted_proxies=("proxy",))
