"""NickServ: accounts for people, in every client and at any time."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

import msgspec

from chover.engine.ids import is_account
from chover.plurals import counted
from chover.ports import Account, AccountSettings, Denied, Login
from chover.server.delivery.render import moment
from chover.server.identity import invitations
from chover.server.identity.login import log_in, log_out
from chover.server.identity.welcome import register as register_user
from chover.server.info.isupport import site
from chover.server.operators import privileges
from chover.server.operators.erasing import erase
from chover.server.services import blocking, ssh_keys
from chover.server.services.service import Service, Verb, verbs
from chover.server.session.waits import tell
from chover.server.users import devices, nick_ownership
from chover.server.users.account_names import require_own_name
from chover.server.users.succession import succeed

if TYPE_CHECKING:
    from chover.server.session.session import Session

NICK: Final = "NickServ"
NOT_LOGGED_IN: Final = "You are not logged in: IDENTIFY <account> <password>"


def _say(session: Session, text: str) -> None:
    SERVICE.say(session, text)


def _mine(session: Session) -> Account:
    """The user's account. Raises Denied."""
    account = session.node.accounts.get(session.me.id)
    if account is None:
        raise Denied("ACCOUNT_REQUIRED", NOT_LOGGED_IN)
    return account


def _answered(run: Callable[[Session, list[str]], Awaitable[None]]) -> Callable[[Session, list[str]], Awaitable[None]]:
    """A verb whose denial is a line of the answer."""

    async def answered(session: Session, words: list[str]) -> None:
        try:
            await run(session, words)
        except Denied as denied:
            _say(session, str(denied))

    return answered


@_answered
async def register(session: Session, words: list[str]) -> None:
    nick = session.me.nick
    require_own_name(session, nick)
    email = words[1] if len(words) > 1 and words[1] != "*" else ""
    account = await session.node.accounts.registration.register(nick, words[0], email, session.peer, tell(session))
    if account is None:
        _say(session, "A code was mailed to you; finish it with VERIFY <account> <code>")
        return
    _say(session, f"{account.name} is registered and you are logged in. From now on log in with SASL,")
    _say(session, f"or with the server password {account.name}:<your password>, or say IDENTIFY <your password>")
    await log_in(session, Login(account))


@_answered
async def verify(session: Session, words: list[str]) -> None:
    account = await session.node.accounts.registration.verify(words[0], words[1], session.peer, tell(session))
    _say(session, f"{account.name} is registered and you are logged in")
    await log_in(session, Login(account))


@_answered
async def redeem(session: Session, words: list[str]) -> None:
    """For clients in which REDEEM cannot be typed."""
    made = await invitations.redeem(session, words[0], "", words[1] if len(words) > 1 else "")
    if made:
        _say(session, f"{made} is your password from now on, and is shown only once;")
        _say(session, f"log in with SASL, or with the server password {session.me.account}:<it>")
    else:
        _say(session, "The invitation is accepted")


@_answered
async def identify(session: Session, words: list[str]) -> None:
    """Log in with the password, and take over the nick, too."""
    name, password = words if len(words) == 2 else (_meant(session), words[0])
    login = await session.node.accounts.login.check(name, password, session.peer, tell(session))
    await log_in(session, login)
    _say(session, f"You are logged in as {login.account.name}")
    if session.user is not None:
        await nick_ownership.take_own_nick(session, login.account)
    else:
        await _go_on(session, login.account)


def _meant(session: Session) -> str:
    """The account to use if none is named: that of the nick, or of the nick that was refused."""
    nick = session.nick_or_star
    return nick if nick_ownership.owner(session.node, nick) is not None else session.registration.wanted or nick


async def _go_on(session: Session, account: Account) -> None:
    """Complete the registration of somebody who was waiting because their nick is reserved."""
    said = session.registration
    said.nick = said.nick or account.name
    if said.complete:
        await register_user(session)


@_answered
async def logout(session: Session, _: list[str]) -> None:
    account = _mine(session)
    node = session.node
    others = len(node.fanout.sessions.get(account.id, ())) > 1 or node.presence.devices(account.id)
    if others or devices.always_on(node, session.me):
        raise Denied("IN_USE", "Other devices of yours are online, or you are always on: QUIT this one instead")
    await log_out(session)
    _say(session, "You are logged out")


