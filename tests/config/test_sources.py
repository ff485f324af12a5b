"""Where settings come from, which source wins, and what each mistake is answered with."""

import pytest

from chover.config import ConfigError, load
from chover.config.sources import FLAGS, default_path, nearest
from chover.config.words import describe


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "chover.toml"

    def write(text):
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(autouse=True)
def empty_home(tmp_path, monkeypatch):
    """Nobody's own configuration takes part."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def complaint(*args, **kwargs):
    """The one line that a mistake is answered with."""
    with pytest.raises(ConfigError) as error:
        load(*args, **{"environ": {}} | kwargs)
    assert "\n" not in str(error.value)
    return str(error.value)


# ---- where they come from


def test_nothing_given_is_the_defaults():
    assert load(environ={}).server.port == 55555


def test_a_flag_wins_over_a_variable_and_a_variable_over_the_file(file):
    path = file('[server]\nport = 1\nnetwork = "One"\nmotd = "one"')
    environ = {"CHOVER_SERVER_PORT": "2", "CHOVER_SERVER_NETWORK": "Two"}

    server = load(path, environ, {"server.port": 3}).server

    assert (server.port, server.network, server.motd) == (3, "Two", "one")


def test_a_flag_that_was_not_given_changes_nothing():
    assert load(environ={}, flags={"server.port": None}).server.port == 55555


def test_the_platforms_own_file_is_read_when_it_is_there():
    path = default_path()
    path.parent.mkdir(parents=True)
    path.write_text("[server]\nport = 6667")

    assert load(environ={}).server.port == 6667


def test_the_file_is_read_with_tables_of_listeners(file):
    path = file('[[listeners]]\nport = 6697\nprotocols = ["tls"]\n[[listeners]]\nhost = "::1"\nport = 22')

    first, second = load(path, {}).listeners

    assert (first.port, first.protocols) == (6697, ("tls",))
    assert (second.host, second.protocols) == ("::1", ("irc", "tls", "http", "legacy"))


def test_variables_are_read_by_the_type_of_their_setting():
    config = load(
        environ={
            "CHOVER_SERVER_CLOAK": "false",
            "CHOVER_LIMITS_PING_SECONDS": "30",
            "CHOVER_LIMITS_QUIET": "5",
            "CHOVER_SERVER_PASSWORD": "007",
            "CHOVER_CHANNELS_AUTOJOIN": "#lobby, #help",
            "CHOVER_LISTENERS": '[{"port": 6697, "protocols": ["tls"]}]',
        }
    )

    assert config.server.cloak is False
    assert config.limits.ping_seconds == 30.0
    assert config.limits.quiet == 5
    assert config.server.password == "007"
    assert config.channels.autojoin == ("#lobby", "#help")
    assert config.listeners[0].port == 6697


def test_a_list_in_a_variable_may_be_json_or_empty():
    assert load(environ={"CHOVER_CHANNELS_AUTOJOIN": '["#a"]'}).channels.autojoin == ("#a",)
    assert load(environ={"CHOVER_CHANNELS_AUTOJOIN": ""}).channels.autojoin == ()


def test_listeners_of_a_variable_replace_those_of_the_file(file):
    path = file("[[listeners]]\nport = 6697")

    assert load(path, {"CHOVER_LISTENERS": "[]"}).listeners == ()


def test_variables_of_other_programs_and_of_our_own_tests_are_let_alone():
    assert load(environ={"CHOVER_NOTHING_SKIPPED": "1", "CHOVERSERVER_PORT": "1", "HOME": "/"}).server.port == 55555


@pytest.mark.parametrize("row", [row for row in describe() if "[]" not in row.key], ids=lambda row: row.key)
def test_every_setting_has_a_variable(row):
    section, name = row.key.split(".")
    given = ",".join(row.default) if isinstance(row.default, tuple) else str(row.default)

    config = load(environ={f"CHOVER_{section.upper()}_{name.upper()}": given})

    assert getattr(getattr(config, section), name) == row.default


# ---- mistakes


def test_an_unknown_setting_in_the_file_names_the_nearest_one(file):
    path = file("[limits]\nflod = true")

    assert complaint(path) == f"unknown setting limits.flod in {path}; the nearest one is limits.flood"


def test_a_setting_in_the_wrong_section_names_the_right_one(file):
    assert "the nearest one is limits.nick_len" in complaint(file("[server]\nnick_len = 9"))
    assert "the nearest one is server.motd" in complaint(file("motd = 9"))


def test_an_unknown_section_names_the_nearest_one(file):
    assert "unknown section [limts]" in complaint(file("[limts]\nflood = true"))
    assert "the nearest one is [limits]" in complaint(file("[limts]\nflood = true"))
    assert "the nearest one is [listeners]" in complaint(file("[[listener]]\nport = 1"))


def test_an_unknown_setting_of_a_listener_names_the_nearest_one(file):
    assert "the nearest one is listeners.tls_cert" in complaint(file('[[listeners]]\ncert = "x"'))


def test_an_unknown_variable_names_the_nearest_one():
    said = complaint(environ={"CHOVER_SERVER_PRT": "1"})

    assert said == "unknown setting CHOVER_SERVER_PRT; the nearest one is CHOVER_SERVER_PORT"


def test_a_variable_of_a_single_listeners_setting_points_to_the_list():
    assert "the nearest one is CHOVER_LISTENERS" in complaint(environ={"CHOVER_LISTENERS_PORT": "1"})


def test_an_unknown_flag_names_the_nearest_one():
    assert "the nearest one is server.port" in complaint(flags={"server.prot": 1})
    assert "unknown setting listeners.port" in complaint(flags={"listeners.port": 1})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[server]\nport = 70000", "server.port is 70000 in FILE; it must be a whole number from 0 to 65535"),
        ("[server]\nport = '1'", 'server.port is "1" in FILE; it must be a whole number from 0 to 65535'),
        ("[server]\nport = true", "server.port is true in FILE; it must be a whole number from 0 to 65535"),
        ("[server]\ncloak = 1", "server.cloak is 1 in FILE; it must be true or false"),
        (
            "[server]\ndrain_seconds = nan",
            "server.drain_seconds is NaN in FILE; it must be a number from 0 to 60",
        ),
        ("[server]\ndrain_seconds = inf", "server.drain_seconds is Infinity in FILE; it must be a number"),
        ("[server]\npassword = 5", "server.password is not shown in FILE; it must be text of one line"),
        ("[server]\nnetwork = 'My Net'", 'server.network is "My Net" in FILE; it must be one word of ASCII'),
        ("[server]\nname = 'chat'", 'server.name is "chat" in FILE; it must be a name with a dot in it'),
        ('[server]\nhost = "a\\nb"', 'server.host is "a\\nb" in FILE; it must be text of one line'),
        ("[server]\nmotd = 2026-01-01", 'server.motd is "2026-01-01" in FILE; it must be text'),
        (
            "[store]\ndurability = 'safe'",
            'store.durability is "safe" in FILE; it must be one of power, process',
        ),
        ("[limits]\nping_seconds = 0", "limits.ping_seconds is 0 in FILE; it must be a number above 0"),
        (
            "[[listeners]]\nprotocols = ['ssh']",
            'listeners[0].protocols is ["ssh"] in FILE; it must be a list of one or more of',
        ),
        (
            "[[listeners]]\nprotocols = []",
            "listeners[0].protocols is [] in FILE; it must be a list of one or more of",
        ),
        (
            "[[listeners]]\ndoors = ['tls']",
            "listeners.doors in FILE is now called listeners.protocols",
        ),
        (
            "[channels]\nautojoin = ['lobby']",
            'channels.autojoin is ["lobby"] in FILE; it must be channel names: a',
        ),
        (
            "[channels]\nautojoin = '#lobby'",
            'channels.autojoin is "#lobby" in FILE; it must be a list of channel',
        ),
        ("[tls]\ncert = 'x'", "tls.key is not set; it must be given as well, because cert is"),
        ("[tls]\ncert = 'x'\nkey = ''", 'tls.key is "" in FILE; it must be given as well, because cert is'),
        ("server = 5", "server in FILE must be a table: [server]"),
        ("[listeners]\nport = 5", "listeners in FILE must be a list of tables: [[listeners]]"),
        ("[server", "FILE is not TOML: "),
    ],
)
def test_each_mistake_in_a_file_says_what_was_given_and_what_is_allowed(file, line, said):
    path = file(line)

    assert said in complaint(path).replace(str(path), "FILE")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        (
            "CHOVER_SERVER_PORT",
            "irc",
            'server.port is "irc" in CHOVER_SERVER_PORT; it must be a whole number',
        ),
        (
            "CHOVER_SERVER_CLOAK",
            "yes",
            'server.cloak is "yes" in CHOVER_SERVER_CLOAK; it must be true or false',
        ),
        ("CHOVER_LIMITS_PING_SECONDS", "nan", 'limits.ping_seconds is "nan" in CHOVER_LIMITS_PING_SECONDS'),
        ("CHOVER_CHANNELS_AUTOJOIN", "[lobby", 'channels.autojoin is "[lobby" in CHOVER_CHANNELS_AUTOJOIN'),
        ("CHOVER_LISTENERS", "6697", "listeners in CHOVER_LISTENERS must be a list of tables"),
        ("CHOVER_LISTENERS", "[{", "CHOVER_LISTENERS must be a JSON list, such as"),
    ],
)
def test_each_mistake_in_a_variable_names_the_variable(variable, value, said):
    assert said in complaint(environ={variable: value})


def test_a_mistake_in_a_flag_names_the_flag():
    assert complaint(flags={"server.port": 70000}) == (
        "server.port is 70000 by --port; it must be a whole number from 0 to 65535"
    )


def test_a_long_value_is_not_repeated_whole():
    assert len(complaint(environ={"CHOVER_SERVER_HOST": "x" * 9999})) < 200


def test_a_file_that_was_named_must_be_there(tmp_path):
    assert complaint(tmp_path / "no.toml") == f"there is no configuration file {tmp_path / 'no.toml'}"


def test_a_directory_is_no_configuration_file(tmp_path):
    assert "cannot be read: Is a directory" in complaint(tmp_path)


def test_a_file_in_another_encoding_is_named_with_the_place(tmp_path):
    path = tmp_path / "latin.toml"
    path.write_bytes("# Gr\xfc\xdfe".encode("latin-1"))

    assert complaint(path) == f"the configuration file {path} is not UTF-8 at byte 4"


def test_every_flag_is_that_of_a_setting():
    assert {nearest(key) for key in FLAGS} == set(FLAGS)


def test_an_operator_of_a_class_that_is_not_there_is_refused():
    environ = {"CHOVER_OPERATORS": '[{"name": "root", "password": "sesame", "in_class": "helpers"}]'}
    with pytest.raises(ConfigError, match=r"classes\.name .* given as helpers, because operators\.in_class is"):
        load(environ=environ, flags={})
