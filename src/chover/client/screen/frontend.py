"""What commands may ask of the full screen."""

from __future__ import annotations

from chover.client.commands import run as run_command
from chover.client.connection.connection import Connection
from chover.client.frontend import Background, Frontend
from chover.client.local.host import ClientHost
from chover.client.local.local_data import LocalData, ServerData
from chover.client.local.settings import ClientSettings
from chover.client.screen.appearance import Appearance
from chover.client.screen.dialogs.finding import SearchBox
from chover.client.screen.dialogs.questions import Choice, Secret, Sure
from chover.client.screen.rendering.clipboard import copy
from chover.client.screen.runner import Runner
from chover.client.screen.servers import Servers
from chover.client.screen.status import ScreenStatus
from chover.client.screen.terminal import ScreenTerminal
from chover.client.screen.uploading import ScreenUploads
from chover.client.screen.viewport import Viewport
from chover.client.screen.writing.line import Line
from chover.client.scripting import Scripts, ServerScripts
from chover.client.sending import say
from chover.client.state import State, actions
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.i18n import _


class ScreenFrontend(Frontend):
    kind = "terminal"

    def __init__(
        self,
        host: ClientHost,
        connection: Connection,
        settings: ClientSettings,
        local_data: LocalData,
        *,
        name: str,
        scripts: Scripts,
        status: ScreenStatus,
        appearance: Appearance,
        viewport: Viewport,
        line: Line,
        terminal: ScreenTerminal,
        runner: Runner,
        uploads: ScreenUploads,
        servers: Servers,
    ) -> None:
        self.host = host
        self.connection = connection
        self.state = connection.state
        self.settings = settings
        self.kept: ServerData = local_data.kept
        self._status = status
        self._appearance = appearance
        self._viewport = viewport
        self._line = line
        self._terminal = terminal
        self._runner = runner
        self._uploads = uploads
        self.servers: Servers = servers
        self.background: Background = lambda work: terminal.background(runner.after(work))
        self.server_name = name
        self.scripts: ServerScripts = ServerScripts(scripts, self)
        line.outgoing = self.scripts.sending
        _apply_filters(self.state, self.settings)

    def obey(self, text: str) -> bool:
        """Run a command, or send a message to the current conversation. Returns False if that is impossible."""
        done = self._runner.attempt(lambda: run_command(self, text))
        view = self._viewport.view
        if view is not None and not text.startswith("/"):
            view.to_end()
        return done

    def tell(self, text: str) -> None:
        self._status.tell(text)

    def say(self, target: str, text: str, *, action: bool = False, reply_to: str = "") -> None:
        changed = self.scripts.sending(target, text)
        if changed is not None:
            say(self, target, changed, action=action, reply_to=reply_to)

    def say_as_it_is(self, target: str, text: str) -> None:
        say(self, target, text)

    def show(self, conversation: Conversation) -> None:
        self._line.show(conversation)

    def part(self, conversation: Conversation, reason: str) -> None:
        self._line.part(conversation, reason)

    def chosen(self) -> Entry | None:
        return self._viewport.chosen()

    def select(self, number: int) -> None:
        self._viewport.select(number)

    def confirm(self, question: str, then: str) -> None:
        self._line.open(Sure(self._line, self._runner.act, question, lambda: self.obey(then)))

    def secret(self, prompt: str, then: str) -> None:
        self._line.open(Secret(self._line, self.obey, prompt, then))

    def choose(self, title: str, rows: list[tuple[str, str]]) -> None:
        self._line.open(Choice(self._line, self.obey, title, rows))

    def look_for(self, text: str) -> None:
        def go_to(name: str, entry: Entry) -> None:
            self.look_at(actions.place(self.state, name), entry.msgid)

        self._line.open(SearchBox(self._line, self.state, self.host.zone, go_to, text))

    def look_at(self, conversation: Conversation, msgid: str) -> None:
        self._line.show(conversation)
        if msgid:
            self._viewport.look_at(conversation, msgid)
            self._terminal.refresh()

    def hand_over(self, link: str) -> None:
        copy(self._terminal.output, link)
        self.tell(_("Copied, if this terminal allows it (OSC 52): {link}", link=link))

    def redraw(self) -> None:
        self._terminal.redraw()

    def clear(self) -> None:
        self._viewport.clear()

    def upload(self, path: str) -> None:
        self._terminal.background(self._uploads.file(path))

    def changed_settings(self) -> None:
        self._appearance.read_settings()
        for server in self.servers.all:
            _apply_filters(server.state, self.settings)
        self._terminal.redraw()

    def leave(self) -> None:
        self._terminal.leave()


def _apply_filters(state: State, settings: ClientSettings) -> None:
    """Hide what the filters say, and count what is unread without it."""
    state.filters.take(settings.in_force())
    for conversation in state.conversations.values():
        conversation.count()
