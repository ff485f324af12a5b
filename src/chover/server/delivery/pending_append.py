"""A decision under way: from the session that made it, through the store, back to that session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic

from chover.engine.append import Append
from chover.ports import Outcome
from chover.server.delivery.recipient import R
from chover.server.delivery.replies import Replies


class PendingAppend(Generic[R]):
    """An append, the session to answer, and the label. ``settle`` is called once with the outcome.

    ``replies`` are earlier answers to a labeled message, to which its echo is added.

    On success, ``settle`` is called after the events were applied and delivered.
    """

    __slots__ = ("append", "label", "replies", "session", "settle")

    def __init__(
        self,
        append: Append,
        settle: Callable[[PendingAppend[R], Outcome], None],
        session: R | None = None,
        label: str = "",
        replies: Replies | None = None,
    ) -> None:
        self.append = append
        self.settle = settle
        self.session = session
        self.label = label
        self.replies = replies
