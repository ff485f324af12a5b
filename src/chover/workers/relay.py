"""The operator's socket of several workers: some verbs are for all of them, any other is done by one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from chover.admin.ask import AskError
from chover.admin.socket import VerbSocket
from chover.admin.verb import NotDone, OperatorVerb, VerbRequest
from chover.workers.worker import SupervisedWorker


class Workers(Protocol):
    """What the verbs that concern all of them need."""

    def serving(self) -> list[SupervisedWorker]: ...

    def stop(self, cause: str, reason: str = "") -> None: ...

    async def restart(self) -> None:
        """One after the other. Raises ValueError with one line if nothing was restarted."""

    async def reload(self) -> list[str]:
        """What has changed. Raises ValueError."""


class WorkersSocket(VerbSocket):
    """Answers like a server of one process."""

    def __init__(self, workers: Workers, path: Path) -> None:
        super().__init__(path)
        self._workers = workers
        self._for_all: Mapping[str, Callable[[Any], Awaitable[list[Any]]]] = {
            "who": self._who,
            "status": self._status,
            "stop": self._stop,
            "restart": self._restart,
            "reload": self._reload,
        }

    async def do(self, verb: OperatorVerb, request: VerbRequest) -> list[Any]:
        try:
            if act := self._for_all.get(verb.name):
                return await act(request)
            return await self._any().ask(**msgspec.to_builtins(request))
        except (AskError, ValueError) as error:
            raise NotDone(str(error)) from error

    def hangs_up(self, verb: OperatorVerb) -> bool:
        """After a restart: whoever waits for its end takes the end of the connection for that."""
        return verb.name == "restart"

    def _any(self) -> SupervisedWorker:
        serving = self._workers.serving()
        if not serving:
            raise NotDone("no worker runs at the moment: try again in some seconds; the log says why")
        return serving[0]

    async def _ask_all(self, verb: str) -> list[list[Any]]:
        return await asyncio.gather(*[worker.ask(verb) for worker in self._workers.serving()])

    async def _who(self, _: VerbRequest) -> list[Any]:
        return [row for rows in await self._ask_all("who") for row in rows]

    async def _status(self, _: VerbRequest) -> list[Any]:
        self._any()
        return [merged([row for (row,) in await self._ask_all("status")])]

    async def _stop(self, request: Any) -> list[Any]:
        self._workers.stop(f"chover stop, and people are told: {request.reason}", request.reason)
        return []

    async def _restart(self, _: VerbRequest) -> list[Any]:
        await self._workers.restart()
        return []

    async def _reload(self, _: VerbRequest) -> list[Any]:
        return list(await self._workers.reload())


_SUMS: Final = ("sessions", "memory")
_GREATEST: Final = ("people", "channels", "messages", "messages_per_minute")
"""What every worker knows of all."""


def merged(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The state of all workers as that of one server."""
    first = min(rows, key=lambda row: float(row["started"]))
    warnings = dict.fromkeys(text for row in rows for text in row["warnings"])
    return {
        **first,
        **{name: sum(row[name] for row in rows) for name in _SUMS},
        **{name: max(row[name] for row in rows) for name in _GREATEST},
        "workers": [row["pid"] for row in rows],
        "warnings": list(warnings),
    }
