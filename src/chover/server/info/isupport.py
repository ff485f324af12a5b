"""The ISUPPORT tokens (005): one table of what this server says about itself (modern.ircdocs.horse, "RPL_ISUPPORT")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.config import Config
from chover.engine.modes import BOT, CHANNEL_MODES, PREFIXES, RANKS, Kind, chanmodes
from chover.engine.verbs.accepting import MOST as MOST_ACCEPTED
from chover.names import CHANNEL_TYPES, EXTBANS
from chover.server.delivery.monitor import MOST
from chover.server.delivery.render import Rendered
from chover.server.history.replay import enclose
from chover.server.profile.blocks import MOST as MOST_BLOCKS
from chover.server.session.answers import NICK, numeric_lines
from chover.server.session.registration import REALNAME_BYTES
from chover.wire.capabilities import VENDOR, Cap
from chover.wire.numerics import Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Node, Session

TOKENS_PER_LINE: Final = 13
WEB: Final = f"{VENDOR}/WEB"
"""The address of the web client, from which links to messages are made."""
EMOJI: Final = f"{VENDOR}/EMOJI"
"""The version of the list of this server's emoji, by which clients know whether they have it."""


def tokens(config: Config) -> dict[str, str]:
    """Each token and its value, empty for none, in the order in which they are sent."""
    limits = config.limits
    lists = "".join(mode.letter for mode in CHANNEL_MODES.values() if mode.kind is Kind.LIST)
    precis = {"UTF8MAPPING": "rfc8265"} if config.server.casemapping == "precis" else {}
    return {
        "ACCEPT": str(MOST_ACCEPTED),
        "AWAYLEN": str(limits.away_len),
        "BOT": BOT,
        # The command with which BAN, UNBAN and KICKBAN take a nick.
        "chover.chat/BANS": "CHANSERV",
        "CALLERID": "g",
        "CASEMAPPING": "ascii",
        "CHANLIMIT": f"{CHANNEL_TYPES}:{limits.channels_per_user}",
        "CHANMODES": chanmodes(),
        "CHANNELLEN": str(limits.channel_len),
        "CHANTYPES": CHANNEL_TYPES,
        "CHATHISTORY": str(config.history.chathistory_max),
        "ELIST": "CMNTU",
        "EXCEPTS": "",
        "EXTBAN": f",{EXTBANS}",
        "ACCOUNTEXTBAN": "account,a",
        "INVEX": "",
        "KICKLEN": str(limits.kick_len),
        "MAXLIST": f"{lists}:{limits.list_modes}",
        "MAXTARGETS": str(limits.max_targets),
        "MODES": "",
        "MONITOR": str(MOST),
        "SILENCE": str(MOST_BLOCKS),
        "STATUSMSG": "".join(PREFIXES[rank] for rank in RANKS),
        "MSGREFTYPES": "msgid,timestamp",
        "NAMELEN": str(REALNAME_BYTES),
        "NETWORK": config.server.network,
        "NICKLEN": str(limits.nick_len),
        "PREFIX": f"({RANKS}){''.join(PREFIXES[rank] for rank in RANKS)}",
        "SAFELIST": "",
        "SAFERATE": "",
        "TARGMAX": ",".join(
            f"{command}:{most}"
            for command, most in {
                "JOIN": "", "KICK": "", "LIST": "", "NAMES": "", "NOTICE": limits.max_targets, "PART": "",
                "PRIVMSG": limits.max_targets, "TAGMSG": limits.max_targets, "WHOIS": "1",
            }.items()
        ),
        "TOPICLEN": str(limits.topic_len),
        "UTF8ONLY": "",
        **precis,
        **({"draft/ACCOUNTREQUIRED": ""} if config.accounts.required else {}),
        **({"draft/ICON": config.server.icon} if config.server.icon else {}),
        "WHOX": "",
    }  # fmt: skip


def own(session: Session) -> list[list[str]]:
    """Tokens for one session only."""
    node, here = session.node, site(session)
    words = [f"soju.im/FILEHOST={here}/files"] if node.config.files.enabled else []
    # draft/webpush has VAPIDPUBKEY; Goguma looks for it here.
    words += [f"{EMOJI}={node.emoji.version}"] if node.emoji is not None and node.emoji.version else []
    words.append(f"{WEB}={here}/")
    words += [f"VAPID={node.push.key}"] if node.push is not None else []
    return [words]


def tell_emoji(node: Node) -> None:
    """Tell everybody that the emoji of this server are others now, or that there are none."""
    version = node.emoji.version if node.emoji is not None else ""
    word = f"{EMOJI}={version}" if version else f"-{EMOJI}"
    for session in node.sessions:
        if session.user is not None:
            text = f":{node.name} {Rpl.ISUPPORT.value} {session.nick_or_star} {_tail([word])}"
            session.send(text.encode() + b"\r\n")


def site(session: Session) -> str:
    """The URL for HTTP, with TLS unless the client is on this machine."""
    node, peer = session.node, session.peer
    if site := peer.site or node.config.web.url:
        return site
    name, _, port = node.reached_at.rpartition(":")
    at_home = not peer.via and peer.address in {"127.0.0.1", "::1"}
    return f"{'http' if at_home and not peer.tls else 'https'}://{'localhost' if at_home else name}:{port}"


def lines(config: Config) -> list[list[str]]:
    """The tokens in lines of at most 13."""
    words = [f"{token}={value}" if value else token for token, value in tokens(config).items()]
    return [words[start : start + TOKENS_PER_LINE] for start in range(0, len(words), TOKENS_PER_LINE)]


def _tail(words: list[str]) -> str:
    return f"{' '.join(words)} :are supported by this server"


def _numerics(node: Node, lines_: list[list[str]]) -> str:
    return numeric_lines(node.name, [(Rpl.ISUPPORT, _tail(words)) for words in lines_])


def _of_everybody(node: Node) -> str:
    return _numerics(node, lines(node.config))


def send(session: Session) -> None:
    """Send all of them, in a batch with draft/extended-isupport (https://ircv3.net/specs/extensions/extended-isupport)."""
    node = session.node
    numerics = node.fixed_lines.of(node, _of_everybody) + _numerics(node, own(session))
    if Cap.EXTENDED_ISUPPORT in session.caps:
        texts = numerics.replace(NICK, session.nick_or_star).split("\r\n")[:-1]
        enclose(session, "draft/isupport", [Rendered("", text) for text in texts])
    else:
        session.reply_lines(numerics)
