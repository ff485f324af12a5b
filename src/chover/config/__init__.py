"""The settings, and their three sources: a TOML file, the environment, flags."""

from chover.config.conversation_settings import ChannelSettings, FilesSettings, HistorySettings
from chover.config.limit_settings import LimitSettings
from chover.config.people_settings import OperatorSettings, Right
from chover.config.server_settings import GatewaySettings, ListenerSettings, ServerSettings, StoreSettings, TlsSettings
from chover.config.settings import Config
from chover.config.sources import FLAGS, ConfigError, default_path, load, renamed
from chover.config.values import Misfit
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
