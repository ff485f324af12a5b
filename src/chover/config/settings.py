"""The settings, each with its type, bounds, default and meaning: the table that everything else is made from.

A new setting is one field in one of these sections (or a new section in Config). Reading it from file, environment and
flags, refusing invalid values, ``chover config`` and the docs follow from that.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final, Literal, get_type_hints

import msgspec
from msgspec import Meta

from chover import names

SpokenProtocol = Literal["irc", "tls", "http", "legacy"]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Port = Annotated[int, Meta(ge=0, le=65535)]
Seconds = Annotated[float, Meta(gt=0, le=86400)]
Text = Annotated[
    str,
    Meta(
        max_length=4096,
        pattern=r"^[^\x00-\x1f\x7f\ud800-\udfff]*\Z",
        extra={"allowed": "text of one line, at most 4096 characters"},
    ),
]
Lines = Annotated[
    str,
    Meta(
        max_length=65536,
        pattern=r"^[^\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]*\Z",
        extra={"allowed": "text of at most 65536 characters, none of them a control character"},
    ),
]
Word = Annotated[
    str,
    Meta(max_length=64, pattern=r"^[!-~]+\Z", extra={"allowed": "one word of ASCII characters, at most 64"}),
]

S3_BYTES: Final = 5_000_000_000
"""What S3 takes in one request."""
_YEARS: Final = 3_153_600_000
"""Seconds of a hundred years."""
Origin = Annotated[
    str,
    Meta(
        max_length=300,
        pattern=r"^https?://[^/\s\x00-\x1f]+\Z",
        extra={"allowed": "https:// and a host, without a path"},
    ),
]
Site = Annotated[str, Meta(max_length=300, pattern=r"^(https?://[^\s\x00-\x1f]*[^\s\x00-\x1f/])?\Z")]
Kind = Annotated[
    str,
    Meta(
        max_length=100,
        pattern=r"^(\*|[a-z]+/(\*|[a-z0-9.+-]+))\Z",
        extra={"allowed": "a media type like image/png, image/* or *"},
    ),
]

_SERVER_NAME: Final = re.compile(r"(?=.{3,63}$)[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9][A-Za-z0-9-]*)+")

_ADDRESS: Final = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:/#\[\]@]+))(?::(?P<port>\d{1,5}))?")


class Misfit(ValueError):
    """A value within its bounds that is still invalid. ``wanted`` continues "it must be …"."""

    def __init__(self, key: str, wanted: str) -> None:
        super().__init__(f"{key} must be {wanted}")
        self.key, self.wanted = key, wanted


def _both(cert: str, key: str, cert_name: str, key_name: str) -> None:
    if bool(cert) != bool(key):
        missing, given = (key_name, cert_name) if cert else (cert_name, key_name)
        raise Misfit(missing, f"given as well, because {given} is")


def _networks(key: str, words: tuple[str, ...]) -> None:
    import ipaddress  # noqa: PLC0415 - 5 ms, and clients have no networks

    for word in words:
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError:
            raise Misfit(key, f"a list of addresses and networks, which {word} is none of") from None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section of the settings: one field for each, with a default, a type, bounds and a meaning."""


