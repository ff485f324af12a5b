"""ChanServ: channels that belong to accounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from chover.engine import verbs
from chover.engine.append import Append
from chover.engine.events import Event, Grant, ModeChange, ModesSet, Source
from chover.engine.ids import SERVER, is_account
from chover.engine.model import Channel, User
from chover.engine.modes import RANKS, ROLES
from chover.engine.refusals import Refusal, Why
from chover.plurals import counted
from chover.ports import Account, Denied
from chover.server.access.ban_syntax import BadBan, is_duration, seconds_of
from chover.server.delivery.channel_notices import notify
from chover.server.delivery.render import moment
from chover.server.services import channel_bans, hooks, invitations, nickserv, reports
from chover.server.services.channel_settings import SETTINGS
from chover.server.services.service import Service, Verb
from chover.server.services.service import verbs as service_verbs
from chover.server.session.refusal_lines import line_of
from chover.server.users import nick_ownership

if TYPE_CHECKING:
    from chover.server.session.session import Session

NICK: Final = "ChanServ"


def _say(session: Session, text: str) -> None:
    SERVICE.say(session, text)


def _self(session: Session) -> Source:
    return Source(SERVER, NICK, NICK, session.node.name)


def _answered(run: Callable[[Session, list[str]], Awaitable[None]]) -> Callable[[Session, list[str]], Awaitable[None]]:
    """A verb whose refusal is a line of the answer."""

    async def answered(session: Session, words: list[str]) -> None:
        try:
            await run(session, words)
        except Refusal as refusal:
            _say(session, " ".join([f"{subject}:" for subject in refusal.subject[:1]] + line_of(refusal)[1][-1:]))
        except Denied as denied:
            _say(session, str(denied))

    return answered


def _require_account(session: Session) -> None:
    if not is_account(session.me.id):
        raise Denied("ACCOUNT_REQUIRED", "That needs an account: /msg NickServ REGISTER <password>, or log in")


def _registered(session: Session, name: str) -> Channel:
    """The registered channel of that name. Raises Refusal, and Denied if the channel has no owner."""
    channel = session.node.chat.known_channel(session.me, name)
    if not channel.access:
        raise Denied("NOT_REGISTERED", f"{channel.name} is not registered: an operator of it can REGISTER it")
    return channel


def _account(session: Session, name: str) -> Account:
    account = nick_ownership.owner(session.node, name)
    if account is None:
        raise Denied("NO_SUCH_ACCOUNT", f"There is no account {name}; they have to register with NickServ first")
    return account


def _role(text: str) -> str:
    try:
        return ROLES[text.lower().lstrip("+")]
    except KeyError:
        raise Denied("INVALID", "A role is founder, admin, op, halfop, voice or none") from None


@_answered
async def register(session: Session, words: list[str]) -> None:
    _require_account(session)
    chat, user = session.node.chat, session.me
    channel = chat.known_channel(user, words[0])
    most = session.node.config.channels.registered_per_account
    held = sum(found.founder is not None and found.founder.account == user.id for found in chat.channels.values())
    if held >= most:
        raise Denied("TOO_MANY", f"You have registered {counted(held, 'channel')}, which is the limit here")
    try:
        await session.commit(partial(verbs.register, user, channel, _self(session)))
    except Refusal as refusal:
        raise _with_the_way(refusal, channel, user) from refusal
    _say(session, f"{channel.name} is yours: when everybody has left, it keeps its modes, its bans and its topic")


def _with_the_way(refusal: Refusal, channel: Channel, user: User) -> Refusal:
    """Nobody becomes operator of the lobby by joining first, so name other ways to register a channel."""
    if refusal.why is not Why.NOT_OPERATOR or any(member.rules for member in channel.members.values()):
        return refusal
    way = f"or whoever runs this server gives it to you: chover channel transfer '{channel.name}' {user.account}"
    return Refusal(
        refusal.why,
        *refusal.subject,
        hint=f"{refusal.hint}; {way} (and makes operators of the server: chover operator add NAME)",
    )


@_answered
async def unregister(session: Session, words: list[str]) -> None:
    channel = _registered(session, words[0])
    gone = [Grant(grant.account, grant.name) for grant in channel.access.values()]
    await session.commit(partial(verbs.grant, session.me, channel, gone, _self(session)))
    _say(session, f"{channel.name} no longer belongs to anybody")


@_answered
async def transfer(session: Session, words: list[str]) -> None:
    channel, to = _registered(session, words[0]), _account(session, words[1])
    founder = channel.founder
    given = [Grant(to.id, to.name, "q")]
    if founder is not None and founder.account != to.id:
        given.append(Grant(founder.account, founder.name, "a"))
    await session.commit(partial(verbs.grant, session.me, channel, given, _self(session)))
    _say(session, f"{channel.name} is {to.name}'s")


@_answered
async def access(session: Session, words: list[str]) -> None:
    """Shows permanent ranks, or changes one."""
    channel = _registered(session, words[0])
    if len(words) == 1 or words[1].upper() == "LIST":
        for grant in channel.access.values():
            _say(session, f"{grant.name}: +{grant.role}")
        return
    verb, name = words[1].upper(), words[2] if len(words) > 2 else ""
    if verb not in {"ADD", "DEL"} or not name or (verb == "ADD" and len(words) < 4):
        raise Denied("INVALID", "ACCESS <#channel> ADD <account> <role>, DEL <account>, or LIST")
    account, role = _account(session, name), _role(words[3]) if verb == "ADD" else ""
    if role == "q":
        raise Denied("INVALID", "A channel has one founder: TRANSFER gives it to somebody else")
    given = [Grant(account.id, account.name, role)]
    await session.commit(partial(verbs.grant, session.me, channel, given, _self(session)))
    _say(session, f"{account.name} has {'+' + role if role else 'no rank now'} in {channel.name}")


@_answered
async def amode(session: Session, words: list[str]) -> None:
    """The same in the form of a mode change: AMODE #channel +o account."""
    change = words[1] if len(words) > 1 else ""
    if not change:
        await access(session, words[:1])
    elif change[0] in "+-" and len(words) > 2:
        verb = ["ADD", words[2], change[1:]] if change[0] == "+" else ["DEL", words[2]]
        await access(session, [words[0], *verb])
    else:
        raise Denied("INVALID", "AMODE <#channel> [+mode|-mode account]")


