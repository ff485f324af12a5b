"""The first operator of a new server, and the founder of its lobby, by what the server itself says to do."""

import re
import shlex

from tests.e2e.server import chover
from tests.e2e.wire import Irc


def run(server, command, text=""):
    """Run a command as it is printed."""
    _, *words = shlex.split(command)
    done = chover(*words, home=server.home, text=text)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_the_server_prints_makes_an_operator_and_the_lobby_somebodys(serve):
    server = serve()
    way = re.search(r"no operator yet (.*)", server.ready)[1]
    added = way[way.index("operator add") :].replace("NAME", "root")
    with Irc(server.port, "root") as root:
        root.send("PRIVMSG NickServ :REGISTER sesame-open")
        root.expect("root is registered")
        root.send("CS REGISTER #lobby")
        refused = root.expect("You're not a channel operator")
        command = re.search(r"chover channel transfer '#lobby' root", refused)[0]
        assert "root is operator of this server" in run(server, f"chover {added}")
        root.send("OPER root sesame-open")
        root.expect(" 381 root ")
        run(server, f"{command} --data {shlex.quote(str(server.data))}")
        root.expect("MODE #lobby [+]q root")
        root.send("MODE #lobby +m")
        root.expect(":root!.* MODE #lobby :?[+]m")
        run(server, f"chover operator remove root --data {shlex.quote(str(server.data))}")
        root.expect("MODE root :?-o")
        root.send("KILL nobody")
        root.expect(" 481 root ")


def test_one_made_while_no_server_runs_is_one_when_it_does_and_it_is_not_asked_for_again(serve):
    server = serve()
    server.stop()
    data = shlex.quote(str(server.data))
    said = run(server, f"chover operator add root --data {data}")
    word = re.search(r"password +(\S+)", said)[1]
    run(server, f"chover channel transfer '#lobby' root --data {data}")
    server.start()
    assert "no operator yet" not in server.ready
    with Irc(server.port, "somebody") as root:
        root.send(f"PRIVMSG NickServ :IDENTIFY root {word}", f"OPER root {word}")
        root.expect(" 381 root ")
        root.send("NAMES #lobby")
        root.expect(r" 353 root . #lobby :.*~@?root")
