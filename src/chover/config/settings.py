"""The settings, each with its type, bounds, default and meaning: the table that everything else is made from.

A new setting is one field in one of the sections (their modules are named ``…_settings``), or a new section in Config.
Reading it from file, environment and flags, refusing invalid values, ``chover config`` and the docs follow from that.
"""

from __future__ import annotations

from typing import Final, get_type_hints

from chover import names
from chover.config.conversation_settings import S3_BYTES, ChannelSettings, FilesSettings, HistorySettings
from chover.config.limit_settings import LimitSettings
from chover.config.people_settings import (
    AccountsSettings,
    MailSettings,
    OperatorClassSettings,
    OperatorSettings,
    RecordSettings,
)
from chover.config.server_settings import (
    BusSettings,
    GatewaySettings,
    ListenerSettings,
    LogSettings,
    OutgoingSettings,
    ServerSettings,
    StoreSettings,
    StsSettings,
    TlsSettings,
    WebSettings,
)
from chover.config.values import Misfit, Settings


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
