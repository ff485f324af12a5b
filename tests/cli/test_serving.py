"""``chover serve``: what reaches the server, and what people read when it is ready."""

import sys
from types import SimpleNamespace

import pytest

import chover
from chover.cli.serving import ready_lines
from chover.ports import StoreError


def test_serve_runs_the_server_with_file_and_flags_and_returns_its_status(chover_says, stand_in, tmp_path):
    seen = {}
    stand_in("chover.serve", run=lambda config, **rest: seen.update(config=config, **rest) or 7)
    file = tmp_path / "c.toml"
    file.write_text('[server]\nport = 1\nnetwork = "Ours"')

    status, _, _ = chover_says(
        "serve", "--host", "::1", "--port", "0", "--data", "/srv/x", "--config", str(file), "--verbose", "--announce"
    )

    server = seen["config"].server
    assert status == 7
    assert (server.host, server.port, server.data_dir) == ("::1", 0, "/srv/x")
    assert (server.network, server.log_level) == ("Ours", "debug")
    assert server.announce
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
    about = {
        "local_ip": "192.0.2.9",
        "spki": "",
        "sha256": "",
        "ssh": "",
        "data_dir": "/srv/x",
        "operators": True,
        "site": "",
    } | given
    return SimpleNamespace(bound=list(bound), **about)


def test_the_ready_word_says_how_to_connect_from_here_and_from_elsewhere(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/usr/bin/chover"])
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/chover")

    lines = ready_lines(ready(("0.0.0.0", 55555), ("::", 55555), spki="pin", sha256="AB:CD"))

    assert lines == [
        f"ChatOverSockets {chover.__version__} listens on 0.0.0.0:55555 and [::]:55555. Ctrl-C stops it.",
        "  chat from here  chover chat",
        "  from elsewhere  chover chat 192.0.2.9",
        "  in a browser    http://192.0.2.9:55555/   (https:// warns, but is encrypted)",
        "  any IRC client  /connect 192.0.2.9 55555   (with TLS or without)",
        "  certificate     SHA-256 AB:CD",
        "                  SPKI pin pin",
        "  data            /srv/x",
    ]


def test_the_ready_word_says_how_the_first_operator_is_made_as_long_as_there_is_none(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/usr/bin/chover"])
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/chover")

    lines = ready_lines(ready(("", 55555), operators=False, data_dir="/srv/my chat"))

    assert "  no operator yet chover operator add NAME --data '/srv/my chat'" in lines


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


def test_the_ready_word_names_the_way_in_by_ssh_and_its_key(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/usr/bin/chover"])
    lines = ready_lines(ready(("0.0.0.0", 55555), ssh="SHA256:abc"))
    assert "  with SSH only   ssh -p 55555 you@192.0.2.9" in lines
    assert "                  SSH SHA256:abc" in lines
