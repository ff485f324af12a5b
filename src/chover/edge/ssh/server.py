"""The SSH server: the only thing that it offers is one terminal with the client in it.

There are no commands, no files (SFTP, SCP), no forwarding of ports, sockets, agents or X11, no variables, no
subsystems.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence
from typing import Final, cast

import asyncssh
from asyncssh.kex import get_kex_algs

from chover.edge.ssh.caller import shown
from chover.edge.ssh.connection import SshConnection
from chover.edge.ssh.terminal_session import TerminalSession
from chover.edge.ssh.worker import RemoteCaller
from chover.ports import TerminalUiFactory

LOGIN_SECONDS: Final = 60.0
"""Time for a caller to authenticate; people type passwords."""
KEEPALIVE_SECONDS: Final = 30.0
KEEPALIVES: Final = 3
"""Unanswered keepalives after which the connection is dead."""
TRIES: Final = 6
"""Wrong passwords on one connection."""


Challenge = bool | tuple[str, str, str, Sequence[tuple[str, bool]]]

KEY_EXCHANGES: Final = (
    "mlkem768x25519-sha256", "curve25519-sha256", "curve25519-sha256@libssh.org", "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512", "diffie-hellman-group14-sha256",
)  # fmt: skip
"""No SHA-1, and no group below 2,048 bits; the first one only if asyncssh finds a library for it."""
CIPHERS: Final = (
    "chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr", "aes192-ctr",
    "aes128-ctr",
)  # fmt: skip
MACS: Final = ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com")
"""Only encrypt-then-MAC. OpenSSH has them since 6.7 (2014), and PuTTY since 0.68."""


def _available(wanted: Sequence[str], there: Sequence[bytes]) -> list[str]:
    return [name for name in wanted if name.encode() in there]


class SshHandler:
    """Implements CallerHandler. ``make_ui`` makes the front ends of callers."""

    def __init__(self, make_ui: TerminalUiFactory) -> None:
        self.make_ui = make_ui
        self.running: set[asyncio.Task[None]] = set()
        """The front ends of callers who are connected."""
        self._options: asyncssh.SSHServerConnectionOptions

    @classmethod
    async def open(cls, key: bytes, make_ui: TerminalUiFactory) -> SshHandler:
        """``key`` is the host key in OpenSSH's format."""
        handler = cls(make_ui)
        asyncssh.set_log_level(logging.WARNING)
        handler._options = await asyncssh.SSHServerConnectionOptions.construct(
            server_host_keys=[asyncssh.import_private_key(key)],
            server_version="chover",
            gss_host=None,
            host_based_auth=False,
            agent_forwarding=False,
            x11_forwarding=False,
            allow_scp=False,
            sftp_factory=None,
            line_editor=False,
            # Text that is not valid UTF-8 ends no connection, and compression is off because it could expand to
            # gigabytes.
            errors="replace",
            compression_algs=["none"],
            kex_algs=_available(KEY_EXCHANGES, get_kex_algs()),
            encryption_algs=CIPHERS,
            mac_algs=MACS,
            login_timeout=LOGIN_SECONDS,
            keepalive_interval=KEEPALIVE_SECONDS,
            keepalive_count_max=KEEPALIVES,
        )
        return handler

    async def serve(self, caller: RemoteCaller, sock: socket.socket) -> None:
        """Start a connection, which then runs by itself. Raises OSError if it ends at once."""
        options = await asyncssh.SSHServerConnectionOptions.construct(
            self._options, server_factory=lambda: SshServer(self, caller)
        )
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(lambda: SshConnection(loop, options), sock)

    async def close(self) -> None:
        """Wait for everything that ends by itself: the connections are cut."""
        if self.running:
            await asyncio.wait(self.running)


class SshServer(asyncssh.SSHServer):
    """One connection."""

    def __init__(self, handler: SshHandler, caller: RemoteCaller) -> None:
        self._handler = handler
        self._caller = caller
        self._tries = 0
        self._terminal: TerminalSession | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = cast("SshConnection", conn)
        self._caller.end = conn.abort

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if self._terminal:
            self._terminal.hung_up()
        self._caller.leave()

    # ---- who it is

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002
        return True  # "none" would let everybody in before a key is shown

    def public_key_auth_supported(self) -> bool:
        return True

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        with self._connection.finding_out():
            return await self._caller.shows_key(username, key.public_data)

    def kbdint_auth_supported(self) -> bool:
        return True

    async def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Challenge:  # noqa: ARG002
        with self._connection.finding_out():
            if await self._caller.is_guest(username):
                return True
        return "", "", "", [(f"Password of {shown(username)}: ", False)]

    async def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        return len(responses) == 1 and await self.validate_password(username, responses[0])

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        with self._connection.finding_out():
            right = await self._caller.says_password(username, password)
        if right:
            return True
        self._tries += 1
        if self._tries >= TRIES:
            self._connection.disconnect(asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "Too many wrong passwords")
        return False

    # ---- what it may

    def session_requested(self) -> TerminalSession | bool:
        """One terminal for each connection, because connections are what is counted for each address."""
        if self._terminal is not None:
            return False
        self._terminal = TerminalSession(self._handler.make_ui, self._handler.running, self._caller, self._connection)
        return self._terminal
