"""The sections about the server as a program: addresses and names, certificates, store and bus, web, log."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final, Literal

from msgspec import Meta

from chover.config.values import (
    Lines,
    Misfit,
    Origin,
    Port,
    Seconds,
    Settings,
    Site,
    Text,
    Word,
    require_both,
    require_networks,
)

SpokenProtocol = Literal["irc", "tls", "http", "legacy"]
_SERVER_NAME: Final = re.compile(r"(?=.{3,63}$)[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9][A-Za-z0-9-]*)+")

_ADDRESS: Final = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:/#\[\]@]+))(?::(?P<port>\d{1,5}))?")


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
    language: Annotated[
        Literal["ar", "de", "en"], Meta(description="Language of the mails to people; what the chat says is English.")
    ] = "en"
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
        require_networks("trusted_proxies", self.trusted_proxies)

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
        require_both(self.tls_cert, self.tls_key, "tls_cert", "tls_key")


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
        require_networks("addresses", self.addresses)


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
        require_both(self.cert, self.key, "cert", "key")
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
    previews: Annotated[
        bool,
        Meta(
            description="Fetch the pages that messages in channels link to, for previews. The sites learn this server's"
            " address."
        ),
    ] = False

    def __post_init__(self) -> None:
        require_networks("networks", self.networks)
