"""The section of limits: what one connection, one address and one user may use."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from chover.config.values import (
    Count,
    Seconds,
    Settings,
)


class LimitSettings(Settings, frozen=True):
    flood: Annotated[bool, Meta(description="Slow down sessions that send too fast.")] = True
    flood_lines_per_second: Annotated[
        float, Meta(gt=0, le=100_000, description="Lines per second that a session may send in the long run.")
    ] = 10.0
    flood_burst: Annotated[
        int,
        Meta(ge=1, le=1_000_000, description="Lines that a session may send at once before it is slowed down."),
    ] = 100
    history_share: Annotated[
        float,
        Meta(
            ge=0,
            le=1,
            description="Share of the server's time that reading history and searching may take in the long run for one"
            " user, who waits beyond that; 0 for no limit.",
        ),
    ] = 0.05
    history_share_per_address: Annotated[
        float, Meta(ge=0, le=1, description="The same for all users from one address; 0 for no limit.")
    ] = 0.15
    connections: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Connections at a time, from all addresses together.")
    ] = 20000
    connections_per_address: Annotated[
        Count, Meta(description="Connections at a time from one address; 0 for no limit.")
    ] = 2048
    connection_rate_per_address: Annotated[
        float,
        Meta(ge=0, le=100_000, description="New connections per second from one address; 0 for no limit."),
    ] = 64.0
    connection_burst_per_address: Annotated[
        int,
        Meta(
            ge=1,
            le=1_000_000,
            description="New connections from one address at once, before the rate counts.",
        ),
    ] = 1024
    unregistered_per_address: Annotated[
        Count, Meta(description="Connections from one address that have not logged on yet; 0 for no limit.")
    ] = 1024
    quiet: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Connections at a time that have not said anything yet.")
    ] = 1024
    quiet_per_address: Annotated[
        Count,
        Meta(description="Connections from one address that have not said anything yet; 0 for no limit."),
    ] = 256
    quiet_seconds: Annotated[
        Seconds,
        Meta(description="How long a connection may say nothing; clients of the original are allowed to just watch."),
    ] = 86400.0
    registration_seconds: Annotated[Seconds, Meta(description="How long logging on may take.")] = 60.0
    ping_seconds: Annotated[
        Seconds,
        Meta(description="Silence after which a client is sent a PING; after as much again it is disconnected."),
    ] = 120.0
    read_queue_bytes: Annotated[
        int, Meta(ge=9216, le=16_777_216, description="Bytes received from a session that may wait to be handled.")
    ] = 16384
    send_queue_bytes: Annotated[
        int,
        Meta(
            ge=16384, le=1_073_741_824, description="Bytes that may wait for a slow client before it is disconnected."
        ),
    ] = 1048576
    nick_len: Annotated[int, Meta(ge=9, le=64, description="Longest nick, in bytes.")] = 32
    channel_len: Annotated[int, Meta(ge=8, le=100, description="Longest name of a channel, in bytes.")] = 64
    topic_len: Annotated[int, Meta(ge=1, le=390, description="Longest topic, in bytes.")] = 390
    kick_len: Annotated[int, Meta(ge=1, le=390, description="Longest reason of a kick, in bytes.")] = 390
    away_len: Annotated[int, Meta(ge=1, le=390, description="Longest away message, in bytes.")] = 200
    channels_per_user: Annotated[int, Meta(ge=1, le=10_000, description="Channels that one user can be in.")] = 100
    list_modes: Annotated[
        int, Meta(ge=1, le=10_000, description="Entries in the lists of one channel (bans and the like).")
    ] = 60
    reaction_bytes: Annotated[int, Meta(ge=1, le=1024, description="Longest reaction to a message, in bytes.")] = 64
    reactions_per_message: Annotated[
        int, Meta(ge=1, le=1000, description="Different reactions that one user may give to one message.")
    ] = 10
    edits_told_per_minute: Annotated[
        float,
        Meta(
            ge=0,
            le=1000,
            description="Edits per author and minute of which clients that do not support edits are told; 0 for none.",
        ),
    ] = 4.0
    max_targets: Annotated[int, Meta(ge=1, le=100, description="Targets that one command may name.")] = 4
    metadata_keys: Annotated[
        int, Meta(ge=1, le=1000, description="Keys of metadata that one user or channel can have.")
    ] = 50
    metadata_subs: Annotated[
        int, Meta(ge=1, le=1000, description="Keys of metadata that one session can subscribe to.")
    ] = 100
