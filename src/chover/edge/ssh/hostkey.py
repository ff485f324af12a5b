"""The key that this server is known by over SSH: made once, kept in the data directory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import asyncssh

NAME: Final = "ssh_host_ed25519_key"


class BadHostKey(Exception):
    """It cannot be used; the text is one line that says why and what to do."""


def load(directory: Path) -> asyncssh.SSHKey:
    """Make it at first start. Raises BadHostKey."""
    path = directory / NAME
    try:
        if not path.exists():
            _make(path)
        return asyncssh.read_private_key(path)
    except (OSError, asyncssh.KeyImportError) as error:
        raise BadHostKey(
            f"The SSH key {path} cannot be used: {error}. Mend it, or move it away for a new one."
        ) from error


def _make(path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519", "chover")
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key.export_private_key())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