@_answered
async def set_(session: Session, words: list[str]) -> None:
    """Shows the founder's choices, or changes one."""
    channel = _registered(session, words[0])
    if len(words) > 1:
        name = words[1].upper()
        setting = SETTINGS.get(name)
        if setting is None or len(words) < 3:
            raise Denied("INVALID", "SET <#channel> " + ", or ".join(f"{k} {v.usage}" for k, v in SETTINGS.items()))
        await session.commit(partial(setting.change, session.me, channel, words[2].lower()))
    elif session.me.id not in channel.access and session.me.id not in channel.members:
        raise Denied("NO_RIGHT", f"Only people who are in {channel.name} can see that")
    for setting in SETTINGS.values():
        _say(session, f"{channel.name}: {setting.show(channel, session.node.chat.rules)}")


def _ranks(mode: str, add: bool) -> Callable[[Session, list[str]], Awaitable[None]]:
    @_answered
    async def run(session: Session, words: list[str]) -> None:
        channel = _registered(session, words[0])
        target = session.node.chat.find_user(words[1]) if len(words) > 1 else session.me
        own = channel.access.get(session.me.id)
        if own is None or RANKS.index(own.role) > RANKS.index("o"):
            raise Denied("NO_RIGHT", "Only operators in the access list of the channel can do that")
        if target.id not in channel.members:
            raise Denied("NOT_THERE", f"{target.nick} is not in {channel.name}")
        change = ModeChange(add, mode, target.nick, target.id)

        def decide() -> Append:
            if (mode in channel.members[target.id].modes) is add:
                return Append([])
            return Append(
                [Event(channel.log, _self(session), ModesSet((change,)))], {channel.log: channel.rules_version}
            )

        await session.commit(decide)

    return run


