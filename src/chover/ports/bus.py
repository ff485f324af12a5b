"""What a node needs of the others: the wire between them, and who is alive and has which nick."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Protocol

import msgspec

from chover.engine.events import Event
from chover.engine.ids import UserId
from chover.ports.measures import Measure


class Bus(Protocol):
    """The wire between nodes. It may lose, repeat, delay and reorder; the feed mends all four."""

    @property
    def lossy(self) -> bool:
        """Whether there are other nodes, and what they publish may not arrive; else it is in memory and loses nothing.

        What is in no log and was published by this node arrives in any case, before ``publish`` returns, and reaches
        no other node: server/presence tells those of it.
        """

    async def enter(self, cluster: bytes) -> None:
        """Hear from now on, and be heard by, those who entered with the same secret. Raises BusError."""

    def subscribe(self, receive: Callable[[Sequence[Event]], None], *, own: bool = False) -> None:
        """Have ``receive`` called on the event loop with what any node publishes, this one included.

        ``own``: with what this node publishes, and nothing else, each event once.
        """

    def publish(self, events: Sequence[Event]) -> None:
        """What is said reaches the nodes that follow its channel, or one of its two users; anything else all nodes."""

    def follow(self, whom: Iterable[str]) -> None:
        """Hear what is said in these channels, and by or to these users, given by their ids.

        In force before what is published later; see ``followed``.
        """

    def unfollow(self, whom: Iterable[str]) -> None: ...

    async def followed(self) -> None:
        """Wait until what other nodes publish is heard as asked for, or the wire is found to be down."""

    def listen(self, node: str, receive: Callable[[bytes], None]) -> None:
        """Have ``receive`` called on the event loop with what other nodes send to this one, or to all."""

    def send(self, data: bytes, node: str = "") -> None:
        """Send a message to one node, or to all others, in order. It never raises; what cannot be sent is lost."""

    def measures(self) -> list[Measure]:
        """Its figures, for ``/metrics``."""

    async def close(self) -> None: ...


class BusError(Exception):
    """The bus cannot be joined; the text is one line that says what to do."""


class NodeFacts(msgspec.Struct, frozen=True):
    """A node as the others see it."""

    id: str
    version: str
    address: str
    """Where it can be reached, for people."""
    epoch: int
    """Which of its runs this is."""
    started: int
    """Milliseconds since 1970."""
    seconds_left: float
    """Until its lease ends; negative since it did."""
    jobs: Sequence[str] = ()
    """What it does for all nodes."""
    sessions: int = 0
    lag_events: int = 0
    lag_seconds: float = 0.0
    died: int = 0
    """When others declared it dead, ms since 1970; 0: they did not."""


class NodeLoad(msgspec.Struct, frozen=True):
    """What a node says of itself whenever it renews its lease."""

    address: str = ""
    """Empty: as before."""
    sessions: int = 0
    """Connections of people."""
    lag_events: int = 0
    """Events of other nodes that it has not applied yet."""
    lag_seconds: float = 0.0
    """For how long it has not known everything, beyond the second that is usual."""


class Cluster(Protocol):
    """The nodes that share a storage. Its contract is tests/store/contract_of_cluster.py.

    A node has a lease on the clock of the storage and renews it. A node that was reaped must not serve any more: the
    others give its nicks away. Everything raises StoreError while the storage is away.
    """

    @property
    def alone(self) -> bool:
        """Whether there can be no other node: then every claim is granted at once, and nothing is ever reaped."""

    @property
    def node(self) -> str:
        """The id of this node."""

    @property
    def epoch(self) -> int:
        """The number of this run of it, once it has joined."""

    @property
    def lease_seconds(self) -> float:
        """How long a node that is silent counts as alive."""

    @property
    def lease_left(self) -> float:
        """For so many seconds nobody can have taken over from this node, by its own steady clock; 0 or less: perhaps.

        Does not wait.
        """

    async def join(self, version: str, address: str) -> None:
        """Begin a new run of this node. The claims of the run before are dropped."""

    async def renew(self, load: NodeLoad | None = None) -> bool:
        """Renew the lease. False: this node was reaped, and others have taken over."""

    async def leave(self) -> None:
        """End the lease, and drop all claims."""

    async def claim(self, look: str, nick: str, user: UserId) -> bool:
        """Take a nick for a user of this node, by what it looks like (names.skeleton). False: somebody else has it.

        A user who has it on another node has it on both.
        """

    async def release(self, look: str, user: UserId) -> bool:
        """Give a nick back. Returns whether no node holds it for that user any more."""

    async def hand_over(self, look: str, before: UserId, after: UserId) -> None:
        """The holder of a nick goes on under another id."""

    async def reap(self) -> list[str]:
        """Declare nodes dead whose lease has ended, and drop their claims; their ids. Each is reaped by one node."""

    async def present(self, among: Collection[UserId] | None = None) -> set[UserId]:
        """Those of these users whom a living node holds; None: of all."""

    async def does(self, job: str) -> bool:
        """Whether this node is the one that does a job; it takes the job over from a node that is gone."""

    async def nodes(self) -> list[NodeFacts]:
        """All nodes that have not left, the oldest first."""

    def on_loss(self, told: Callable[[], None]) -> None:
        """Have ``told`` called when the storage refuses to write for this node, because its lease has ended."""
