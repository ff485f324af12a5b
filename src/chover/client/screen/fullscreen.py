"""The full screen as one object: a host, a connection, an input and an output of prompt_toolkit.

Nothing here is shared between two of them, so that many may run in one process and one loop (SSH). It is
painted at most once a turn of the loop; a frame for a reader who has not taken the last one is left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from prompt_toolkit.application import create_app_session
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output

from chover.client.commands import is_secret
from chover.client.commands import run as run_command
from chover.client.connection.connection import Connection
from chover.client.connection.dial import ServerAddress
from chover.client.frontend import Frontend
from chover.client.guard import looks_like_a_password
from chover.client.local.host import ClientHost
from chover.client.local.local_data import LocalData, ServerData
from chover.client.local.settings import ClientSettings
from chover.client.prompt.completing import Completion
from chover.client.prompt.field import keep_printable
from chover.client.screen import dialogs, frame
from chover.client.screen.application import application
from chover.client.screen.dispatch import take
from chover.client.screen.drafting import Drafting
from chover.client.screen.input_line import Root
from chover.client.screen.layout import Layout
from chover.client.screen.rows import Look, look
from chover.client.screen.theme import Theme, from_environment
from chover.client.screen.uploading import uploading
from chover.client.screen.view import View
from chover.client.sending import say, server_at
from chover.client.state import actions, history_requests, leaving
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.client.state.model.requests import SearchResults

TICK = 1.0
"""Seconds between looks at the clock: who types, what to keep."""
HISTORY = 500
"""Most lines of input that are remembered."""


def _always() -> bool:
    return True


class FullScreen(Frontend):
    """``ready`` says whether the terminal has taken what was written; until ``drained`` nothing more is painted."""

    kind = "terminal"

    def __init__(
        self,
        host: ClientHost,
        connection: Connection,
        *,
        settings: ClientSettings | None = None,
        input: Input | None = None,  # noqa: A002 - prompt_toolkit's word
        output: Output | None = None,
        ready: Callable[[], bool] = _always,
    ) -> None:
        self.host = host
        self.connection = connection
        self.state = connection.state
        self.settings = settings or ClientSettings(host)
        self.keeper = LocalData(host, self.state, str(connection.server), connection.who)
        self.views: dict[str, View] = {}
        self.dialog: dialogs.Dialog | None = None
        self.typed: list[str] = []
        """What was sent, for Ctrl-R and ↑."""
        self.trouble = ""
        """Why there is no connection."""
        self.uploads: dict[str, tuple[int, int]] = {}
        """Files on their way: bytes sent, and bytes in all."""
        self.word = ""
        """A word for whoever is in no conversation; gone with the next key."""
        self.ended = False
        self.elsewhere: ServerAddress | None = None
        """Where to go on, after the end of ``run``."""
        self.focused: bool | None = None
        """Whether the terminal's window has the focus; None: it has not told."""
        self.pasting_until = 0.0
        self.sought = ""
        """The msgid of a message to be shown as soon as it is here."""
        self.drafting = Drafting(self)
        self.theme = self._theme()
        self.buffer = Buffer(multiline=True, on_text_changed=self._text_changed)
        keep_printable(self.buffer)
        self.completion = Completion(self.state, self.buffer, self.kind)
        self.root = Root(self, self.buffer)
        self._ready = ready
        self.app = application(self, input, output)
        self.frame = frame.Frame(self, self.app.output)
        self.app.before_render += lambda _app: self.frame.before()
        self.app.after_render += lambda _app: self.frame.paint()
        self.connection.changed = self._changed

    # ---- running

    async def run(self, *, alone: bool = True) -> None:
        """Until the user leaves. Raises EOFError when the terminal is gone.

        ``alone``: the process is this face's, with its signals and what goes wrong in its loop.
        """
        tasks = [
            asyncio.create_task(self._news(), name="notifications"),
            asyncio.create_task(self._tick(), name="clock"),
        ]
        try:
            for complaint in self.settings.complaints:
                self.tell(complaint)
            # A session of its own: without it all of one process would share what is being typed in.
            with create_app_session(input=self.app.input, output=self.app.output):
                started = self.frame.begin
                await self.app.run_async(pre_run=started, handle_sigint=alone, set_exception_handler=alone)
        finally:
            self.frame.end()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.connection.changed = _nothing
            self.drafting.keep()
            leaving.depart(self.state, now=True)
            self.drafting.flush()
            self.keeper.write()
            self.keeper.store()

    def close_keeper(self) -> None:
        """The last thing: whatever is not sent yet is kept for the next time."""
        self.keeper.close()

    async def _news(self) -> None:
        while True:
            take(self, await self.connection.next())
            self.refresh()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self.state.now = self.host.now()
            self.drafting.rest()
            self._depart()
            self.keeper.write()
            self.keeper.store()
            if any(conversation.typing for conversation in self.state.conversations.values()):
                self.refresh()

    def _depart(self) -> None:
        """Leave what was left ten seconds ago."""
        left = leaving.undoable(self.state)
        leaving.depart(self.state)
        self.connection.flush()
        if leaving.undoable(self.state) is not left:
            self.refresh()

    # ---- what the state is asked for

    def act(self, wish: Callable[[], object]) -> bool:
        """Do something to the state; what follows from it is kept, written and painted. False: it cannot be done."""
        self.state.now = self.host.now()
        self.word = ""
        done = True
        try:
            wish()
        except CannotDo as reason:
            done = False
            self.tell(str(reason))
        self.keeper.write()
        self.connection.flush()
        self.refresh()
        return done

    def _changed(self) -> None:
        self.drafting.follow()
        self.refresh()

    def refresh(self) -> None:
        """Have it painted, in this turn of the loop."""
        if self._ready():
            self.app.invalidate()

    def drained(self) -> None:
        """The terminal has taken everything: what was left out is painted."""
        self.app.invalidate()

    def redraw(self) -> None:
        self.frame.forget()
        self.app.renderer.clear()
        self.refresh()

    # ---- Face

    @property
    def kept(self) -> ServerData:
        return self.keeper.kept

    def tell(self, text: str) -> None:
        for line in text.split("\n"):
            if self.state.current is not None:
                self.state.now = self.host.now()
                self.state.note(line)
            else:
                self.word = line
        self.refresh()

    def say(self, target: str, text: str, *, action: bool = False, reply_to: str = "") -> None:
        say(self, target, text, action=action, reply_to=reply_to)

    def show(self, conversation: Conversation) -> None:
        self.drafting.keep()
        self.dialog = None
        self.state.show(conversation.key)
        self.drafting.restore()
        self.drafting.flush()
        self.refresh()

    def part(self, conversation: Conversation, reason: str) -> None:
        """What was left stands in the status line while it can be brought back."""
        self.drafting.keep()
        self.dialog = None
        leaving.ask_the_way_back(self.state, conversation)
        leaving.leave(self.state, conversation, reason)
        self.drafting.restore()

    def chosen(self) -> Entry | None:
        view = self.view
        return view.entry(view.selected) if view is not None and view.selected is not None else None

    def select(self, number: int) -> None:
        if self.view is not None:
            self.view.selected = number
            self.view.to(number, self.look, self.layout.height)

    def confirm(self, question: str, then: str) -> None:
        self.open(dialogs.Sure(self, question, lambda: self.obey(then)))

    def secret(self, prompt: str, then: str) -> None:
        self.open(dialogs.Secret(self, prompt, then))

    def choose(self, title: str, rows: list[tuple[str, str]]) -> None:
        self.open(dialogs.Choice(self, title, rows))

    def look_for(self, text: str) -> None:
        self.open(dialogs.SearchBox(self, text))

    def clear(self) -> None:
        if self.view is not None:
            self.view.cleared = self.view.conversation.end
            self.view.to_end()

    def upload(self, path: str) -> None:
        self.app.create_background_task(uploading(self, path))

    def go_elsewhere(self, address: str) -> None:
        self.elsewhere = server_at(address)
        self.leave()

    def changed_settings(self) -> None:
        self.theme = self._theme()
        self.redraw()

    def leave(self) -> None:
        if self.app.is_running and not self.app.is_done:
            self.app.exit()

    # ---- what is seen

    @property
    def view(self) -> View | None:
        """Of the conversation that is shown."""
        current = self.state.current
        if current is None:
            return None
        known = self.views.get(current.key)
        if known is None or known.conversation is not current:
            known = self.views[current.key] = View(self.state, current)
        known.events = self.settings.get("events") != "no"
        known.folded = self.settings.get("events") == "short"
        return known

    @property
    def layout(self) -> Layout:
        return self.root.layout

    @property
    def look(self) -> Look:
        return look(self.layout.messages, self.theme, self.host.zone())

    def _theme(self) -> Theme:
        theme = from_environment(self.settings.get("theme"), self.host.environment)
        own = self.settings.colours if theme.coloured else {}
        return Theme(theme.name, self.settings.on("links"), own)

    @property
    def selecting(self) -> bool:
        """Whether a message is marked, so that plain keys act on it."""
        view = self.view
        return view is not None and view.selected is not None and self.dialog is None

    def focus(self, *, on: bool) -> None:
        """The terminal's window has got the focus, or lost it: nobody reads what nobody looks at."""
        self.focused = on
        self.refresh()

    def scroll(self, by: int) -> None:
        """Some rows down, or up if negative; at the top the page before is fetched."""
        view = self.view
        if view is None:
            return
        if by > 0:
            view.down(by, self.look)
            if view.conversation.detour is not None and view.bottom is None:
                history_requests.load_newer(self.state, view.conversation)
        elif not view.up(-by, self.look, self.layout.height):
            history_requests.load_older(self.state, view.conversation)
        self.refresh()

    def go_to(self, name: str, entry: Entry) -> None:
        """Show a message where it was said."""
        self.look_at(actions.place(self.state, name), entry.msgid)

    def look_at(self, conversation: Conversation, msgid: str) -> None:
        self.show(conversation)
        if not msgid:
            return
        self.sought = msgid
        if not history_requests.look_at(self.state, conversation, msgid):
            raise CannotDo("That message is not here, and this server gives no history.")
        self.refresh()

    def found_row(self, found: SearchResults) -> str:
        at = datetime.fromtimestamp(found.entry.at / 1000, self.host.zone())
        return f"{at:%Y-%m-%d %H:%M} {found.name} {found.entry.nick}: {found.entry.text}"

    # ---- what is typed

    def put(self, text: str) -> None:
        """Have this in the line."""
        self.buffer.document = Document(text)

    def open(self, dialog: dialogs.Dialog) -> None:
        """The line at the bottom is for something else than saying something."""
        if self.dialog is None:
            self.drafting.keep()
        self.dialog = dialog
        self.buffer.document = Document(dialog.begin)
        self.drafting.keep()
        self.refresh()

    def close(self) -> None:
        answering = isinstance(self.dialog, dialogs.AnswerDialog)
        self.dialog = None
        if answering:
            # What was written stays; it answers nothing any more.
            self.drafting.keep()
        self.drafting.restore()
        self.refresh()

    def _text_changed(self, _buffer: Buffer) -> None:
        self.drafting.keep()
        if self.dialog is not None:
            self.dialog.changed(self.buffer.text)
        elif self.settings.on("typing") and self.state.current is not None:
            text, current = self.buffer.text, self.state.current
            active = bool(text.strip()) and not text.startswith("/")
            self.state.now = self.host.now()
            actions.typing(self.state, current, active=active)
            self.connection.flush()

    def accept(self) -> None:
        """Enter."""
        text = self.buffer.text
        if self.dialog is not None:
            self.act(lambda: self.dialog.accept(text) if self.dialog else None)
            return
        if not text.strip():
            return
        # What is said ends the typing by itself.
        self.state.typed = (0, "")
        self.buffer.document = Document()
        self.drafting.sent(self.state.current)
        if not is_secret(text) and not looks_like_a_password(text):
            self.typed = [*[line for line in self.typed if line != text], text][-HISTORY:]
        if not self.obey(text) and not self.buffer.text and _is_work(text) and not is_secret(text):
            # Nothing that was typed is lost, and a slip is mended where it stands.
            self.put(text)

    def obey(self, text: str) -> bool:
        """Do what was typed: a command, or something to say where we are. False: it cannot be done."""
        done = self.act(lambda: run_command(self, text))
        if self.view is not None and not text.startswith("/"):
            self.view.to_end()
        return done


def _is_work(text: str) -> bool:
    """Whether it has words of somebody's own: a command and a nick are typed again in a moment."""
    return not text.startswith("/") or len(text.split()) > 2


def _nothing() -> None: ...
