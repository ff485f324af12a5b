"""The settings, and their three sources: a TOML file, the environment, flags."""

from chover.config.settings import (
    ChannelSettings,
    Config,
    FilesSettings,
    GatewaySettings,
    HistorySettings,
    LimitSettings,
    ListenerSettings,
    Misfit,
    OperatorSettings,
    Right,
    ServerSettings,
    StoreSettings,
    TlsSettings,
)
from chover.config.sources import FLAGS, ConfigError, default_path, load, renamed
from chover.config.words import SettingRow, changes, describe

__all__ = [
    "FLAGS",
    "ChannelSettings",
    "Config",
    "ConfigError",
    "FilesSettings",
    "GatewaySettings",
    "HistorySettings",
    "LimitSettings",
    "ListenerSettings",
    "Misfit",
    "OperatorSettings",
    "Right",
    "ServerSettings",
    "SettingRow",
    "StoreSettings",
    "TlsSettings",
    "changes",
    "default_path",
    "describe",
    "load",
    "renamed",
]
