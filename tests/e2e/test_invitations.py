"""A link of the command line lets somebody in once, on a running server; an operator helps who lost the password."""

import json
import re

from chover.wire.invite import parse
from tests.e2e.server import chover
from tests.e2e.wire import Irc


def operator(server, *arguments, text=""):
    ended = chover(*arguments, "--data", str(server.data), home=server.home, text=text)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_link_registers_logs_in_and_joins_once(serve):
    server = serve(CHOVER_ACCOUNTS_REQUIRED="true", CHOVER_ACCOUNTS_REGISTRATION="invite")
    made = json.loads(operator(server, "invite", "--channel", "#tea", "--json"))
    link = parse(made["link"])
    assert link.port == server.port
    assert f"SPKI pin {link.pin}" in server.ready
    with Irc(server.port) as alice:
        alice.send("CAP LS 302", "NICK alice", "USER a 0 * :Alice", f"REDEEM {link.token}")
        key = alice.expect(r"REDEEM SUCCESS alice chover-\S+ #tea ").split()[4]
        alice.send("CAP END")
        alice.expect(r" 001 alice ")
        alice.expect(r":alice!\S+ JOIN :?#tea")
        with Irc(server.port) as bob:
            bob.send("NICK bob", "USER b 0 * :Bob", f"REDEEM {link.token} bob")
            bob.expect(r"ERROR :Log in first")
        with Irc(server.port) as bob:
            bob.send("CAP LS 302", f"REDEEM {link.token} bob")
            bob.expect(r"FAIL REDEEM INVITE_USED_UP bob ")
        assert '"name": "alice"' in operator(server, "account", "show", "alice", "--json")
        operator(server, "account", "suspend", "alice", "--reason", "spam")
        alice.expect(r"ERROR :alice is suspended: spam")
    operator(server, "account", "resume", "alice")
    server.stop()
    server.start()
    with Irc(server.port) as alice:
        alice.send(f"PASS alice:{key}", "NICK alice", "USER a 0 * :Alice")
        alice.expect(r" 001 alice ")


def test_anyone_who_lost_the_password_gets_in_by_the_operators_code(serve):
    server = serve()
    operator(server, "account", "add", "alice", "--password", text="forgotten\n")
    code = re.search(r"code +([0-9a-f]{16})", operator(server, "account", "passwd", "alice"))[1]
    with Irc(server.port) as alice:
        alice.send("NICK someone", "USER a 0 * :A")
        alice.expect(r" 001 ")
        alice.send("PRIVMSG NickServ :RESET alice 0123456789abcdef new-password")
        alice.expect(r"That code is wrong")
        alice.send(f"PRIVMSG NickServ :RESET alice {code} new-password")
        alice.expect(r"alice has a new password")
        alice.send("PRIVMSG NickServ :IDENTIFY alice forgotten")
        alice.expect(r"Wrong account or password")
        alice.send("PRIVMSG NickServ :IDENTIFY alice new-password")
        alice.expect(r"NICK :?alice")
