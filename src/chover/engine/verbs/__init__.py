"""What users can do. Each verb looks at the state and returns what would happen, or raises a Refusal.

A verb changes nothing except reservations (reservations.py). Its decision takes effect when it has been committed,
through engine/apply.py. This module has the verbs of all users; others are imported from their modules.
"""

from chover.engine.verbs.membership import close_forsaken, invite, join, kick, part
from chover.engine.verbs.presence import (
    identify,
    leave_server,
    rename,
    set_away,
    set_blocks,
    set_host,
    set_realname,
    set_user_modes,
)
from chover.engine.verbs.registration import grant, register, resume_rank, set_history
from chover.engine.verbs.settings import set_channel_metadata, set_metadata, set_modes, set_topic
from chover.engine.verbs.talking import require_private, say, tag

__all__ = [
    "close_forsaken",
    "grant",
    "identify",
    "invite",
    "join",
    "kick",
    "leave_server",
    "part",
    "register",
    "rename",
    "require_private",
    "resume_rank",
    "say",
    "set_away",
    "set_blocks",
    "set_channel_metadata",
    "set_history",
    "set_host",
    "set_metadata",
    "set_modes",
    "set_realname",
    "set_topic",
    "set_user_modes",
    "tag",
]
