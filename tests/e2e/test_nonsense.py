"""Nonsense in all its forms: every command with arguments that nobody would give it, from several people at once."""

import random

from chover.server.table import COMMANDS
from tests.e2e.wire import Irc

PEOPLE = 5
ROUNDS = 30
LINES = 40
# All that there are and two that there are not, but for what ends the connection or waits after wrong passwords.
SLOWED = {"IDENTIFY", "OPER", "RECOVER", "REDEEM", "REGISTER", "RESET", "VERIFY", "GHOST", "AUTHENTICATE"}
NAMES = [*sorted(COMMANDS.keys() - {"QUIT", "WEBIRC"} - SLOWED), "001", "é"]
WORDS = """
    #lobby #a #b #ä # * #* a,b,c #a,#b,#lobby ,,, @ ! : :: -1 0 99999999999999999999 LS 302 REQ END LATEST BEFORE AFTER
    BETWEEN msgid=x timestamp=x timestamp=9999-12-31T23:59:59.999Z timestamp=0001-01-01T00:00Z p0 p1 p2
    +o -o +b +k -k +l +ovbk +imnst -imnst +z - + *!*@* p1!*@* key -batch batch labeled-response ☕ \u202e \ufeff
"""
SPECIAL = ("#" + "x" * 70, "a" * 300, "", "\x01ACTION x\x01", "\x01VERSION\x01")
TAGS = ("", "", "", "@label=7 ", "@+x=y;label= ", "@+chover.chat/nonce=1 ", "@a=\\:\\;;;=; ", ":p1!x@y ")


def nonsense(chance):
    words = [chance.choice([*WORDS.split(), *SPECIAL]) for _ in range(chance.randrange(6))]
    if words and chance.random() < 0.5:
        words[-1] = f":{words[-1]} and more"
    return f"{chance.choice(TAGS)}{chance.choice(NAMES)} {' '.join(words)}"


def test_nonsense_is_answered_and_nobody_falls_over_it(serve):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    chance = random.Random(7)
    people = [Irc(server.port, f"p{number}") for number in range(PEOPLE)]
    try:
        for _ in range(ROUNDS):
            for person in people:
                person.send(*[nonsense(chance) for _ in range(LINES)])
            answers = [line for person in people for line in person.fence()]
            assert not [line for line in answers if " UNKNOWN_ERROR " in line]
    finally:
        for person in people:
            person.close()
    for _ in range(ROUNDS):
        with Irc(server.port) as stranger:
            stranger.send(*[nonsense(chance) for _ in range(LINES)])
            stranger.send("PING early")
            assert not [line for line in stranger.until("early|^ERROR") if " UNKNOWN_ERROR " in line]
    server.kill()
    server.start()
    with Irc(server.port, "sane") as sane:
        assert sane.say("all is well")