class ServerSettings(Settings, frozen=True):
    host: Annotated[Text, Meta(description="Address to listen on; empty for every interface.")] = ""
    port: Annotated[Port, Meta(description="Port to listen on, for every protocol; 0 for any free one.")] = 55555
    name: Annotated[
        Text,
        Meta(description="Name of this server, with a dot in it; empty for the machine's, or chover.local."),
    ] = ""
    address: Annotated[
        Text,
        Meta(
            description="HOST or HOST:PORT at which others reach this server, for invitation links;"
            " empty for its name, or this machine's address."
        ),
    ] = ""
    announce: Annotated[
        bool, Meta(description="Announce this server in the local network by mDNS, where chover chat finds it.")
    ] = False
    io_uring: Annotated[
        bool,
        Meta(
            description="Send to many readers in one system call, where the kernel (Linux 5.6) and the container"
            " allow it; false: one call for each reader."
        ),
    ] = True
    network: Annotated[Word, Meta(description="Name of the network, as clients show it.")] = "ChatOverSockets"
    icon: Annotated[
        str,
        Meta(
            max_length=400,
            pattern=r"^(https?://[!-~]+)?\Z",
            description="URL of an image for the network, as clients show it; empty for none.",
            extra={"allowed": "a URL that begins with https:// or http://, without spaces"},
        ),
    ] = ""
    password: Annotated[
        Text,
        Meta(description="Password of the whole server (PASS); empty for none.", extra={"secret": True}),
    ] = ""
    data_dir: Annotated[
        Text, Meta(description="Directory where all data is kept; empty for the platform's usual place.")
    ] = ""
    casemapping: Annotated[
        Literal["precis", "ascii"],
        Meta(description="How names are compared: by PRECIS (RFC 8265), or by ASCII alone; nicks are then ASCII, too."),
    ] = "precis"
    motd: Annotated[Lines, Meta(description="Message of the day, of one or more lines.")] = ""
    cloak: Annotated[bool, Meta(description="Show a cloak (a keyed hash) instead of people's addresses.")] = True
    invisible: Annotated[
        bool,
        Meta(description="New users start with mode +i: only people who share a channel with them see them in lists."),
    ] = False
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Meta(description="The least severe messages that the server logs."),
    ] = "info"
    trusted_proxies: Annotated[
        tuple[Text, ...],
        Meta(
            description="Addresses or networks of the proxies that may say who is behind them, by the PROXY protocol"
            " or X-Forwarded-For.",
            extra={"allowed": "a list of addresses and networks, like 127.0.0.1 and 10.0.0.0/8"},
        ),
    ] = ("127.0.0.0/8", "::1")
    proxy: Annotated[
        bool, Meta(description="Every connection to this port begins with a PROXY header of a trusted proxy.")
    ] = False
    workers: Annotated[
        int,
        Meta(
            ge=0,
            le=64,
            description="Processes that share the port and the work, on PostgreSQL and NATS (--workers);"
            " 0 for a single process.",
        ),
    ] = 0
    drain_seconds: Annotated[
        float,
        Meta(ge=0, le=60, description="How long a stop waits for clients to receive what was sent to them."),
    ] = 5.0

    def __post_init__(self) -> None:
        if self.name and not _SERVER_NAME.fullmatch(self.name):
            raise Misfit("name", "a name with a dot in it, of letters, digits and -, at most 63, like chat.example.org")
        _networks("trusted_proxies", self.trusted_proxies)

        if self.address and _ADDRESS.fullmatch(self.address) is None:
            raise Misfit("address", "a name or an address, like chat.example.org:55555 or [2001:db8::1]:55555")

    @property
    def split_address(self) -> tuple[str, int]:
        """Host and port of ``address``; empty and 0 if it does not contain them."""
        found = _ADDRESS.fullmatch(self.address)
        return (found["six"] or found["host"], int(found["port"] or 0)) if found else ("", 0)

    @property
    def server_name(self) -> str:
        """``name``, or the machine's name if it can be a server's, or chover.local."""
        if self.name:
            return self.name
        import socket  # noqa: PLC0415 - 8 ms, and clients have no name to find out

        host = socket.gethostname()
        return host if _SERVER_NAME.fullmatch(host) else "chover.local"

    @property
    def data_path(self) -> Path:
        """``data_dir`` as a path with ~ expanded, or the platform's directory for the user's data."""
        if self.data_dir:
            return Path(self.data_dir).expanduser()
        from platformdirs import user_data_path  # noqa: PLC0415 - 10 ms, and often the directory is given

        return user_data_path("chover", appauthor=False)


class ListenerSettings(Settings, frozen=True):
    host: Annotated[Text, Meta(description="Address of this listener; empty for every interface.")] = ""
    port: Annotated[Port, Meta(description="Port of this listener; 0 for any free one.")] = 0
    protocols: Annotated[
        tuple[SpokenProtocol, ...],
        Meta(
            min_length=1,
            description="Protocols that are accepted on this port.",
            extra={"allowed": "a list of one or more of irc, tls, http, legacy"},
        ),
    ] = ("irc", "tls", "http", "legacy")
    proxy: Annotated[
        bool, Meta(description="Every connection to this listener begins with a PROXY header of a trusted proxy.")
    ] = False
    tls_cert: Annotated[Text, Meta(description="Certificate file (PEM) of this listener; empty for that of [tls].")] = (
        ""
    )
    tls_key: Annotated[Text, Meta(description="Key file (PEM) of this listener.")] = ""

    def __post_init__(self) -> None:
        _both(self.tls_cert, self.tls_key, "tls_cert", "tls_key")


Right = Literal["kill", "ban", "wallops", "rehash", "accounts", "see", "redact"]
"""What an operator may do: disconnect people, ban them, write to everybody, reload the settings, create accounts,
see addresses, delete messages in channels."""


