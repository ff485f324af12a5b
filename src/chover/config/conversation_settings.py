"""The sections about what is said: channels, history and files."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from chover.config.values import (
    A_HUNDRED_YEARS,
    Count,
    Kind,
    Settings,
    Text,
)

S3_BYTES: Final = 5_000_000_000
"""What S3 takes in one request."""


class ChannelSettings(Settings, frozen=True):
    autojoin: Annotated[
        tuple[Text, ...],
        Meta(
            description="Channels that everybody joins when they connect; the first is the lobby. Empty for none.",
            extra={"allowed": "a list of channel names"},
        ),
    ] = ("#lobby",)
    quiet_above: Annotated[
        Count,
        Meta(description="Members above which joins and parts of people who never spoke are not shown; 0 to show all."),
    ] = 200
    registered_per_account: Annotated[
        Count, Meta(description="Channels that one account may register with ChanServ.")
    ] = 50
    invite_links: Annotated[
        bool, Meta(description="Operators of a channel may make invitation links, which can also create accounts.")
    ] = True
    hooks: Annotated[
        bool, Meta(description="Operators of a channel may make hooks, with which other programs post there.")
    ] = True
    forget_days: Annotated[
        int,
        Meta(ge=0, le=36500, description="Days after which an empty channel without an owner ends; 0 for never."),
    ] = 30
    left_behind: Annotated[
        int,
        Meta(ge=1, le=1_000_000, description="Most empty channels without an owner; beyond that the oldest end."),
    ] = 1000
    relaymsg: Annotated[
        bool, Meta(description="Operators of a channel may relay messages of other networks into it (RELAYMSG).")
    ] = True
    roleplay: Annotated[
        bool, Meta(description="Channels with mode +E have the roleplay commands NPC, NPCA and SCENE.")
    ] = False
    guests_read_lobby: Annotated[
        bool, Meta(description="Show the lobby's last messages to the original's clients as they connect.")
    ] = True


class HistorySettings(Settings, frozen=True):
    chathistory_max: Annotated[
        int, Meta(ge=1, le=10_000, description="Most messages in the answer to one CHATHISTORY request.")
    ] = 500
    replay: Annotated[
        int,
        Meta(
            ge=0,
            le=1000,
            description="Messages shown on joining to clients that cannot ask for them; 0 for none.",
        ),
    ] = 50
    retention_days: Annotated[
        int,
        Meta(
            ge=0,
            le=36500,
            description="Days after which messages are deleted, and the files that they link to; 0 to keep them.",
        ),
    ] = 0
    visibility: Annotated[
        Literal["all", "joined", "none"],
        Meta(
            description="History that members can read unless the founder chose: all, messages since they"
            " joined, or none."
        ),
    ] = "all"
    redact_seconds: Annotated[
        int,
        Meta(
            ge=0,
            le=A_HUNDRED_YEARS,
            description="Seconds for which people may delete their own messages; 0 for no limit. Operators always may.",
        ),
    ] = 0
    edit_seconds: Annotated[
        int,
        Meta(
            ge=0,
            le=A_HUNDRED_YEARS,
            description="Seconds for which people may edit their own messages; 0 for no limit.",
        ),
    ] = 86400


class FilesSettings(Settings, frozen=True):
    enabled: Annotated[bool, Meta(description="Whether files can be uploaded (soju.im/FILEHOST).")] = True
    guests: Annotated[bool, Meta(description="Whether guests may upload files, too.")] = False
    max_bytes: Annotated[
        int, Meta(ge=1024, le=10_000_000_000, description="Largest file that is accepted, in bytes.")
    ] = 50_000_000
    quota_bytes: Annotated[
        int,
        Meta(ge=0, le=10**15, description="Bytes that an account may upload within quota_days; 0 for no limit."),
    ] = 2_000_000_000
    quota_days: Annotated[
        int,
        Meta(
            ge=0, le=36_500, description="Days over which quota_bytes are counted; 0 counts all files that are stored."
        ),
    ] = 0
    uploads: Annotated[int, Meta(ge=1, le=10_000, description="Uploads under way at a time, of all people.")] = 128
    uploads_per_address: Annotated[
        int, Meta(ge=1, le=10_000, description="Uploads under way at a time from one address (IPv6: one /64).")
    ] = 32
    uploads_per_account: Annotated[
        int, Meta(ge=1, le=10_000, description="Uploads under way at a time of one account.")
    ] = 16
    kinds: Annotated[
        tuple[Kind, ...],
        Meta(
            min_length=1,
            description="Media types that are accepted, as recognised from the file: image/png, image/* or *.",
            extra={"allowed": "a list of media types like image/png, image/* or *"},
        ),
    ] = ("*",)
    with_message: Annotated[
        bool,
        Meta(
            description="Whether a file is deleted together with its uploader's message that links to it, also by"
            " history.retention_days."
        ),
    ] = True
    keep_days: Annotated[
        int, Meta(ge=0, le=36_500, description="Days for which an account's uploads are kept; 0 keeps them for good.")
    ] = 0
    guest_keep_days: Annotated[
        int, Meta(ge=0, le=36_500, description="Days for which a guest's uploads are kept; 0 keeps them for good.")
    ] = 7
    directory: Annotated[
        Text, Meta(description="Directory of uploads that all nodes share; empty for files in the data directory.")
    ] = ""
    url: Annotated[
        str,
        Meta(
            max_length=1000,
            pattern=r"^(s3://[a-z0-9][a-z0-9.-]+(/[A-Za-z0-9_.-]+)*/?)?\Z",
            description="S3-compatible storage of uploads: s3://BUCKET/PREFIX; empty for a directory.",
            extra={"allowed": "s3://BUCKET, or s3://BUCKET/PREFIX"},
        ),
    ] = ""
    endpoint: Annotated[
        str,
        Meta(
            max_length=1000,
            pattern=r"^(https?://[A-Za-z0-9.:\[\]-]+/?)?\Z",
            description="Where the S3-compatible storage answers; empty for that of AWS in the region.",
            extra={"allowed": "https://HOST, or http://HOST:PORT"},
        ),
    ] = ""
    region: Annotated[
        str,
        Meta(
            pattern=r"^[a-z0-9-]{1,60}\Z",
            description="Region of the S3-compatible storage.",
            extra={"allowed": "lower-case letters, digits and -"},
        ),
    ] = "us-east-1"
    access_key: Annotated[Text, Meta(description="Access key of the S3-compatible storage.")] = ""
    secret_key: Annotated[
        Text, Meta(description="Secret key of the S3-compatible storage.", extra={"secret": True})
    ] = ""