def _width(words: list[str]) -> tuple[int, list[str]]:
    """The width of a ban, and the other words: "net abuse" is a reason, NET alone or in capitals is not."""
    if words and (words[0] in channel_bans.WIDTHS or (len(words) == 1 and words[0].upper() in channel_bans.WIDTHS)):
        return channel_bans.WIDTHS[words[0].upper()], words[1:]
    return 0, words


def _until(session: Session, words: list[str]) -> tuple[int, list[str]]:
    """When it ends (ms since 1970; 0: never) by the first word, if it is a duration, and the rest. Raises Denied."""
    if not words or not is_duration(words[0]):
        return 0, words
    try:
        seconds = seconds_of(words[0])
    except BadBan as error:
        raise Denied("INVALID", str(error)) from None
    return session.node.chat.now() + seconds * 1000 if seconds else 0, words[1:]


def _ends(until: int) -> str:
    return f" until {moment(until)}" if until else ""


def _say_banned(session: Session, channel: Channel, made: channel_bans.ChannelBan, until: int) -> None:
    mask = made.mask
    lifts = f"MODE {channel.name} -b {mask} lifts the ban"
    _say(session, f"{mask} is banned from {channel.name}{_ends(until)}; {lifts}")
    if made.by_nick:
        _say(session, f"It covers only the nick: a ban of {made.target.nick}'s address would hit you, too")


@_answered
async def ban(session: Session, words: list[str]) -> None:
    channel = session.node.chat.known_channel(session.me, words[0])
    parts, rest = _width(words[2:])
    until, _ = _until(session, rest)
    _say_banned(session, channel, await channel_bans.ban(session, channel, words[1], parts, until), until)


@_answered
async def mute(session: Session, words: list[str]) -> None:
    """The person is told, with the time."""
    node, channel = session.node, session.node.chat.known_channel(session.me, words[0])
    until, rest = _until(session, words[2:])
    if rest:
        raise Denied("INVALID", f"{rest[0]} is not a duration; examples are 10m, 2h, 7d")
    made = await channel_bans.mute(session, channel, words[1], until)
    _say(
        session,
        f"{made.target.nick} is muted in {channel.name}{_ends(until)}; UNMUTE {channel.name} {words[1]} ends it",
    )
    notify(node.fanout.sessions, node.name, made.target, [f"You are muted in {channel.name}{_ends(until)}"])


@_answered
async def unmute(session: Session, words: list[str]) -> None:
    channel = session.node.chat.known_channel(session.me, words[0])
    ended = await channel_bans.unmute(session, channel, words[1])
    if not ended:
        raise Denied("NOT_BANNED", f"{words[1]} is not muted in {channel.name}; BANS {channel.name} lists who is")
    _say(session, f"No longer muted in {channel.name}: {', '.join(ended)}")


@_answered
async def bans(session: Session, words: list[str]) -> None:
    """With their ends, which the numerics of MODE have no place for."""
    channel = session.node.chat.known_channel(session.me, words[0])
    entries = list(channel.lists.get("b", {}).values())
    for entry in entries:
        _say(session, f"{entry.mask} by {entry.set_by.partition('!')[0]}{_ends(entry.until) or ', for ever'}")
    _say(session, f"{counted(len(entries), 'ban')} in {channel.name}; those that begin with m: are mutes")


@_answered
async def unban(session: Session, words: list[str]) -> None:
    channel = session.node.chat.known_channel(session.me, words[0])
    lifted = await channel_bans.unban(session, channel, words[1])
    if not lifted:
        raise Denied("NOT_BANNED", f"No ban of {channel.name} was set on {words[1]}; MODE {channel.name} +b lists them")
    _say(session, f"No longer banned from {channel.name}: {', '.join(lifted)}")


@_answered
async def kick_and_ban(session: Session, words: list[str]) -> None:
    channel = session.node.chat.known_channel(session.me, words[0])
    parts, rest = _width(words[2:])
    until, rest = _until(session, rest)
    reason = " ".join(rest) or session.me.nick
    made, gone = await channel_bans.kickban(session, channel, words[1], parts, reason, until)
    _say_banned(session, channel, made, until)
    if gone:
        _say(session, f"Removed: {', '.join(gone)}")