@_answered
async def passwd(session: Session, words: list[str]) -> None:
    account = _mine(session)
    (old, new), others = words[:2], _others(words[2:])
    await session.node.accounts.login.check(account.name, old, session.peer, tell(session))
    await session.node.accounts.passwords.set(account.id, new)
    count = devices.put_out_others(session, account.id, devices.OTHER_PROOF) if others else 0
    _say(session, f"Your password is changed, and {counted(count, 'other device')} disconnected")
    _say(session, "Tokens, certificates and keys still log in: TOKEN LIST, CERT LIST and KEY LIST show them")


def _others(words: list[str]) -> bool:
    """Whether the other devices have to log in again. Raises Denied."""
    if not words:
        return True
    if [word.upper() for word in words] != ["KEEP"]:
        raise Denied("INVALID", "A password here has no spaces; KEEP behind it leaves your other devices on")
    return False


@_answered
async def sendpass(session: Session, words: list[str]) -> None:
    await session.node.accounts.passwords.send_reset(words[0], session.peer)
    _say(session, "If that account has an e-mail address, a code was sent to it")


@_answered
async def reset(session: Session, words: list[str]) -> None:
    (name, code, password), others = words[:3], _others(words[3:])
    account = await session.node.accounts.passwords.reset(name, code, password, session.peer, tell(session))
    if others:
        devices.put_out_others(session, account.id, devices.OTHER_PROOF)
    _say(session, f"{account.name} has a new password: IDENTIFY {account.name} <password>")


def _flag(text: str) -> bool | None:
    words = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False, "default": None}
    try:
        return words[text.lower()]
    except KeyError:
        raise Denied("INVALID", "Use on, off or default") from None


def _protection(text: str) -> AccountSettings:
    flag = _flag({"strict": "on", "none": "off", "optional": "default"}.get(text.lower(), text))
    return AccountSettings(protect_nick={True: "strict", False: "off", None: ""}[flag])  # type: ignore[arg-type]


def _multiclient(text: str) -> AccountSettings:
    return AccountSettings(multiclient=_flag(text) is not False)


_SETTINGS: Final[dict[str, tuple[str, Callable[[str], AccountSettings]]]] = {
    "ALWAYS-ON": ("always_on", lambda text: AccountSettings(always_on=_flag(text))),
    "ENFORCE": ("protect_nick", _protection),
    "MULTICLIENT": ("multiclient", _multiclient),
}
"""The settings of SET: the field of AccountSettings, and how a word is converted to its value."""


@_answered
async def set_(session: Session, words: list[str]) -> None:
    account, name = _mine(session), words[0].upper()
    if name == "EMAIL":
        await session.node.accounts.set_email(account.id, "" if words[1] == "off" else words[1])
    elif name == "ENFORCE" and (policy := session.node.config.accounts.protect_nicks) != "optional":
        raise Denied("INVALID", f"ENFORCE is the same for everybody on this server: accounts.protect_nicks is {policy}")
    elif name in _SETTINGS:
        field, read = _SETTINGS[name]
        wanted = {field: getattr(read(words[1]), field)}
        await session.node.accounts.change(account.id, lambda held: msgspec.structs.replace(held, **wanted))
        await devices.keep_realname(session.node, session.me)
    else:
        raise Denied("INVALID", f"SET knows {', '.join([*_SETTINGS, 'EMAIL'])}")
    _say(session, f"{name} is {words[1]} now")


@_answered
async def get(session: Session, _: list[str]) -> None:
    account, config = _mine(session), session.node.config.accounts
    always = devices.always_on(session.node, session.me)
    _say(session, f"ALWAYS-ON: {'on' if always else 'off'} (the server's setting is {config.always_on})")
    _say(session, f"ENFORCE: {'on' if nick_ownership.protected(session.node, account) else 'off'}")
    _say(session, f"MULTICLIENT: {'on' if account.settings.multiclient else 'off'}")
    _say(session, f"EMAIL: {account.email or 'none'}")


def info(session: Session, words: list[str]) -> None:
    account = nick_ownership.owner(session.node, words[0] if words else session.me.nick)
    if account is None:
        _say(session, "There is no account of that name")
        return
    _say(session, f"Account: {account.name}, registered {moment(account.created_at)}")
    if account.id in session.node.chat.users:
        _say(session, f"{account.name} is online as {session.node.chat.users[account.id].nick}")


