"""ChatOverSockets: your own chat, on one port, with nothing acknowledged ever lost.

``connect`` is for programs that chat (docs/python.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chover.version import __version__

if TYPE_CHECKING:
    from chover.client.api import (
        CannotConnect,
        Chat,
        ChatError,
        Disconnected,
        Message,
        NotDelivered,
        NotJoined,
        connect,
    )

__all__ = [
    "CannotConnect",
    "Chat",
    "ChatError",
    "Disconnected",
    "Message",
    "NotDelivered",
    "NotJoined",
    "__version__",
    "connect",
]


def __getattr__(name: str) -> Any:
    # Imported on first use, because the server and the commands do not need it.
    if name in __all__:
        from chover.client import api  # noqa: PLC0415

        return getattr(api, name)
    raise AttributeError(f"module 'chover' has no attribute {name!r}")