class OperatorClassSettings(Settings, frozen=True):
    name: Annotated[Text, Meta(min_length=1, description="The name by which [[operators]] refer to this class.")] = (
        "helpers"
    )
    rights: Annotated[
        tuple[Right, ...],
        Meta(
            description="What operators of this class may do.",
            extra={"allowed": "a list of kill, ban, wallops, rehash, accounts, see, redact"},
        ),
    ] = ()


class OperatorSettings(Settings, frozen=True):
    name: Annotated[Text, Meta(min_length=1, description="Name of this operator in OPER.")] = "operator"
    password: Annotated[
        Text,
        Meta(
            min_length=1,
            description="The operator's password, or its Argon2 hash ($argon2id$…).",
            extra={"secret": True, "allowed": "a password of at least one character"},
        ),
    ] = "*"  # noqa: S105 - stands for no password at all
    rights: Annotated[
        tuple[Right, ...],
        Meta(
            description="What this operator may do.",
            extra={"allowed": "a list of kill, ban, wallops, rehash, accounts, see, redact"},
        ),
    ] = ("kill", "ban", "wallops", "rehash", "accounts", "see", "redact")
    in_class: Annotated[
        Text, Meta(description="Name of one of [[classes]], whose rights count instead; empty for none.")
    ] = ""


class GatewaySettings(Settings, frozen=True):
    name: Annotated[Text, Meta(min_length=1, description="The gateway's name in the log.")] = "gateway"
    password: Annotated[
        Text,
        Meta(
            min_length=1,
            description="The gateway's password for WEBIRC, or its Argon2 hash ($argon2id$…).",
            extra={"secret": True, "allowed": "a password of at least one character"},
        ),
    ] = "*"  # noqa: S105 - stands for no password at all
    addresses: Annotated[
        tuple[Text, ...],
        Meta(
            description="Addresses or networks from which the gateway connects.",
            extra={"allowed": "a list of addresses and networks, like 127.0.0.1 and 10.0.0.0/8"},
        ),
    ] = ("127.0.0.0/8", "::1")

    def __post_init__(self) -> None:
        _networks("addresses", self.addresses)


class TlsSettings(Settings, frozen=True):
    cert: Annotated[
        Text,
        Meta(description="Certificate file (PEM) with its chain; empty for a self-signed one, made and kept."),
    ] = ""
    key: Annotated[Text, Meta(description="Key file (PEM) of the certificate.")] = ""
    domain: Annotated[
        str,
        Meta(
            pattern=r"^([A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{0,63}\Z",
            max_length=253,
            description="Domain for which a certificate is obtained and renewed by ACME, instead of cert and key.",
            extra={"allowed": "a domain such as chat.example.org"},
        ),
    ] = ""
    acme_directory: Annotated[
        Text, Meta(description="Authority that signs it: the URL of its directory (RFC 8555).")
    ] = "https://acme-v02.api.letsencrypt.org/directory"
    acme_email: Annotated[Text, Meta(description="Address that the authority writes to; empty for none.")] = ""
    acme_listen: Annotated[
        bool,
        Meta(
            description="Listen on ports 443 and 80, too, where the authority and browsers look for a domain."
            " A port that this user may not open is left out."
        ),
    ] = True

    def __post_init__(self) -> None:
        _both(self.cert, self.key, "cert", "key")
        if self.domain and self.cert:
            raise Misfit("domain", "empty where cert is given: one of the two is the certificate")


class StsSettings(Settings, frozen=True):
    enabled: Annotated[
        bool,
        Meta(description="Tell clients to connect with TLS only, which needs a certificate that all of them accept."),
    ] = False
    port: Annotated[Port, Meta(description="Port for TLS that clients are told; 0 for server.port.")] = 0
    duration: Annotated[
        int,
        Meta(
            ge=0,
            le=315_360_000,
            description="Seconds for which clients connect with TLS only; 0 to withdraw the policy.",
        ),
    ] = 2_592_000