@_answered
async def clients(session: Session, words: list[str]) -> None:
    account = _mine(session)
    if [word.upper() for word in words[:1]] == ["LOGOUT"]:
        _say(session, f"Disconnected {counted(devices.put_out_others(session, account.id), 'other device')}")
        return
    here = session.node.fanout.sessions.get(account.id, ())
    for number, device in enumerate(here, 1):
        peer, mine = device.peer, " (this one)" if device is session else ""
        name = device.registration.device or "without a name"
        _say(
            session,
            f"{number}. {name}, from {peer.address or 'here'} by {peer.protocol}, since {moment(device.since)}{mine}",
        )
    for elsewhere in session.node.presence.devices(account.id):
        where = ", ".join(elsewhere.addresses)
        text = f"{counted(elsewhere.count, 'device')} on another node, from {where}, since {moment(elsewhere.since)}"
        _say(session, text)


@_answered
async def ghost(session: Session, words: list[str]) -> None:
    """For somebody who is locked out by another device of theirs, which hangs or is elsewhere."""
    name, password = words[:2]
    login = await session.node.accounts.login.check(name, password, session.peer, tell(session))
    count = devices.put_out_others(session, login.account.id)
    _say(session, f"Disconnected {counted(count, 'device')} of {login.account.name}")


def _revoked(session: Session, account: Account, by: str, problem: str) -> None:
    """Disconnect the sessions that logged in with it; this device last, if it did."""
    if problem:
        _say(session, problem)
        return
    count = devices.end_sessions(session.node, account.id, devices.REVOKED, by, but=session)
    _say(session, f"It no longer logs anybody in; {counted(count, 'other device')} disconnected")
    login = session.registration.login
    if login is not None and login.by == by:
        session.end(devices.REVOKED)


@_answered
async def cert(session: Session, words: list[str]) -> None:
    account, accounts = _mine(session), session.node.accounts
    verb, which = words[0].upper(), words[1] if len(words) > 1 else session.peer.fingerprint
    if verb == "ADD":
        if not which:
            raise Denied(
                "INVALID", "You connected without a certificate: connect with one over TLS, or name its SHA-256"
            )
        await accounts.certificates.add(account.id, which)
        _say(session, "From now on this certificate logs you in, by SASL EXTERNAL")
    elif verb == "DEL":
        found = await accounts.certificates.remove(account.id, which)
        _revoked(
            session,
            account,
            which.replace(":", "").lower(),
            "" if found else "You have no such certificate; CERT LIST shows them",
        )
    elif verb == "LIST":
        held = await accounts.certificates.of(account.id)
        for line in held or ["You have none"]:
            _say(session, line)
    else:
        raise Denied("INVALID", "CERT ADD [fingerprint], CERT DEL <fingerprint> or CERT LIST")


@_answered
async def key(session: Session, words: list[str]) -> None:
    """SSH keys; they are stored with certificates, as the SHA-256 of either."""
    account, accounts = _mine(session), session.node.accounts
    verb, given = words[0].upper(), [word for word in words[1:] if not word.startswith("ssh-")]
    which = "" if verb == "LIST" else ssh_keys.digest(given[0]) if given else ssh_keys.of(session.peer)
    if verb == "ADD":
        await accounts.certificates.add(account.id, which)
        _say(session, f"The SSH key {ssh_keys.shown(which)} logs you in from now on")
    elif verb in {"REMOVE", "DEL"}:
        found = await accounts.certificates.remove(account.id, which)
        _revoked(session, account, which, "" if found else "You have no such key; KEY LIST shows them")
    elif verb == "LIST":
        for line in await accounts.certificates.of(account.id) or [""]:
            _say(session, ssh_keys.shown(line) if line else "You have none")
    else:
        raise Denied("INVALID", "KEY ADD [public key], KEY LIST or KEY REMOVE <SHA256:…>")


@_answered
async def token(session: Session, words: list[str]) -> None:
    account, accounts = _mine(session), session.node.accounts
    verb, what = words[0].upper(), " ".join(words[1:])
    if verb == "MAKE":
        secret = await accounts.tokens.make(account.id, what or "device")
        _say(session, f"{secret} is a password for one device. It is shown only once; TOKEN REVOKE revokes it")
    elif verb == "LIST":
        held = await accounts.tokens.of(account.id)
        for row in held:
            used = moment(row.used_at) if row.used_at else "never"
            _say(session, f"{row.id} {row.label}: made {moment(row.created_at)}, last used {used}")
        _say(session, counted(len(held), "token"))
    elif verb == "REVOKE":
        found = await accounts.tokens.revoke(account.id, what)
        _revoked(session, account, what, "" if found else "You have no such token; TOKEN LIST shows them")
    else:
        raise Denied("INVALID", "TOKEN MAKE [name], TOKEN LIST or TOKEN REVOKE <id>")


