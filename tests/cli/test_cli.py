"""The command line as people meet it: what is printed where, and the exit status."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

import chover
from chover.cli import main
from chover.cli.server import ready_lines
from chover.client import classic, script
from chover.client.dial import Server
from chover.client.script import Place
from chover.ports import StoreError


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


# ---- what every command has in common


def test_the_version_is_said_and_nothing_else_done(chover_says):
    assert chover_says("--version") == (0, f"chover {chover.__version__}\n", "")


def test_help_lists_every_command_with_a_line_that_is_not_cut_off(chover_says):
    status, out, _ = chover_says("--help")

    assert status == 0
    for command in ("serve", "chat", "send", "tail", "who", "stop", "reload", "config"):
        assert f"  {command} " in out
    assert "..." not in out.partition("Commands:")[2]


@pytest.mark.parametrize("command", ["serve", "chat", "send", "tail", "who", "stop", "reload", "config"])
def test_every_option_of_every_command_says_what_it_is_for(chover_says, command):
    status, out, _ = chover_says(command, "--help")

    assert status == 0
    assert all(len(line.split()) > 2 for line in out.splitlines() if line.startswith("  --"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "chover: Missing command (see chover --help)"),
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
            "chover: 'irc' is no port: use a number from 1 to 65535",
        ),
        (["chat", "host:70000"], "chover: '70000' is no port: use a number from 1 to 65535"),
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


# ---- serve


def test_serve_runs_the_server_with_file_and_flags_and_returns_its_status(chover_says, stand_in, tmp_path):
    seen = {}
    stand_in("chover.serve", run=lambda config, **rest: seen.update(config=config, **rest) or 7)
    file = tmp_path / "c.toml"
    file.write_text('[server]\nport = 1\nnetwork = "Ours"')

    status, _, _ = chover_says(
        "serve", "--host", "::1", "--port", "0", "--data", "/srv/x", "--config", str(file), "--verbose"
    )

    server = seen["config"].server
    assert status == 7
    assert (server.host, server.port, server.data_dir) == ("::1", 0, "/srv/x")
    assert (server.network, server.log_level) == ("Ours", "debug")
    assert callable(seen["ready"])

    file.write_text('[server]\nport = 1\nnetwork = "Theirs"')
    again = seen["reread"]().server
    assert (again.network, again.port) == ("Theirs", 0)


def test_ctrl_c_before_the_server_takes_it_is_no_failure(chover_says, stand_in):
    def run(*_, **__):
        raise KeyboardInterrupt

    stand_in("chover.serve", run=run)

    assert chover_says("serve") == (0, "", "")


def test_a_store_that_cannot_be_opened_is_one_line_and_status_1(chover_says, stand_in):
    def run(*_, **__):
        raise StoreError("the data directory /srv/x is in use by process 4711; stop it or use --data")

    stand_in("chover.serve", run=run)

    assert chover_says("serve") == (
        1,
        "",
        "chover: the data directory /srv/x is in use by process 4711; stop it or use --data\n",
    )


def ready(*bound, **given):
    about = {"local_ip": "192.0.2.9", "spki": "", "sha256": "", "data_dir": "/srv/x"} | given
    return SimpleNamespace(bound=list(bound), **about)


def test_the_ready_word_says_how_to_connect_from_here_and_from_elsewhere(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/usr/bin/chover"])
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/chover")

    lines = ready_lines(ready(("0.0.0.0", 55555), ("::", 55555), spki="pin", sha256="AB:CD"))

    assert lines == [
        f"ChatOverSockets {chover.__version__} listens on 0.0.0.0:55555 and [::]:55555. Ctrl-C stops it.",
        "  chat from here  chover chat",
        "  from elsewhere  chover chat 192.0.2.9",
        "  any IRC client  /connect 192.0.2.9 55555   (with TLS or without)",
        "  certificate     SHA-256 AB:CD",
        "                  SPKI pin pin",
        "  data            /srv/x",
    ]


def test_the_ready_word_names_another_port_wherever_it_is_needed():
    text = "\n".join(ready_lines(ready(("0.0.0.0", 6667))))

    assert "chat localhost:6667" in text
    assert "chover chat 192.0.2.9:6667" in text
    assert "/connect 192.0.2.9 6667" in text
    assert "SHA-256" not in text


def test_the_ready_word_of_a_server_for_this_machine_alone_says_so():
    text = "\n".join(ready_lines(ready(("127.0.0.1", 55555), ("::1", 55555))))

    assert "only this machine can connect" in text
    assert "/connect localhost 55555" in text
    assert "192.0.2.9" not in text


def test_the_ready_word_brackets_an_address_of_ipv6():
    assert "chover chat [2001:db8::1]:6667" in "\n".join(ready_lines(ready(("::", 6667), local_ip="2001:db8::1")))


@pytest.mark.parametrize(
    ("argv", "found", "said"),
    [
        ("src/chover/__main__.py", None, "python -m chover chat"),
        ("{here}/.venv/bin/chover", None, ".venv/bin/chover chat"),
        ("{here}/.venv/bin/chover", "/usr/bin/chover", ".venv/bin/chover chat"),
        ("/opt/bin/chover", None, "/opt/bin/chover chat"),
        ("chatOverSockets.py", None, "chover chat"),
    ],
)
def test_the_ready_word_names_the_command_as_it_can_be_typed_here(argv, found, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [argv.format(here=tmp_path)])
    monkeypatch.setattr(sys, "executable", "/usr/bin/python")
    monkeypatch.setattr("shutil.which", lambda _: found)

    assert f"  chat from here  {said}" in ready_lines(ready(("", 55555)))


# ---- config


def test_config_prints_every_setting_and_where_they_come_from(chover_says, tmp_path):
    status, out, _ = chover_says("config")

    assert status == 0
    assert out.startswith(f"# From {tmp_path}/config/chover/chover.toml (if there is one)")
    assert f"# The data is in {tmp_path}/data/chover" in out
    assert "# port = 55555" in out
    assert "# [[listeners]]" in out


def test_config_prints_one_section_or_the_bare_value_of_one_setting(chover_says, tmp_path):
    file = tmp_path / "c.toml"
    file.write_text('[server]\nnetwork = "Ours"\n[limits]\nquiet = 5')

    assert chover_says("config", "server.network", "--config", str(file)) == (0, "Ours\n", "")
    assert chover_says("config", "limits.quiet", "--config", str(file)) == (0, "5\n", "")
    assert chover_says("config", "channels.autojoin") == (0, '["#lobby"]\n', "")
    assert chover_says("config", "store")[1].startswith("[store]\n")


# ---- the clients


@pytest.fixture
def clients(monkeypatch):
    """The calls that reach the terminal's client and the one for scripts."""
    calls = []

    def called(name, status):
        return lambda *args, **kwargs: calls.append((name, args, kwargs)) or status

    monkeypatch.setattr(classic, "run", called("chat", 0))
    monkeypatch.setattr(script, "send", called("send", 3))
    monkeypatch.setattr(script, "tail", called("tail", 0))
    return calls