class StoreSettings(Settings, frozen=True):
    durability: Annotated[
        Literal["power", "process"],
        Meta(
            description="What an acknowledged message survives: a power cut (power),"
            " or only the end of the process (process, which is faster). PostgreSQL decides that itself."
        ),
    ] = "power"
    url: Annotated[
        str,
        Meta(
            max_length=1000,
            pattern=r"^[!-~]*\Z",
            description="PostgreSQL database of messages, accounts and records:"
            " postgresql://USER:PASSWORD@HOST:PORT/DATABASE; empty for SQLite in the data directory.",
            extra={"secret": True, "allowed": "a URL that begins with postgresql://, without spaces"},
        ),
    ] = ""
    wait_seconds: Annotated[
        Seconds, Meta(description="Seconds that messages wait for PostgreSQL while it is away, before they fail.")
    ] = 10.0


class BusSettings(Settings, frozen=True):
    url: Annotated[
        str,
        Meta(
            max_length=1000,
            pattern=r"^[!-~]*\Z",
            description="NATS server that connects several nodes on one PostgreSQL: nats://USER:PASSWORD@HOST:PORT,"
            " or tls://…; several are separated by commas. Empty for a server that is alone.",
            extra={"secret": True, "allowed": "a URL that begins with nats:// or tls://, without spaces"},
        ),
    ] = ""


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


class AccountsSettings(Settings, frozen=True):
    registration: Annotated[
        Literal["open", "invite", "off"],
        Meta(description="People who may create an account: everybody, invited people, or only an operator."),
    ] = "open"
    new_per_address: Annotated[
        Count,
        Meta(
            description="Accounts that may be made from one address (IPv6: one /64) within a day, beside those by"
            " invitations; 0 for no limit."
        ),
    ] = 60
    new_per_network: Annotated[
        Count,
        Meta(description="The same from one network, an IPv4 /24 or an IPv6 /48; 0 for no limit."),
    ] = 200
    register_before_connect: Annotated[
        bool, Meta(description="An account may be made before NICK and USER are finished.")
    ] = True
    email_required: Annotated[bool, Meta(description="An account needs an e-mail address, which is verified.")] = False
    required: Annotated[bool, Meta(description="Nobody can connect without an account.")] = False
    protect_nicks: Annotated[
        Literal["strict", "optional", "off"],
        Meta(
            description="Whether others may use the nick of an account: never (strict), unless its owner says"
            " otherwise (optional), always (off)."
        ),
    ] = "strict"
    always_on: Annotated[
        Literal["off", "opt-in", "opt-out"],
        Meta(description="Whether accounts stay in their channels while no device is connected."),
    ] = "opt-in"
    plaintext_passwords: Annotated[
        bool,
        Meta(description="Accept passwords from other machines without TLS; anyone on the network path can read them."),
    ] = False
    scram: Annotated[
        bool, Meta(description="Store a SCRAM-SHA-256 verifier beside the hash, so that clients can log in with SCRAM.")
    ] = True
    password_len: Annotated[int, Meta(ge=1, le=128, description="Shortest password, in characters.")] = 6
    hash_cost: Annotated[
        Literal["normal", "cheap"],
        Meta(description="How expensive a password hash is; cheap is for tests only."),
    ] = "normal"


class MailSettings(Settings, frozen=True):
    host: Annotated[Text, Meta(description="SMTP server; empty for no mail.")] = ""
    port: Annotated[Port, Meta(description="Port of the SMTP server.")] = 587
    tls: Annotated[
        Literal["starttls", "tls", "none"], Meta(description="How the connection to the SMTP server is protected.")
    ] = "starttls"
    user: Annotated[Text, Meta(description="User name for the SMTP server; empty for no login.")] = ""
    password: Annotated[Text, Meta(description="Password for the SMTP server.", extra={"secret": True})] = ""
    sender: Annotated[Text, Meta(description="Address in From; empty for chover@ and the server's name.")] = ""


class WebSettings(Settings, frozen=True):
    url: Annotated[
        Site,
        Meta(
            description="Address of the web pages, like https://chat.example.org; empty for the server's name.",
            extra={"allowed": "an address like https://chat.example.org or https://example.org/chat, or empty"},
        ),
    ] = ""
    origins: Annotated[
        tuple[Origin, ...],
        Meta(
            description="Sites besides this server's own whose pages may connect, like https://chat.example.org.",
            extra={"allowed": "a list of addresses like https://chat.example.org, without a path"},
        ),
    ] = ()
    metrics_token: Annotated[
        Text,
        Meta(
            description="Token (Authorization: Bearer) that lets others read /metrics; empty: only this machine may.",
            extra={"secret": True},
        ),
    ] = ""
    worker_metrics_port: Annotated[
        Port,
        Meta(
            description="Port on 127.0.0.1 where the first of several workers answers for its own /metrics;"
            " the second has the next port, and so on. 0 for none."
        ),
    ] = 0


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
            le=_YEARS,
            description="Seconds for which people may delete their own messages; 0 for no limit. Operators always may.",
        ),
    ] = 0
    edit_seconds: Annotated[
        int, Meta(ge=0, le=_YEARS, description="Seconds for which people may edit their own messages; 0 for no limit.")
    ] = 86400


