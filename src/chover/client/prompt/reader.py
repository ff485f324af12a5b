"""For screen readers: lines one after the other and one line to type in. Nothing is drawn, nothing is told by colour.

What is said where one is comes as it is said; of other conversations only what calls one. Lists have numbers, and the
number of a row picks it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import Final

from prompt_toolkit.application import Application, create_app_session, run_in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import BufferControl, Layout, Window
from prompt_toolkit.layout.processors import BeforeInput, ConditionalProcessor, PasswordProcessor
from prompt_toolkit.output import Output

from chover.client.commands import run as run_command
from chover.client.commands.messages import show_missed
from chover.client.connection.connection import Connection
from chover.client.connection.dial import ServerAddress, Unreachable
from chover.client.connection.trust import Untrusted
from chover.client.frontend import Frontend
from chover.client.lines import key, same
from chover.client.local.host import ClientHost, NotHere
from chover.client.local.local_data import LocalData, ServerData
from chover.client.local.settings import ClientSettings
from chover.client.notifications import (
    Caught,
    ChannelLeft,
    Channels,
    Ended,
    Happened,
    HistoryMissed,
    InvitationReceived,
    Note,
    Notification,
    Offline,
    Online,
    PlainLine,
    Undelivered,
    Word,
)
from chover.client.prompt.completing import completing_keys
from chover.client.prompt.field import keep_printable, tabs
from chover.client.screen.bell import wanted
from chover.client.screen.keys.keyboard import escape_closes_nothing, listen
from chover.client.screen.rendering.panels import in_order
from chover.client.screen.rendering.text import plain
from chover.client.searching import Asking, attributes_of
from chover.client.sending import place_of, say, server_at
from chover.client.state import history_requests, leaving
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry, sentence
from chover.client.upload import NotUploaded, upload

BEFORE: Final = 10
"""Messages that are read out when one comes into a conversation; of unread ones all."""
KEYS: Final = (("c-n", 1), ("c-p", -1))
TICK: Final = 1.0
"""Seconds in which the clock is looked at."""


class Reader(Frontend):
    kind = "reader"

    def __init__(
        self,
        host: ClientHost,
        connection: Connection,
        *,
        settings: ClientSettings | None = None,
        input: Input | None = None,  # noqa: A002 - prompt_toolkit's word
        output: Output | None = None,
    ) -> None:
        self.host = host
        self.connection = connection
        self.connection.changed = self._changed
        self.state = connection.state
        self.state.looking = True
        self.settings = settings or ClientSettings(host)
        self.keeper = LocalData(host, self.state, str(connection.server), connection.who)
        self.elsewhere: ServerAddress | None = None
        self._choices: list[str] = []
        self._answer: Callable[[str], None] | None = None
        self._hidden = False
        self._question = ""
        self._chosen: Entry | None = None
        self._shown = ""
        self.buffer = Buffer()
        keep_printable(self.buffer)
        hidden = ConditionalProcessor(PasswordProcessor(), Condition(lambda: self._hidden))
        control = BufferControl(self.buffer, input_processors=[hidden, tabs(), BeforeInput(self._prompt)])
        self.app: Application[None] = Application(
            layout=Layout(Window(control, dont_extend_height=True, wrap_lines=True)),
            key_bindings=self._keys(),
            input=input,
            output=output,
            include_default_pygments_style=False,
        )
        listen(self.app)

    # ---- running

    async def run(self) -> None:
        """Until the user leaves."""
        notifications = asyncio.create_task(self._listen(), name="notifications")
        try:
            self.tell("Type and press Enter; /help lists the commands, Ctrl-N goes to the next conversation.")
            with create_app_session(input=self.app.input, output=self.app.output):
                await self.app.run_async()
        finally:
            notifications.cancel()
            await asyncio.gather(notifications, return_exceptions=True)
            self._depart(now=True)
            self.keeper.write()
            self.keeper.store()

    def close_keeper(self) -> None:
        self.keeper.close()

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    self._read_out(await self.connection.next())
            self._depart(now=False)
            self.keeper.write()
            if self.state.active != self._shown:
                self._arrived()

    def _depart(self, *, now: bool) -> None:
        """Leave what was left ten seconds ago."""
        self.state.now = self.host.now()
        leaving.depart(self.state, now=now)
        self.connection.flush()

    def _changed(self) -> None:
        """What is in the state and in no news: the end of a search."""
        if self.state.search is not None and self.state.search.status != "asking":
            self._found()

    def _read_out(self, notifications: Notification) -> None:
        match notifications:
            case PlainLine():
                self._line(notifications)
            case Happened(conversation, text) if self._here(conversation) and self.settings.get("events") != "no":
                self.tell(text)
            case Undelivered(_, target, text, reason):
                self.tell(f"Not sent to {target}: {text} ({reason})")
            case Word(text) | Note(text):
                self.tell(text)
            case ChannelLeft(channel, reason) if reason != "left":
                self.tell(f"You are not in {channel}: {reason}")
            case InvitationReceived(channel, by):
                self.tell(f"{by} invites you to {channel}: /join {channel}")
            case Caught(conversation, lines) if lines and self._here(conversation) and self.state.current:
                self._recount(self.state.current)
            case _:
                self._server_says(notifications)

    def _server_says(self, notifications: Notification) -> None:
        match notifications:
            case HistoryMissed():
                show_missed(self, notifications)
            case Channels(rows):
                listed = [(f"{name}, {count} here, {topic}", f"/join {name}") for name, count, topic in rows]
                self.choose("Channels", listed)
            case Offline(reason):
                self.tell(f"The connection is lost ({reason}); it is being made again.")
            case Online(_, again) if again:
                self.tell("Connected again.")
            case Ended(reason):
                self.tell(reason)

    def _line(self, line: PlainLine) -> None:
        marks, known = self.state.marks, key(line.conversation)
        if line.past or marks.ignores(line.sender, line.account):
            return
        here = self._here(line.conversation)
        level = "off" if known in marks.muted else marks.notify.get(known, self.settings.get("notify"))
        if not here and not wanted(level, line):
            return
        where = "" if here else " privately" if line.private else f" in {line.conversation}"
        self.tell(f"{self._who(line.sender, line.own, line.kind)}{where}: {line.text}")
        if here:
            self.state.read(self.state.active)
        if wanted(level, line) and self.settings.on("bell"):
            self.app.output.bell()

    def _here(self, conversation: str) -> bool:
        return self.state.current is not None and same(self.state.current.name, conversation)

    @staticmethod
    def _who(nick: str, own: bool, kind: str) -> str:
        who = "You" if own else nick
        return {"action": f"* {who}", "notice": f"{who} (notice)"}.get(kind, who)

    def _arrived(self) -> None:
        """Where one is now, and what was said there."""
        self._shown, current = self.state.active, self.state.current
        self._chosen = None
        if current is None:
            self.tell("You are in no conversation.")
            return
        unread = f", {current.unread} new" if current.unread else ""
        about = (
            f", {len(current.members)} here{f', topic: {current.topic}' if current.topic else ''}"
            if current.channel
            else ""
        )
        self.tell(f"Now in {current.name}{about}{unread}.")
        if not current.gap.asking:
            self._recount(current)

    def _recount(self, current: Conversation) -> None:
        """What was said last, and at least all that is new."""
        rows = [self._said(entry) for entry in current.entries[-max(BEFORE, current.unread) :]]
        if rows:
            self.tell("\n".join(rows))
        self.state.read(current.key)
        self.connection.flush()

    def _said(self, entry: Entry) -> str:
        at = datetime.fromtimestamp(entry.at / 1000, self.host.zone())
        if not entry.is_talk:
            return f"{at:%H:%M} {sentence(entry)}"
        text = "message deleted" if entry.deleted else entry.text + (" (edited)" if entry.edited else "")
        return f"{at:%H:%M} {self._who(entry.nick, entry.own, entry.kind)}: {text}"

    # ---- what is typed

    def _prompt(self) -> StyleAndTextTuples:
        current = self.state.current
        return [("", plain(self._question or f"{current.name if current else ''}> "))]

    def _keys(self) -> KeyBindings:
        made = completing_keys(self.state, self.buffer, self.kind)
        escape_closes_nothing(made, lambda: self.app)
        made.add("enter")(lambda _event: self._accept())
        made.add("c-z")(lambda _event: self._suspend())
        made.add("c-c")(lambda _event: self.obey("/quit") if not self.buffer.text else self.buffer.reset())
        made.add("c-d")(lambda _event: self.obey("/quit") if not self.buffer.text else self.buffer.delete())
        for keys, by in KEYS:
            made.add(keys)(self._step(by))
        return made

    def _suspend(self) -> None:
        """To the shell, which brings us back with ``fg``."""
        try:
            self.host.require_suspend()
        except NotHere as reason:
            self.tell(str(reason))
        else:
            self.app.create_background_task(_within(self.host.suspend))

    def _step(self, by: int) -> Callable[[KeyPressEvent], None]:
        def handle(_event: KeyPressEvent) -> None:
            ordered = in_order(self.state)
            if ordered:
                at = next((at for at, each in enumerate(ordered) if each.key == self.state.active), 0)
                self.show(ordered[(at + by) % len(ordered)])

        return handle

    def _accept(self) -> None:
        text, answer = self.buffer.text, self._answer
        self.buffer.document = Document()
        self._answer, self._hidden, self._question = None, False, ""
        if answer is not None:
            answer(text)
        elif text.strip().isdigit() and 0 < int(text) <= len(self._choices):
            then = self._choices[int(text) - 1]
            self._choices = []
            self.obey(then)
        elif text.strip():
            self._choices = []
            self.obey(text)

    def obey(self, text: str) -> None:
        """Do what was typed."""
        if not text:
            return
        self.state.now = self.host.now()
        try:
            run_command(self, text)
        except CannotDo as reason:
            self.tell(str(reason))
        self.keeper.write()
        self.connection.flush()
        if self.state.active != self._shown:
            self._arrived()

    # ---- Face

    @property
    def kept(self) -> ServerData:
        return self.keeper.kept

    def tell(self, text: str) -> None:
        lines = [plain(line) for line in text.split("\n")]

        def write() -> None:
            self.app.output.write_raw("".join(f"{line}\r\n" for line in lines))
            self.app.output.flush()

        if self.app.is_running and self.app.context is not None:
            # The line that is typed is taken away, and put back below; whoever calls, it is this one's.
            self.app.context.copy().run(lambda: self.app.create_background_task(_within(write)))
        else:
            write()

    def say(self, target: str, text: str, *, action: bool = False, reply_to: str = "") -> None:
        say(self, target, text, action=action, reply_to=reply_to)
        if not self.state.online:
            self.tell("That waits for the connection.")

    def show(self, conversation: Conversation) -> None:
        self.state.show(conversation.key)
        if self.state.active != self._shown:
            self._arrived()

    def chosen(self) -> Entry | None:
        return self._chosen

    def select(self, number: int) -> None:
        current = self.state.current
        if current is not None and 0 <= number - current.first < len(current.entries):
            self._chosen = current.entries[number - current.first]
            self.tell(f"Picked: {self._said(self._chosen)}")

    def confirm(self, question: str, then: str) -> None:
        self._ask(f"{question} (y/n) ", lambda text: self.obey(then if text.lower()[:1] == "y" else ""))

    def secret(self, prompt: str, then: str) -> None:
        self._hidden = True
        self._ask(f"{prompt} ", lambda text: self.obey(f"{then} {text}" if text else ""))

    def _ask(self, question: str, answer: Callable[[str], None]) -> None:
        self._question, self._answer = question, answer
        self.app.invalidate()

    def choose(self, title: str, rows: list[tuple[str, str]]) -> None:
        self._choices = [then for _, then in rows]
        picks = any(self._choices)
        numbered = [f"{at}. {text}" if picks else text for at, (text, _) in enumerate(rows, 1)]
        self.tell("\n".join([title, *numbered, *(["Type a number to pick one."] if picks else [])]))

    def look_for(self, text: str) -> None:
        here = self.state.current.name if self.state.current else ""
        files = self.state.support.get("soju.im/FILEHOST")
        history_requests.search(self.state, attributes_of(text, Asking(self.state.now, self.host.zone(), here, files)))

    def _found(self) -> None:
        """Read out what a search has found."""
        search, self.state.search = self.state.search, None
        if search is None:
            return
        rows = [
            (f"{each.name} {self._said(each.entry)}", f"/goto {each.name} {each.entry.msgid}") for each in search.found
        ]
        self.choose(search.reason or f"{len(rows)} found.", rows)

    def look_at(self, conversation: Conversation, msgid: str) -> None:
        self.show(conversation)
        entry = conversation.find(msgid) if msgid else None
        if entry is not None:
            self._chosen = entry
            self.tell(self._said(entry))
        elif msgid and not history_requests.look_at(self.state, conversation, msgid):
            raise CannotDo("That message is not here, and this server gives no history.")

    def redraw(self) -> None:
        self.app.invalidate()

    def clear(self) -> None:
        self.app.renderer.clear()

    def upload(self, path: str) -> None:
        self.app.create_background_task(self._upload(path))

    async def _upload(self, path: str) -> None:
        self.tell(f"Sending {path}.")
        try:
            address = await upload(self.host, place_of(self), path, lambda _sent, _size: None)
        except (NotUploaded, NotHere, Unreachable, Untrusted) as reason:
            self.tell(str(reason))
            return
        self.buffer.document = Document(f"{self.buffer.text} {address}".lstrip())
        self.tell(f"The server has it as {address}; that stands in your line now, Enter says it.")

    def go_elsewhere(self, address: str) -> None:
        self.elsewhere = server_at(address)
        self.leave()

    def changed_settings(self) -> None: ...

    def leave(self) -> None:
        if self.app.is_running and not self.app.is_done:
            self.app.exit()


async def _within(write: Callable[[], None]) -> None:
    await run_in_terminal(write)
