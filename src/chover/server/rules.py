"""The limits of the chat, from the settings."""

from __future__ import annotations

from chover import names
from chover.config import Config
from chover.engine.model import Rules


def rules_of(config: Config) -> Rules:
    limits = config.limits
    casemapping: names.Mapping = config.server.casemapping
    return Rules(
        casemapping=casemapping,
        nick_len=limits.nick_len,
        channel_len=limits.channel_len,
        topic_len=limits.topic_len,
        kick_len=limits.kick_len,
        away_len=limits.away_len,
        channels_per_user=limits.channels_per_user,
        list_modes=limits.list_modes,
        visibility=config.history.visibility,
        permanent=frozenset(
            names.fold_channel(name, casemapping, limits.channel_len) for name in config.channels.autojoin
        ),
    )