def test_chat_connects_to_this_machines_server_by_its_settings(chover_says, clients, monkeypatch):
    monkeypatch.setenv("CHOVER_SERVER_PORT", "6667")
    monkeypatch.setenv("CHOVER_SERVER_PASSWORD", "hunter2")

    assert chover_says("chat", "--classic", "--nick", "alice") == (0, "", "")

    assert clients == [("chat", (Server("127.0.0.1", 6667), "alice"), {"password": "hunter2"})]


def test_chat_connects_to_where_this_machines_server_really_listens(chover_says, clients, monkeypatch):
    monkeypatch.setenv("CHOVER_SERVER_HOST", "192.0.2.9")

    chover_says("chat", "--classic")

    assert clients[0][1][0] == Server("192.0.2.9", 55555)


def test_chat_without_classic_says_in_one_line_what_it_is_instead(chover_says, clients):
    status, _, err = chover_says("chat", "example.org")

    assert status == 0
    assert err == "The full-screen client comes with the next release; this is --classic.\n"
    assert clients == [("chat", (Server("example.org", 55555), ""), {"password": ""})]


def test_the_password_of_another_server_comes_from_the_environment(chover_says, clients, monkeypatch):
    monkeypatch.setenv("CHOVER_SERVER_PASSWORD", "ours")
    monkeypatch.setenv("CHOVER_PASSWORD", "theirs")

    chover_says("chat", "--classic", "example.org")

    assert clients[0][2] == {"password": "theirs"}


def test_send_joins_its_words_and_returns_the_clients_status(chover_says, clients):
    assert chover_says("send", "#lobby", "hello", "world", "--server", "h:1", "--nick", "bot")[0] == 3

    assert clients == [("send", ("#lobby", "hello world"), {"place": Place(Server("h", 1), "bot")})]


def test_send_without_text_leaves_standard_input_to_the_client(chover_says, clients):
    chover_says("send", "#lobby")

    assert clients == [("send", ("#lobby", None), {"place": Place(Server("127.0.0.1", 55555), "guest")})]


def test_tail_asks_for_json_when_told_to(chover_says, clients):
    chover_says("tail", "#lobby", "--json")

    assert clients[0] == ("tail", ("#lobby",), {"as_json": True, "place": Place(Server("127.0.0.1"), "guest")})


def test_ctrl_c_before_anything_was_acknowledged_is_a_failure(chover_says, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(script, "send", interrupt)

    assert chover_says("send", "#lobby", "hello") == (1, "", "chover: interrupted\n")
