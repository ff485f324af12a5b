"""How much is measured: ``full`` in about 40 minutes, ``quick`` in about 10, ``smoke`` in seconds, for tests."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Plan:
    name: str
    times: int
    """Runs of each cell and server, interleaved; the median counts."""
    seconds: float
    """Of one run."""
    rate_seconds: float
    registrations: int
    lobby_batches: int
    members: tuple = (100, 1000)
    """Of the smaller and of the larger channel."""
    idle: int = 9900
    peers_idle: int = 9900
    ssh: int = 10
    counted: int = 500
    """Idle connections of a server that counts what its memory consists of."""
    history: int = 1_000_000
    searches: int = 600
    growth_members: tuple = ()
    growth_sessions: tuple = ()
    growth_channels: tuple = ()
    growth_history: tuple = ()
    perf: bool = True


PLANS = {
    "full": Plan(
        "full",
        times=5,
        seconds=2.0,
        rate_seconds=5.0,
        registrations=1000,
        lobby_batches=4,
        growth_members=(10, 30, 100, 300, 1000, 3000, 10_000),
        growth_sessions=(100, 300, 1000, 3000, 9900),
        growth_channels=(1, 10, 100, 1000, 10_000, 100_000),
        growth_history=(1000, 10_000, 100_000, 1_000_000),
    ),
    "quick": Plan(
        "quick",
        times=3,
        seconds=0.7,
        rate_seconds=2.0,
        registrations=500,
        lobby_batches=1,
        peers_idle=2000,
        ssh=4,
        counted=300,
        searches=240,
        growth_members=(10, 100, 1000, 3000),
        growth_sessions=(100, 1000, 3000),
        growth_channels=(10, 100, 1000, 10_000),
        growth_history=(1000, 10_000, 100_000, 1_000_000),
    ),
    "smoke": Plan(
        "smoke",
        times=1,
        seconds=0.1,
        rate_seconds=0.2,
        registrations=20,
        lobby_batches=1,
        members=(10, 20),
        idle=100,
        peers_idle=100,
        ssh=1,
        counted=20,
        history=2000,
        searches=12,
        growth_members=(5, 10),
        growth_sessions=(10, 20),
        growth_channels=(1, 10),
        growth_history=(500, 1000),
        perf=False,
    ),
}
"""``full`` may also be told a history of 10,000,000 (``--messages``), which takes a quarter of an hour more."""
