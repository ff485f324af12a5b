"""irssi and WeeChat log in with SASL, go away, come back, and see what they missed."""

import pytest

from tests.e2e.people import AtIrssi, AtWeeChat
from tests.e2e.wire import Irc

IRSSI = """
servers = ({ address = "127.0.0.1"; chatnet = "chat"; port = "PORT"; autoconnect = "yes"; });
chatnets = { chat = {
  type = "IRC"; nick = "dora"; sasl_mechanism = "PLAIN"; sasl_username = "dora"; sasl_password = "sesame";
}; };
settings = { "irc/core" = { cmd_queue_speed = "10msec"; }; };
"""


class LoggedInIrssi(AtIrssi):
    def __init__(self, home, nick, port):
        (home / "config").write_text(IRSSI.replace("PORT", str(port)))
        super(AtIrssi, self).__init__(home, nick, "irssi", f"--home={home}")


class LoggedInWeeChat(AtWeeChat):
    settings = ("/set irc.server.chat.sasl_username dora", "/set irc.server.chat.sasl_password sesame")


@pytest.mark.parametrize(("program", "client"), [("irssi", LoggedInIrssi), ("weechat-headless", LoggedInWeeChat)])
async def test_a_client_logs_in_goes_and_sees_what_it_missed(serve, tmp_path, needs, program, client):
    needs(program, f"apt-get install {program}")
    server = serve()
    with Irc(server.port, "dora") as registering:
        registering.send("NS REGISTER sesame")
        registering.until(" 900 ")
    homes = [tmp_path / "first", tmp_path / "again"]
    for home in homes:
        home.mkdir()
    with Irc(server.port, "bob") as bob:
        first = client(homes[0], "dora", server.port)
        try:
            await first.arrive()
            bob.send("WHOIS dora")
            bob.until(" 330 bob dora dora ")
        finally:
            await first.close()
        bob.until("dora!.* QUIT")
        bob.say("said while dora was away")
        again = client(homes[1], "dora", server.port)
        try:
            await again.arrive()
            await again.terminal.shows("said while dora was away")
        finally:
            await again.close()
