"""A small team and what it says: what the pictures of the docs show."""

import math
import struct
import urllib.request
import zlib
from urllib.parse import quote

from tests.e2e.wire import Irc

CAPS = "message-tags echo-message server-time batch labeled-response"
HOME, PLANS, KITCHEN, SITE = "#lake-house", "#plans", "#kitchen", "#site-visits"
CHANNELS = (PLANS, KITCHEN, SITE, HOME)
TOPIC = "The house by the lake: drawings, dates, decisions. Minutes: https://lakeside.example/minutes"
PEOPLE = ("bob", "carol", "jonas", "mina", "sam")
SKY, WATER = (214, 228, 236), (138, 176, 190)
RIDGES = ((124, 152, 150), (88, 122, 118), (52, 86, 84))


def hills(width, height, shift):
    """A picture of ridges over water, in few colours, as PNG."""

    def colour(x, y):
        if y > 0.82:
            return WATER
        for number, ridge in reversed(list(enumerate(RIDGES))):
            edge = (
                0.36 + 0.15 * number + 0.09 * math.sin(4 * x + 2.1 * number + shift) + 0.03 * math.sin(13 * x + shift)
            )
            if y > edge:
                return ridge
        return SKY

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"".join(bytes(colour(x / width, y / height)) for x in range(width)) for y in range(height))
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def uploaded(port, name, content):
    """Upload a file as a guest. Returns its address."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/files/{quote(name)}", content, method="PUT")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode().strip()


class Team:
    """Five people in four channels, with a history of their own; close it at the end."""

    def __init__(self, port):
        self.port = port
        self.people = {nick: Irc(port, nick, CAPS) for nick in PEOPLE}
        self.bob, self.carol, self.jonas, self.mina, self.sam = self.people.values()
        for nick in ("bob", "carol", "mina"):
            self.people[nick].send(f"PRIVMSG NickServ :REGISTER {nick}-and-the-lake")
        for each in self.people.values():
            each.send(f"JOIN {','.join(CHANNELS)}")
            each.fence()
        self.bob.send(f"TOPIC {HOME} :{TOPIC}", f"MODE {HOME} +v carol")
        self.jonas.send("CAP REQ :draft/metadata-3", "METADATA * SET status :🚲 on my way", "AWAY :🚲 on my way")
        for each in (self.bob, self.jonas):
            each.fence()

    def react(self, msgid, emoji, *nicks):
        for nick in nicks:
            self.people[nick].send(f"@+draft/react={emoji};+draft/reply={msgid} TAGMSG {HOME}")
            self.people[nick].fence()

    def reply(self, msgid, nick, text):
        self.people[nick].send(f"@+draft/reply={msgid} PRIVMSG {HOME} :{text}")
        self.people[nick].fence()

    def before(self):
        """What was said before she came: a question with a thread, and pictures."""
        asked = self.bob.say("The surveyor comes on **Saturday at ten**. Who can be there?", HOME)
        self.reply(asked, "carol", "I can, and I bring the old drawings")
        self.reply(asked, "mina", "Me too. The 8:12 train, then the bus")
        self.reply(asked, "bob", "Perfect, the key is at the boathouse")
        self.react(asked, "👍", "carol", "mina", "sam")
        views = [hills(480, 320, shift) for shift in (0.0, 1.7, 3.1)]
        names = ("From the jetty.png", "North side.png", "Boathouse.png")
        addresses = [uploaded(self.port, name, view) for name, view in zip(names, views, strict=True)]
        shown = self.mina.say(f"Yesterday evening: {' '.join(addresses)}", HOME)
        self.react(shown, "😍", "carol", "bob")
        self.react(shown, "🎉", "sam")

    def now(self):
        """What she hears, and what waits for her elsewhere."""
        drawing = uploaded(self.port, "Section A-A.pdf", b"%PDF-1.7 " + bytes(284_000))
        self.sam.say(f"The new section, with the lower window: {drawing}", HOME)
        hours = self.carol.say("Sun hours of the terrace by month: `python sun.py --lat 47.6`", HOME)
        self.react(hours, "❤️", "mina")
        self.sam.say("\x01ACTION orders the larch\x01", HOME)
        self.bob.say("The canoe needs a new paddle", PLANS)
        self.carol.say("ann, soup or salad?", KITCHEN)
        self.bob.say("Soup!", KITCHEN)
        self.mina.send("PRIVMSG ann :Shall I bring your boots?")
        self.mina.fence()
        self.carol.say("ann: can you take the train at nine?", HOME)

    def close(self):
        for each in self.people.values():
            each.close()
