"""The one terminal of a connection, and the front end on it."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

import asyncssh

from chover.edge.ssh.channel_screen import ChannelScreen
from chover.edge.ssh.connection import take_languages
from chover.edge.ssh.worker import Gone, RemoteCaller
from chover.ports import TerminalUi, TerminalUiFactory

log: Final = logging.getLogger(__name__)

HANG_UP_SECONDS: Final = 5.0
NO_TERMINAL: Final = "This is a chat: connect with a terminal (ssh -t), and without a command.\r\n"


TermSize = tuple[int, int, int, int]


class TerminalSession(asyncssh.SSHServerSession[str]):
    """The asyncssh session of a terminal: input goes to a front end, which paints on a ``ChannelScreen``."""

    def __init__(
        self,
        make_ui: TerminalUiFactory,
        running: set[asyncio.Task[None]],
        caller: RemoteCaller,
        connection: asyncssh.SSHServerConnection,
    ) -> None:
        self._make_ui = make_ui
        self._running = running
        self._caller = caller
        self._connection = connection
        self._ui: TerminalUi | None = None
        self._early: list[str] = []
        """What was typed before the front end was there."""
        self._gone = False
        self._cut: asyncio.TimerHandle | None = None
        self._pty = False

    # ---- from asyncssh

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        self._channel = chan
        self._screen = ChannelScreen(chan, take_languages(chan))
        # A high-water mark of 0: ``pause_writing`` then reports everything that is not accepted at once.
        chan.set_write_buffer_limits(0)

    def pty_requested(self, term_type: str, term_size: TermSize, term_modes: object) -> bool:  # noqa: ARG002
        self._pty = True
        return True

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:  # noqa: ARG002
        return False

    def subsystem_requested(self, subsystem: str) -> bool:  # noqa: ARG002
        return False

    def session_started(self) -> None:
        if not self._pty:
            self._channel.write(NO_TERMINAL)
            self._end(1)
            return
        task = asyncio.get_running_loop().create_task(self._run(), name=f"SSH of {self._caller.address}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def data_received(self, data: str, datatype: asyncssh.DataType) -> None:  # noqa: ARG002
        if self._ui:
            self._ui.typed(data)
        else:
            self._early.append(data)

    def eof_received(self) -> bool:
        self._leave()
        return False

    def break_received(self, msec: int) -> bool:  # noqa: ARG002
        return True

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:  # noqa: ARG002
        if self._ui:
            self._ui.resized()

    def resume_writing(self) -> None:
        if self._ui:
            self._ui.drained()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._leave()

    def _end(self, status: int) -> None:
        """End the session. The caller's program hangs up by itself; one that does not is cut off."""
        if not self._gone:
            self._channel.exit(status)
        self._cut = asyncio.get_running_loop().call_later(HANG_UP_SECONDS, self._connection.close)

    def hung_up(self) -> None:
        """The connection is gone."""
        if self._cut:
            self._cut.cancel()

    def _leave(self) -> None:
        self._gone = self._screen.gone = True
        if self._ui:
            self._ui.gone()

    # ---- the front end

    async def _run(self) -> None:
        status = 0
        self._channel.pause_reading()
        try:
            self._ui = self._make_ui(*await self._caller.enter(), self._screen)
            self._take_up(self._ui)
            await self._ui.run()
        except Gone:
            status = 1
        except Exception:
            log.exception("the screen of %s ended", self._caller.address)
            status = 1
        finally:
            self._end(status)

    def _take_up(self, ui: TerminalUi) -> None:
        for text in self._early:
            ui.typed(text)
        self._early.clear()
        if self._gone:
            ui.gone()
        else:
            self._channel.resume_reading()
