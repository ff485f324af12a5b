"""The keys of this device: what an invitation gave it, so that it can log in again without a question.

Each line of the file is ``HOST:PORT ACCOUNT KEY``. Only the owner can read it; later lines win, ``#`` begins a comment.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from chover.client.connection.trust import Untrusted, default_path
from chover.i18n import _


class DeviceKey(NamedTuple):
    account: str
    key: str

    @property
    def password(self) -> str:
        """In the form for PASS."""
        return f"{self.account}:{self.key}"


class DeviceKeys:
    """The file of keys; beside the known servers by default."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_path().with_name("keys")

    def find(self, server: str, account: str = "") -> DeviceKey | None:
        """The newest key for ``HOST:PORT``, of that account if one is given."""
        found = None
        for line in self._read():
            place, name, key = [*line.split(), "", "", ""][:3]
            if place == server.lower() and key and account.lower() in {"", name.lower()}:
                found = DeviceKey(name, key)
        return found

    def who(self, server: str, nick: str, password: str) -> tuple[str, str]:
        """Nick and password for ``HOST:PORT``, from the key if there is one and nothing else was given."""
        key = None if password else self.find(server, nick)
        return (key.account, key.password) if key else (nick, password)

    def keep(self, server: str, account: str, key: str) -> None:
        """Store a key.

        Raises trust.Untrusted if it cannot be written; the text contains the key, which is shown only once.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "wb", buffering=0) as file:
                file.write(f"{server.lower()} {account} {key}\n".encode())
        except OSError as error:
            raise Untrusted(
                _(
                    "You are {account} on {server} now, but {path} cannot be written ({strerror}). Keep the key "
                    "yourself: --nick {account} with CHOVER_PASSWORD={account}:{key} lets you in.",
                    account=account,
                    server=server,
                    path=self.path,
                    strerror=error.strerror,
                    key=key,
                )
            ) from error

    def _read(self) -> list[str]:
        try:
            return self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []
