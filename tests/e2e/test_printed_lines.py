"""What the server and its commands print works as it is printed, while the certificate is self-made."""

import re
import shlex
import ssl
import subprocess
import urllib.request
from urllib.parse import urldefrag

from chover.wire.invite import parse
from tests.e2e.server import chover
from tests.e2e.wire import Irc
from tests.terminal import BOUND, terminal


def printed(server, *arguments):
    done = chover(*arguments, "--data", str(server.data), home=server.home)
    assert done.returncode == 0, done.stderr
    return dict(re.findall(r"^(.{16}) (.*)$", done.stdout, re.MULTILINE)), done.stdout


def first_start(tmp_path):
    return "-m", "chover", "serve", "--host", "127.0.0.1", "--port", "0", "--data", str(tmp_path / "data")


def page(address):
    """What a browser gets there, whatever it thinks of the certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    https = {"context": context} if address.startswith("https:") else {}
    with urllib.request.urlopen(urldefrag(address)[0], timeout=BOUND, **https) as answer:
        return answer.read().decode()


def test_the_curl_line_of_a_hook_posts_and_trusts_no_other_key(needs, shared):
    needs("curl", "apt-get install curl")
    with Irc(shared.port, "nora") as nora:
        rows, _ = printed(shared, "hook", "add", "#lobby", "--name", "deploys")
        command = shlex.split(rows[f"{'curl':<16}"])
        done = subprocess.run(command, capture_output=True, text=True, timeout=BOUND, check=False)
        assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr
        nora.expect(r":deploys!hook@hooks PRIVMSG #lobby :hello")
        wrong = [re.sub("sha256//.", "sha256//_", word) for word in command]
        refused = subprocess.run(wrong, capture_output=True, text=True, timeout=BOUND, check=False)
        assert refused.returncode == 90  # CURLE_SSL_PINNEDPUBKEYNOTMATCH


def test_an_invitation_says_that_the_browser_warns_and_names_an_address_that_does_without(shared):
    rows, text = printed(shared, "invite")

    assert "the browser warns, because the server made its certificate itself" in text
    assert "<html" in page(rows[f"{'in a browser':<16}"])
    plain = rows[f"{'without warning':<16}"].split()[0]
    assert plain == f"http://127.0.0.1:{shared.port}/"
    assert "for guests" in rows[f"{'without warning':<16}"]
    assert "<html" in page(plain)


def test_where_passwords_may_go_unencrypted_the_invitation_itself_does_without(serve):
    server = serve(CHOVER_ACCOUNTS_PLAINTEXT_PASSWORDS="true", CHOVER_ACCOUNTS_REQUIRED="true")
    rows, _ = printed(server, "invite")
    plain = rows[f"{'without warning':<16}"].split()[0]

    assert plain.startswith(f"http://127.0.0.1:{server.port}/#invite=")
    with Irc(server.port) as bob:
        token = re.search(r"invite=([\w-]+)", plain)[1]
        bob.send("CAP LS 302", f"REDEEM {token} bob")
        bob.expect("REDEEM SUCCESS bob")


def test_where_only_accounts_come_in_no_address_without_encryption_is_named(serve):
    server = serve(CHOVER_ACCOUNTS_REQUIRED="true")
    rows, text = printed(server, "invite")

    assert f"{'without warning':<16}" not in rows
    assert "the browser warns" in text


def test_behind_a_proxy_the_link_leads_to_the_pages_address_and_nothing_warns(serve):
    server = serve(CHOVER_WEB_URL="https://chat.example.org/chat")
    rows, text = printed(server, "invite")

    assert rows[f"{'in a browser':<16}"].startswith("https://chat.example.org/chat/#invite=")
    assert "warn" not in text
    assert "in a browser    https://chat.example.org/chat" in server.ready


def test_the_ready_word_names_an_address_for_the_browser(shared):
    address = re.search(r"in a browser +(http://\S+)", shared.ready)[1]

    assert "<html" in page(address)


async def test_a_first_start_on_a_terminal_shows_an_invitation_that_can_be_followed(tmp_path):
    async with terminal(*first_start(tmp_path), HOME=str(tmp_path)) as screen:
        screen.resize(150, 80)
        await screen.shows("started as process")
        shown = "\n".join(screen.lines)
        assert "for              10 people, until" in shown
        assert sum("█" in line for line in screen.lines) > 20, shown
        assert shown.index("to revoke it") < shown.index("chat from here") < shown.index("no operator yet")
        link = parse(re.search(r"chover join '(\S+)'", shown)[1])
        assert f"listens on 127.0.0.1:{link.port}." in shown
        with Irc(link.port) as bob:
            bob.send("CAP LS 302", f"REDEEM {link.token} bob")
            bob.expect("REDEEM SUCCESS bob")
        screen.type("\x03")
        assert await screen.ends() == 0

    async with terminal(*first_start(tmp_path), HOME=str(tmp_path)) as screen:
        screen.resize(150, 80)
        await screen.shows("started as process")
        assert "to revoke it" not in "\n".join(screen.lines), "there is an account now"
        screen.type("\x03")
        assert await screen.ends() == 0
