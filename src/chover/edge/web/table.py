"""The table of routes, one row for each family. To add a family, add a file next to this one and a row here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from aiohttp.web import RouteDef

from chover.edge.listener_context import ListenerContext
from chover.edge.web import acme, chat, exports, health, hooks, introduction, metrics, pages
from chover.edge.web.downloads import files, previews

FAMILIES: Final[tuple[Callable[[ListenerContext], Sequence[RouteDef]], ...]] = (
    chat.routes,
    pages.routes,
    introduction.routes,
    files.routes,
    previews.routes,
    exports.routes,
    hooks.routes,
    health.routes,
    acme.routes,
    metrics.routes,
)
