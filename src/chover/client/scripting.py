"""Scripts of the person at this terminal: what they may do, and what happens when one fails.

A script is a Python file with ``setup(chat)``, where ``chat`` is a ScriptChat (docs/python.md). It runs in the client,
with the person's rights. Whatever goes wrong in it unloads that script, is told once, and changes nothing else.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, Protocol

from chover.client.display.text import plain
from chover.client.frontend import LoadedScripts
from chover.client.guard import SERVICES
from chover.client.local.host import ClientHost, NotHere
from chover.client.notifications import PlainLine
from chover.client.state import State
from chover.client.state.actions import CannotDo
from chover.i18n import _

SECONDS: Final = 1.0
"""A function of a script that needs longer is a fault: meanwhile nothing is painted and no key works."""

Heard = Callable[[PlainLine], object]
Sending = Callable[[str, str], "str | None"]
Command = Callable[[str], object]


class ScriptFrontend(Protocol):
    """What scripts need of the front end of a server."""

    host: ClientHost
    state: State
    server_name: str
    """What people call the server."""

    def tell(self, text: str) -> None: ...

    def say_as_it_is(self, target: str, text: str) -> None:
        """Send a text, unchanged by any script. Raises CannotDo."""


class ScriptChat:
    """What a script works with. Its functions are for the thread of the client alone."""

    def __init__(self, name: str, scripts: Scripts) -> None:
        self.name = name
        self.heard: list[Heard] = []
        self.sending: list[Sending] = []
        self.commands: dict[str, tuple[Command, str]] = {}
        self._scripts = scripts

    @property
    def server(self) -> str:
        """The name of the server that a function is called about; otherwise of the one that is shown."""
        return self._scripts.frontend.server_name

    @property
    def nick(self) -> str:
        """Our current nick."""
        return self._scripts.frontend.state.nick

    @property
    def conversation(self) -> str:
        """The channel or the nick that is shown, or ""."""
        current = self._scripts.frontend.state.current
        return current.name if current is not None else ""

    def on_message(self, function: Heard) -> Heard:
        """Call a function with each new message of others: ``conversation``, ``sender``, ``text``, ``mentions``, …"""
        self.heard.append(function)
        return function

    def on_send(self, function: Sending) -> Sending:
        """Call a function with target and text of what is about to be sent. It returns the text to send, or None."""
        self.sending.append(function)
        return function

    def command(self, name: str, help: str = "") -> Callable[[Command], Command]:  # noqa: A002 - as in the table of commands
        """Make ``/name`` a command, whose function gets what stands behind it. Raises ValueError if it is taken."""
        if not name.isidentifier() or self._scripts.is_taken(name):
            raise ValueError(f"/{name} is no name for a command, or it is taken")

        def add(function: Command) -> Command:
            self.commands[name] = function, help
            return function

        return add

    def say(self, target: str, text: str) -> None:
        """Send a message to a channel or a nick. Raises CannotDo, for example for text that looks like a password."""
        self._scripts.frontend.say_as_it_is(target, text)

    def tell(self, text: str) -> None:
        """Show lines to the person at this terminal alone."""
        self._scripts.tell("\n".join(plain(line) for line in text.split("\n")))


class Scripts:
    """The scripts of a client, loaded once for all of its servers.

    ``taken`` says whether a command of that name exists, and ``shown`` is the front end of the server that is shown.
    """

    def __init__(self, host: ClientHost, taken: Callable[[str], bool], shown: Callable[[], ScriptFrontend]) -> None:
        self._host = host
        self._taken = taken
        self._shown = shown
        self._about: ScriptFrontend | None = None
        self._loaded: dict[str, ScriptChat] = {}

    @property
    def frontend(self) -> ScriptFrontend:
        """That of the server which a script is called about; otherwise that of the one which is shown."""
        return self._about or self._shown()

    @contextlib.contextmanager
    def about(self, frontend: ScriptFrontend) -> Iterator[None]:
        """Whatever scripts do meanwhile is about the server of that front end."""
        before, self._about = self._about, frontend
        try:
            yield
        finally:
            self._about = before

    def tell(self, text: str) -> None:
        """Show lines where the person looks."""
        self._shown().tell(text)

    def load_all(self) -> None:
        """Load every script that the host has, at the start. Names that begin with _ are left out."""
        try:
            names = [name for name in self._host.scripts() if not name.startswith("_")]
        except NotHere:
            return
        for name in names:
            self._attempt(name)

    def rows(self) -> list[str]:
        """A line for each script: its name, and its commands. Raises CannotDo."""
        try:
            names = self._host.scripts()
        except NotHere as reason:
            raise CannotDo(str(reason)) from reason
        return [self._row(name) for name in sorted({*names, *self._loaded})]

    def _row(self, name: str) -> str:
        chat = self._loaded.get(name)
        if chat is None:
            return _("{name}: not loaded", name=name)
        told = [f"/{command} {help_}".rstrip() for command, (_, help_) in chat.commands.items()]
        return ", ".join([_("{name}: loaded", name=name), *told])

    def load(self, name: str) -> str:
        """Load a script, or load it anew. Returns what to tell. Raises CannotDo if there is no such script."""
        try:
            source = self._host.script(name)
        except NotHere as reason:
            raise CannotDo(str(reason)) from reason
        self._loaded.pop(name, None)
        chat = ScriptChat(name, self)
        if not self._call(chat, lambda: _set_up(chat, source)):
            return ""
        self._loaded[name] = chat
        return _("{name} is loaded.", name=name)

    def is_taken(self, command: str) -> bool:
        return self._taken(command) or self._command(command) is not None

    def _attempt(self, name: str) -> None:
        try:
            self.load(name)
        except CannotDo as reason:
            self.tell(str(reason))

    def unload(self, name: str) -> str:
        """Unload a script. Returns what to tell. Raises CannotDo."""
        if self._loaded.pop(name, None) is None:
            raise CannotDo(_("{name} is not loaded; /script list shows all scripts.", name=name))
        return _("{name} is unloaded.", name=name)

    def heard(self, line: PlainLine) -> None:
        """A message has arrived. Old ones, our own, and those of ignored people are not for scripts."""
        if line.past or line.own or self.frontend.state.ignores(line.sender, line.account):
            return
        for chat in list(self._loaded.values()):
            for function in chat.heard:
                if not self._call(chat, partial(function, line)):
                    break

    def sending(self, target: str, text: str) -> str | None:
        """What is sent in place of a text; None: nothing. Raises CannotDo if a script fails: then nothing is sent."""
        changed: str | None = text
        if target.lower() in SERVICES:
            # It may be a password.
            return text
        for chat in list(self._loaded.values()):
            for function in chat.sending:
                if changed is not None:
                    changed = self._changed(chat, function, target, changed)
        return changed

    def _changed(self, chat: ScriptChat, function: Sending, target: str, text: str) -> str | None:
        answers: list[str | None] = []
        if not self._call(chat, lambda: answers.append(function(target, text))):
            raise CannotDo(_("It was not sent, because that script might have changed it: send it again."))
        answer = answers[0] if answers else None
        return None if answer is None else str(answer)

    def run(self, name: str, rest: str) -> bool:
        """Run a command of a script. Returns False if there is none of that name."""
        found = self._command(name)
        if found is not None:
            chat, function = found
            self._call(chat, lambda: function(rest))
        return found is not None

    def _command(self, name: str) -> tuple[ScriptChat, Command] | None:
        for chat in self._loaded.values():
            if name in chat.commands:
                return chat, chat.commands[name][0]
        return None

    def _call(self, chat: ScriptChat, work: Callable[[], object]) -> bool:
        """Run something of a script. Returns False if it failed: the script is unloaded, and the reason is told."""
        began = time.monotonic()
        try:
            work()
        except CannotDo as reason:
            # It is the same reason that a person would be told for the same wish.
            self.tell(f"{chat.name}: {reason}")
        except (Exception, SystemExit) as fault:  # noqa: BLE001 - nothing in a script may end the client
            return self._fails(chat, _in_words(chat.name, fault))
        took = time.monotonic() - began
        return took < SECONDS or self._fails(
            chat, _("it needed {seconds} seconds, in which nothing else could happen", seconds=f"{took:.1f}")
        )

    def _fails(self, chat: ScriptChat, reason: str) -> bool:
        self._loaded.pop(chat.name, None)
        again = _("/script load {name} tries it again.", name=chat.name)
        self.tell(
            plain(_("The script {name} is unloaded: {reason}. {again}", name=chat.name, reason=reason, again=again))
        )
        return False


class ServerScripts(LoadedScripts):
    """The scripts as the front end of one server has them: they are told that it is about this server."""

    def __init__(self, scripts: Scripts, frontend: ScriptFrontend) -> None:
        self._scripts = scripts
        self._frontend = frontend

    def rows(self) -> list[str]:
        return self._scripts.rows()

    def load(self, name: str) -> str:
        with self._scripts.about(self._frontend):
            return self._scripts.load(name)

    def unload(self, name: str) -> str:
        return self._scripts.unload(name)

    def run(self, name: str, rest: str) -> bool:
        with self._scripts.about(self._frontend):
            return self._scripts.run(name, rest)

    def heard(self, line: PlainLine) -> None:
        """A message of this server has arrived."""
        with self._scripts.about(self._frontend):
            self._scripts.heard(line)

    def sending(self, target: str, text: str) -> str | None:
        """What is sent to this server in place of a text; None: nothing. Raises CannotDo if a script fails."""
        with self._scripts.about(self._frontend):
            return self._scripts.sending(target, text)


def _set_up(chat: ScriptChat, source: str) -> None:
    """Run a script's file, then its ``setup``."""
    namespace: dict[str, Any] = {"__name__": f"chover_script_{chat.name}", "__file__": f"{chat.name}.py"}
    exec(compile(source, f"{chat.name}.py", "exec"), namespace)  # noqa: S102 - the person's own script
    setup = namespace.get("setup")
    if not callable(setup):
        raise TypeError(_("it has no function setup(chat)"))
    setup(chat)


def _in_words(name: str, fault: BaseException) -> str:
    """A fault, and the line of the script that it is in."""
    line, trace = 0, fault.__traceback__
    while trace is not None:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == f"{name}.py" else line
        trace = trace.tb_next
    line = line or getattr(fault, "lineno", 0) or 0
    return f"{type(fault).__name__}: {fault}{f' (line {line})' if line else ''}"
