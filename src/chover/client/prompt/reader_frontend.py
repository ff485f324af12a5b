"""What commands may ask of the client for screen readers."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from chover.client.commands import find
from chover.client.connection.connection import Connection
from chover.client.connection.dial import ServerAddress, Unreachable
from chover.client.connection.trust import Untrusted
from chover.client.frontend import Frontend, OtherServers
from chover.client.local.host import ClientHost, NotHere
from chover.client.local.local_data import LocalData, ServerData
from chover.client.local.settings import ClientSettings
from chover.client.prompt.reader_line import ReaderLine
from chover.client.prompt.readout import Readout
from chover.client.scripting import Scripts, ServerScripts
from chover.client.searching import Asking, attributes_of
from chover.client.sending import known_as, place_of, say, server_at
from chover.client.state import history_requests
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.client.upload import NotUploaded, upload
from chover.i18n import _


class NextServer(OtherServers):
    """The server to connect to next, when this one is left."""

    def __init__(self, leave: Callable[[], None]) -> None:
        self.address: ServerAddress | None = None
        self._leave = leave

    def connect(self, address: str) -> None:
        self.address = server_at(address)
        self._leave()


class ReaderFrontend(Frontend):
    kind = "reader"

    def __init__(
        self,
        host: ClientHost,
        connection: Connection,
        settings: ClientSettings,
        local_data: LocalData,
        line: ReaderLine,
        readout: Readout,
    ) -> None:
        self.host = host
        self.connection = connection
        self.state = connection.state
        self.settings = settings
        self.local_data = local_data
        self.kept: ServerData = local_data.kept
        self.line = line
        self.readout = readout
        self.servers: NextServer = NextServer(self.leave)
        names = known_as(connection.server, settings.servers)
        self.server_name = next(names, connection.server.host)
        self.own_scripts = Scripts(host, lambda name: find(name) is not None, lambda: self)
        self.scripts: ServerScripts = ServerScripts(self.own_scripts, self)
        self.changed_settings()

    def tell(self, text: str) -> None:
        self.line.tell(text)

    def say(self, target: str, text: str, *, action: bool = False, reply_to: str = "") -> None:
        changed = self.scripts.sending(target, text)
        if changed is not None:
            say(self, target, changed, action=action, reply_to=reply_to)
        if not self.state.online:
            self.tell(_("That has to wait for the connection."))

    def say_as_it_is(self, target: str, text: str) -> None:
        say(self, target, text)

    def show(self, conversation: Conversation) -> None:
        self.state.show(conversation.key)
        self.readout.follow()

    def chosen(self) -> Entry | None:
        return self.readout.picked

    def select(self, number: int) -> None:
        current = self.state.current
        if current is not None and 0 <= number - current.first < len(current.entries):
            self.tell(_("Picked: {message}", message=self.readout.pick(current.entries[number - current.first])))

    def confirm(self, question: str, then: str) -> None:
        self.line.ask(
            f"{question} {_('(y/n)')} ", lambda text: self.line.obey(then if text.lower()[:1] in {"y", _("y")} else "")
        )

    def secret(self, prompt: str, then: str) -> None:
        self.line.ask(f"{prompt} ", lambda text: self.line.obey(f"{then} {text}" if text else ""), hidden=True)

    def choose(self, title: str, rows: list[tuple[str, str]]) -> None:
        self.line.choose(title, rows)

    def look_for(self, text: str) -> None:
        here = self.state.current.name if self.state.current else ""
        files = self.state.support.get("soju.im/FILEHOST")
        history_requests.search(self.state, attributes_of(text, Asking(self.state.now, self.host.zone(), here, files)))

    def look_at(self, conversation: Conversation, msgid: str) -> None:
        self.show(conversation)
        entry = conversation.find(msgid) if msgid else None
        if entry is not None:
            self.tell(self.readout.pick(entry))
        elif msgid and not history_requests.look_at(self.state, conversation, msgid):
            raise CannotDo(_("That message is not here, and this server has no history."))

    def redraw(self) -> None:
        self.line.app.invalidate()

    def clear(self) -> None:
        self.line.app.renderer.clear()

    def background(self, work: Coroutine[object, object, None]) -> None:
        self.line.app.create_background_task(self._then_flush(work))

    async def _then_flush(self, work: Coroutine[object, object, None]) -> None:
        """What a task has said is stored and sent, as after a command."""
        await work
        self.local_data.write()
        self.connection.flush()

    def upload(self, path: str) -> None:
        self.line.app.create_background_task(_upload(self, path, self.state.current))

    def changed_settings(self) -> None:
        self.state.filters.take(self.settings.in_force())

    def leave(self) -> None:
        self.line.leave()


async def _upload(frontend: ReaderFrontend, path: str, conversation: Conversation | None) -> None:
    """Upload a file. Its address belongs to the conversation where the upload began, and enters no other input line."""
    frontend.tell(_("Sending {path}.", path=path))
    try:
        address = await upload(frontend.host, place_of(frontend), path, lambda _sent, _size: None)
    except (NotUploaded, NotHere, Unreachable, Untrusted) as reason:
        frontend.tell(str(reason))
        return
    if conversation is not frontend.state.current:
        where = conversation.name if conversation is not None else "nobody"
        frontend.tell(
            _(
                "The server has it as {address}; it was for {where}, so it is not in this line.",
                address=address,
                where=where,
            )
        )
        return
    frontend.line.add(address)
    frontend.tell(_("The server has it as {address}; it is in your input line now, Enter sends it.", address=address))
