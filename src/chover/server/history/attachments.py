"""Files that a message links to: its author's uploads are deleted with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from chover.engine.events import Event, Said

if TYPE_CHECKING:
    from chover.server.session.session import Node

_ADDRESS: Final = re.compile(r"/files/([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")


async def remove_with(node: Node, event: Event) -> None:
    """The message is deleted, or too old. Uploads of other people stay. Raises StoreError."""
    body = event.body
    if isinstance(body, Said) and node.config.files.with_message:
        for file in dict.fromkeys(_ADDRESS.findall(body.text)):
            await node.files.remove(file, event.source.id)
