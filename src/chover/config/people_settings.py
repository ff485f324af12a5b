"""The sections about people: accounts, operators, mail, and the records that are kept about them."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from chover.config.values import (
    Count,
    Port,
    Settings,
    Text,
)

Right = Literal["kill", "ban", "wallops", "rehash", "accounts", "see", "redact"]
"""What an operator may do: disconnect people, ban them, write to everybody, reload the settings, create accounts,
see addresses, delete messages in channels."""


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


class MailSettings(Settings, frozen=True):
    host: Annotated[Text, Meta(description="SMTP server; empty for no mail.")] = ""
    port: Annotated[Port, Meta(description="Port of the SMTP server.")] = 587
    tls: Annotated[
        Literal["starttls", "tls", "none"], Meta(description="How the connection to the SMTP server is protected.")
    ] = "starttls"
    user: Annotated[Text, Meta(description="User name for the SMTP server; empty for no login.")] = ""
    password: Annotated[Text, Meta(description="Password for the SMTP server.", extra={"secret": True})] = ""
    sender: Annotated[Text, Meta(description="Address in From; empty for chover@ and the server's name.")] = ""


class RecordSettings(Settings, frozen=True):
    connection_days: Annotated[
        int,
        Meta(ge=0, le=3650, description="Days for which the connection log is kept; 0 to keep none."),
    ] = 30
    audit_days: Annotated[
        int, Meta(ge=0, le=36500, description="Days for which the audit log of operators is kept; 0 for ever.")
    ] = 365
