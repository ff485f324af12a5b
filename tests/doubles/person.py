"""A person with a client, what that client would show, and a log handler for errors of the server."""

import logging


class Person:
    """A connection, and what a client would show: the members of its channels."""

    def __init__(self, wire, nick):
        self.wire = wire
        self.nick = nick
        self.view = {}
        self.msgids = []
        """What was said in channels, as far as it was heard with its id."""
        self._read = 0

    @property
    def here(self):
        return not self.wire.closed

    def goes_on(self, wire):
        """Continue on another wire, from its first line on."""
        self.wire, self._read = wire, 0

    def look(self):
        """Process the lines that have arrived since."""
        lines, self._read = self.wire.log[self._read :], len(self.wire.log)
        for line in lines:
            getattr(self, f"_{line.command.lower()}", lambda *_: None)(line.source.partition("!")[0], line.params)
            if line.command == "PRIVMSG" and line.params[0].startswith("#") and "msgid" in line.tags:
                self.msgids.append((line.params[0], line.tags["msgid"]))

    def _353(self, _, params):
        # Anybody may ask who is in a public channel.
        members = self.view.get(params[2], set())
        members.update(each.lstrip("~&@%+").partition("!")[0] for each in params[3].split())

    def _join(self, who, params):
        if who == self.nick:
            self.view[params[0]] = set()
        self.view[params[0]].add(who)

    def _part(self, who, params):
        self._gone(who, params[0])

    def _kick(self, _, params):
        self._gone(params[1], params[0])

    def _gone(self, who, channel):
        if who == self.nick:
            del self.view[channel]
        else:
            self.view[channel].remove(who)

    def _quit(self, who, _):
        for members in self.view.values():
            members.discard(who)

    def _nick(self, who, params):
        if who == self.nick:
            self.nick = params[0]
        for members in self.view.values():
            if who in members:
                members.remove(who)
                members.add(params[0])

    def _rename(self, _, params):
        self.view[params[1]] = self.view.pop(params[0])


class Bugs(logging.Handler):
    """Records errors that are logged."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.told = []

    def emit(self, record):
        self.told.append(record.getMessage())
