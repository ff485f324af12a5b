"""Secrets that are said to a server in every way in: none is in its log, nor in what its operator sees of it.

Passwords are not in the data directory either.
"""

import socketserver
import urllib.request

import pytest

from tests.e2e.push_receiver import receiving
from tests.e2e.secret_ways import WAYS, Scene, Secrets, mailbox
from tests.e2e.server import chover
from tests.terminal import BOUND


def shown(scene):
    """All that the operator of a server sees of it, by what shows it."""
    port = scene.server.port
    pages = {}
    for path in ("metrics", "healthz"):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=BOUND) as answer:
            pages[path] = answer.read().decode()
    for command in ("status", "status --json", "account list", "who --past", "ban list", "operator list"):
        pages[command] = scene.run(*command.split())
    done = chover("doctor", "--data", str(scene.server.data), home=scene.server.home)
    pages["doctor"] = done.stdout + done.stderr
    pages["config"] = chover("config", "--config", str(scene.file), home=scene.server.home).stdout
    return pages


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_in_the_log_or_in_what_an_operator_sees(serve, tmp_path, form):
    secrets = Secrets()
    root, gate, metrics, smtp = (secrets.word(way) for way in ("OPER", "WEBIRC", "metrics-token", "SMTP"))
    file = tmp_path / "chover.toml"
    with mailbox() as post, receiving() as push, socketserver.TCPServer(("127.0.0.1", 0), None) as nobody:
        closed = nobody.server_address[1]
        nobody.server_close()
        file.write_text(
            f'[server]\nlog_level = "debug"\n[log]\nformat = "{form}"\n[web]\nmetrics_token = "{metrics}"\n'
            f'[outgoing]\nnetworks = ["127.0.0.1"]\n[accounts]\nhash_cost = "cheap"\n'
            f'[[operators]]\nname = "root"\npassword = "{root}"\n'
            f'[[gateways]]\nname = "gate"\npassword = "{gate}"\naddresses = ["127.0.0.0/8"]\n'
            f'[mail]\nhost = "127.0.0.1"\nport = {post.server_address[1]}\ntls = "none"\n'
            f'user = "chover"\npassword = "{smtp}"\n'
        )
        server = serve("--config", str(file))
        scene = Scene(server, secrets, post.mails, push)
        scene.root, scene.gate, scene.metrics, scene.closed, scene.file = root, gate, metrics, closed, file
        for way in WAYS:
            way(scene)
        file.write_text(
            file.read_text().replace(root, secrets.word("OPER-new")).replace(smtp, secrets.word("SMTP-new"))
        )
        scene.run("reload")
        file.write_text(f"{file.read_text()}[tls]\ncert = {secrets.word('settings-that-are-none')}\n")
        scene.run("reload", status=1)
        file.write_text(file.read_text().partition("[tls]")[0])
        pages = shown(scene)
        server.stop()
    pages["log"] = server.log()
    assert "failed login" in pages["log"]
    assert {what: found for what, page in pages.items() if (found := secrets.found_in(page))} == {}
    assert kept_in(server.data, secrets.never_kept) == []


def kept_in(directory, secrets):
    """Those that stand in a file below it."""
    kept = b"".join(path.read_bytes() for path in directory.rglob("*") if path.is_file()).lower()
    return [secret for secret in secrets if secret.lower().encode() in kept]