@_answered
async def export(session: Session, _: list[str]) -> None:
    account = _mine(session)
    for line in json.dumps(await session.node.accounts.export(account.id), indent=1).splitlines():
        _say(session, line)
    exports = session.node.exports
    if exports is not None:
        secret = await exports.offer(account.id)
        _say(session, f"All that you have said, with your files' addresses: {site(session)}/exports/{secret}")
        _say(session, f"Anyone who has this address can read it, for {exports.minutes} minutes")


@_answered
async def drop(session: Session, words: list[str]) -> None:
    """Deletes an account for good. It needs the password, so that an unattended screen is not enough."""
    account = _mine(session)
    await session.node.accounts.login.check(account.name, words[0], session.peer, tell(session))
    took = len(words) > 1 and words[1].upper() == "MESSAGES"
    if took:
        erased = await erase(session.node, account.id)
        _say(session, f"{counted(erased.messages, 'message')} and {counted(erased.files, 'file')} of yours are deleted")
    await privileges.depose(session.node, account.id)
    channels = await succeed(session.node, account.id)
    devices.end_sessions(session.node, account.id, "This account was deleted", but=session)
    await session.node.accounts.delete(account.id)
    stays = "" if took else ". Its messages stay"
    if channels:
        _say(session, f"{', '.join(channels)}: the next in the access list becomes founder, or nobody")
    _say(session, f"{account.name} is deleted{stays}; the name is free")
    if is_account(session.me.id):
        await log_out(session)


@_answered
async def saregister(session: Session, words: list[str]) -> None:
    """An operator creates an account for somebody."""
    privileges.require(session, "accounts")
    account = await session.node.accounts.registration.make(words[0], words[1])
    await session.node.moderation.note(privileges.name_of(session), "SAREGISTER", account.name)
    _say(session, f"{account.name} is registered")


# fmt: off
SERVICE: Final = Service(NICK, "NS", "manages accounts", verbs(
    Verb("REGISTER", register, "REGISTER <password> [e-mail]", "registers your nick as an account", 1),
    Verb("VERIFY", verify, "VERIFY <account> <code>", "finishes a registration with the code from the e-mail", 2),
    Verb("REDEEM", redeem, "REDEEM <token> [password]", "uses an invitation, which registers your nick", 1),
    Verb("IDENTIFY", identify, "IDENTIFY [account[@device]] <password>", "logs you in and gives you your nick", 1,
         before=True),
    Verb("LOGOUT", logout, "LOGOUT", "makes you a guest again"),
    Verb("PASSWD", passwd, "PASSWD <old password> <new password> [KEEP]",
         "changes your password and disconnects your other devices, except with KEEP", 2),
    Verb("SENDPASS", sendpass, "SENDPASS <account>", "sends an e-mail with a code to set a new password", 1),
    Verb("RESET", reset, "RESET <account> <code> <new password> [KEEP]",
         "sets a new password with the code from SENDPASS, and disconnects your other devices", 3),
    Verb("SET", set_, "SET ALWAYS-ON|ENFORCE|MULTICLIENT|EMAIL <value>", "changes a setting of your account", 2),
    Verb("GET", get, "GET", "shows the settings of your account"),
    Verb("INFO", info, "INFO [account]", "shows information about an account"),
    Verb("CLIENTS", clients, "CLIENTS [LOGOUT]", "lists your connected devices, or disconnects all others"),
    Verb("SESSIONS", clients, "SESSIONS", "is another name for CLIENTS"),
    Verb("GHOST", ghost, "GHOST <account> <password>", "disconnects the devices of your account", 2, before=True),
    Verb("CERT", cert, "CERT ADD|DEL|LIST [fingerprint]", "manages the certificates that log you in", 1),
    Verb("KEY", key, "KEY ADD|LIST|REMOVE [public key|SHA256:…]", "manages the SSH keys that log you in", 1),
    Verb("TOKEN", token, "TOKEN MAKE|LIST|REVOKE [name|id]", "manages passwords for single devices", 1),
    *blocking.VERBS,
    Verb("EXPORT", export, "EXPORT", "shows what is stored about you, and where to get all that you have said"),
    Verb("SAREGISTER", saregister, "SAREGISTER <account> <password>", "registers somebody else (operators)", 2),
    Verb("DROP", drop, "DROP <password> [MESSAGES]",
         "deletes your account; MESSAGES also deletes everything that you have said and uploaded", 1),
))
# fmt: on