class RecordSettings(Settings, frozen=True):
    connection_days: Annotated[
        int,
        Meta(ge=0, le=3650, description="Days for which the connection log is kept; 0 to keep none."),
    ] = 30
    audit_days: Annotated[
        int, Meta(ge=0, le=36500, description="Days for which the audit log of operators is kept; 0 for ever.")
    ] = 365


class LogSettings(Settings, frozen=True):
    format: Annotated[
        Literal["text", "json"], Meta(description="What the lines of the server's log look like; json for programs.")
    ] = "text"
    addresses: Annotated[
        bool,
        Meta(description="Log people's addresses with their connections; failed logins are logged with theirs always."),
    ] = True


class OutgoingSettings(Settings, frozen=True):
    networks: Annotated[
        tuple[Text, ...],
        Meta(
            description="Networks that hooks and push may reach even though they are not public, like 10.0.0.0/8.",
            extra={"allowed": "a list of addresses and networks, like 127.0.0.1 and 10.0.0.0/8"},
        ),
    ] = ()
    push: Annotated[
        bool,
        Meta(
            description="Notify devices through their push services (Web Push); off if nothing may leave the network."
        ),
    ] = True

    def __post_init__(self) -> None:
        _networks("networks", self.networks)


class Config(Settings, frozen=True):
    """All settings. ``chover config`` prints them."""

    server: ServerSettings = ServerSettings()
    listeners: tuple[ListenerSettings, ...] = ()
    classes: tuple[OperatorClassSettings, ...] = ()
    operators: tuple[OperatorSettings, ...] = ()
    gateways: tuple[GatewaySettings, ...] = ()
    tls: TlsSettings = TlsSettings()
    sts: StsSettings = StsSettings()
    store: StoreSettings = StoreSettings()
    bus: BusSettings = BusSettings()
    limits: LimitSettings = LimitSettings()
    channels: ChannelSettings = ChannelSettings()
    accounts: AccountsSettings = AccountsSettings()
    mail: MailSettings = MailSettings()
    history: HistorySettings = HistorySettings()
    records: RecordSettings = RecordSettings()
    log: LogSettings = LogSettings()
    web: WebSettings = WebSettings()
    files: FilesSettings = FilesSettings()
    outgoing: OutgoingSettings = OutgoingSettings()

    def __post_init__(self) -> None:
        """Raises Misfit for values that are valid by themselves but not together with other settings."""
        classes = {row.name for row in self.classes}
        for row in self.operators:
            if row.in_class and row.in_class not in classes:
                raise Misfit("classes.name", f"given as {row.in_class}, because operators.in_class is")
        if self.accounts.email_required and not self.mail.host:
            raise Misfit("mail.host", "given, because accounts.email_required is true")
        if self.sts.enabled and not (self.tls.cert or self.tls.domain):
            raise Misfit("tls.cert", "given, because sts.enabled is true: nobody could check the self-signed one")
        self._require_fit_files()
        for channel in self.channels.autojoin:
            try:
                names.fold_channel(channel, self.server.casemapping, self.limits.channel_len)
            except names.BadName as error:
                raise Misfit("channels.autojoin", f"channel names: {error}") from error

    def _require_fit_files(self) -> None:
        files = self.files
        if files.url and files.directory:
            raise Misfit("files.directory", "empty, because files.url says where uploads are")
        if files.url and not (files.access_key and files.secret_key):
            raise Misfit("files.access_key", "given, and files.secret_key too, because files.url is")
        if files.url and files.max_bytes > S3_BYTES:
            raise Misfit("files.max_bytes", f"at most {S3_BYTES}, because files.url is given")


LISTS: Final[dict[str, type[Settings]]] = {
    "listeners": ListenerSettings,
    "classes": OperatorClassSettings,
    "operators": OperatorSettings,
    "gateways": GatewaySettings,
}
"""Sections that can be repeated: ``[[listeners]]`` in TOML, a JSON list in the environment."""
SECTIONS: Final[dict[str, type[Settings]]] = {
    name: LISTS.get(name) or hint for name, hint in get_type_hints(Config).items()
}