def info(session: Session, words: list[str]) -> None:
    try:
        channel = _registered(session, words[0])
    except (Refusal, Denied):
        _say(session, f"{words[0]} is not registered")
        return
    founder = channel.founder
    if "s" in channel.modes and session.me.id not in channel.members and session.me.id not in channel.access:
        _say(session, f"{words[0]} is not registered")
        return
    _say(session, f"{channel.name} is {founder.name if founder else 'nobody'}'s, since {moment(channel.created_at)}")
    _say(session, f"Accounts with a rank: {len(channel.access)}; people in it: {len(channel.members)}")


def list_(session: Session, _: list[str]) -> None:
    """The channels in which the user has a rank."""
    held = [(channel, channel.access[session.me.id]) for channel in session.node.chat.channels.values()
            if session.me.id in channel.access]  # fmt: skip
    for channel, grant in held:
        _say(session, f"{channel.name}: +{grant.role}")
    _say(session, f"You have a rank in {counted(len(held), 'registered channel')}")


@_answered
async def invite_link(session: Session, words: list[str]) -> None:
    await invitations.invite_link(session, words, _say)


@_answered
async def hook(session: Session, words: list[str]) -> None:
    await hooks.hook(session, words, _say)


# fmt: off
SERVICE: Final = Service(NICK, "CS", "manages channels", service_verbs(
    nickserv.SERVICE.verbs["IDENTIFY"],
    Verb("REGISTER", register, "REGISTER <#channel>", "registers a channel in which you are operator", 1),
    Verb("UNREGISTER", unregister, "UNREGISTER <#channel>", "gives up a channel (founder)", 1),
    Verb("TRANSFER", transfer, "TRANSFER <#channel> <account>", "gives a channel to another account (founder)", 2),
    Verb("ACCESS", access, "ACCESS <#channel> [LIST | ADD <account> <role> | DEL <account>]",
         "shows or changes permanent ranks", 1),
    Verb("AMODE", amode, "AMODE <#channel> [+mode|-mode account]", "changes permanent ranks, as modes", 1),
    Verb("SET", set_, "SET <#channel> [HISTORY all|joined|none | RETENTION days]", "sets history options (founder)", 1),
    Verb("OP", _ranks("o", add=True), "OP <#channel> [nick]", "makes somebody in the channel an operator", 1),
    Verb("DEOP", _ranks("o", add=False), "DEOP <#channel> [nick]", "takes the operator rank away", 1),
    Verb("VOICE", _ranks("v", add=True), "VOICE <#channel> [nick]", "gives somebody voice", 1),
    Verb("DEVOICE", _ranks("v", add=False), "DEVOICE <#channel> [nick]", "takes voice away", 1),
    Verb("BAN", ban, "BAN <#channel> <nick> [NET|WIDE] [1d]",
         "bans somebody, who may be gone, by account, or else by cloak, so that another nick does not help", 2),
    Verb("UNBAN", unban, "UNBAN <#channel> <nick|mask>", "lifts the bans of somebody, who may be gone", 2),
    Verb("BANS", bans, "BANS <#channel>", "lists bans and mutes with their ends", 1),
    Verb("MUTE", mute, "MUTE <#channel> <nick> [2h]", "mutes somebody, who may go on reading", 2),
    Verb("UNMUTE", unmute, "UNMUTE <#channel> <nick|mask>", "ends the mutes of somebody", 2),
    Verb("KICKBAN", kick_and_ban, "KICKBAN <#channel> <nick> [NET|WIDE] [1d] [reason]",
         "kicks and bans somebody by account, or else by cloak; NET and WIDE ban the network around it", 2),
    Verb("INVITE-LINK", invite_link, "INVITE-LINK <#channel> [uses] [days] [role] | LIST | REVOKE <id>",
         "makes, lists or revokes invitation links to a channel (operators of the channel)", 1),
    Verb("HOOK", hook, "HOOK ADD <#channel> [name] | LIST <#channel> | REVOKE <#channel> <id>",
         "makes, lists or revokes addresses at which programs post to a channel (its operators)", 2),
    Verb("INFO", info, "INFO <#channel>", "shows who owns a channel", 1),
    *reports.VERBS,
    Verb("LIST", list_, "LIST", "lists the channels in which you have a rank"),
))
# fmt: on
