"""Drafts by conversation and by thread: kept with the account, and sent only to its devices.

docs/protocol.md, "Drafts". A draft belongs to a name, as preferences do (preferences.py), or to a thread there, and
follows a renamed channel.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from chover.engine import lines
from chover.engine.ids import UserId, is_account
from chover.engine.model import Channel
from chover.ports import AccountSettings, Denied, Draft, StoreError
from chover.server.delivery.render import Rendered, text_line, text_of
from chover.server.history.replay import enclose
from chover.server.profile.preferences import PreferenceTarget, may_know
from chover.server.session.command import Fault
from chover.wire.capabilities import VENDOR, Cap

if TYPE_CHECKING:
    from chover.server.session.session import Node, Session

_log = logging.getLogger(__name__)

MOST: Final = 50
"""Drafts of one account."""
MOST_BYTES: Final = 65_536
"""Bytes of text in all drafts of one account."""
LISTED: Final = f"{VENDOR}/drafts"
"""The batch that names all of them."""
THREAD: Final = "thread="
"""In front of the msgid of the message that begins the thread which a draft is written in."""
_NEEDED: Final = Cap.DRAFTS | Cap.BATCH | Cap.MULTILINE

Drafts = Mapping[str, Draft]


# ---- changing --------------------------------------------------------------------------------------------------------


async def put(session: Session, where: PreferenceTarget, text: str, about: str) -> None:
    """Keep a draft (an empty one deletes it), and tell the account's other devices. Raises Fault and StoreError.

    ``about``: the msgid of the message that it answers, ``thread=`` and a msgid for one in a thread, or ``*``.
    """
    user, accounts = session.me.id, session.node.accounts
    draft = _draft(where.name, text, about)
    context = (where.name, about) if draft.thread else (where.name,)
    if not is_account(user):
        raise Fault("ACCOUNT_REQUIRED", *context, text="Drafts need an account: log in, or register")
    known, now = _key(where.folded, draft.thread), draft if text else None
    if _of(session.node, user).get(known) == now:
        return
    try:
        await accounts.change(user, partial(_kept, known, now))
    except Denied as denied:
        raise Fault(denied.code, *context, text=str(denied)) from None
    devices = session.node.fanout.sessions.get(user, ())
    tell([device for device in devices if device is not session], draft)


def _draft(name: str, text: str, about: str) -> Draft:
    if about.startswith(THREAD):
        return Draft(name, text, thread=about.removeprefix(THREAD))
    return Draft(name, text, "" if about == "*" else about)


def _key(folded: str, thread: str) -> str:
    """By what a draft is kept. No name contains a space."""
    return f"{folded} {thread}" if thread else folded


def _kept(known: str, draft: Draft | None, settings: AccountSettings) -> AccountSettings:
    """The settings with a draft. Raises Denied if there are too many."""
    after = {key: held for key, held in settings.drafts.items() if key != known}
    if draft is not None:
        after[known] = draft
        if len(after) > MOST:
            raise Denied("LIMIT_REACHED", f"At most {MOST} drafts are kept; send or delete one first")
        if sum(len(held.text.encode()) for held in after.values()) > MOST_BYTES:
            raise Denied(
                "LIMIT_REACHED", f"All drafts together have at most {MOST_BYTES} bytes; send or delete one first"
            )
    return msgspec.structs.replace(settings, drafts=after)


# ---- telling ---------------------------------------------------------------------------------------------------------


def show(session: Session) -> None:
    """All of them, as a batch: what is not named in it does not exist. For a guest it is empty."""
    if session.caps & _NEEDED == _NEEDED:
        enclose(session, LISTED, [_line(session, draft) for draft in _of(session.node, session.me.id).values()])


def _of(node: Node, user: UserId) -> Drafts:
    account = node.accounts.get(user)
    return account.settings.drafts if account is not None else {}


def tell(devices: Iterable[Session], draft: Draft) -> None:
    """Show a draft on some devices; one without a text does not exist any more."""
    for device in devices:
        if device.caps & _NEEDED == _NEEDED:
            device.send(text_of(_line(device, draft)).encode())


def _line(session: Session, draft: Draft) -> Rendered:
    """``DRAFT <target> <msgid|thread=msgid|*> :<text>``; a multi-line or long text as a batch of draft/multiline."""
    server, config = session.node.name, session.node.config.limits
    about = f"{THREAD}{draft.thread}" if draft.thread else draft.reply or "*"
    room = lines.room(f":{server} DRAFT  {about} :", max(config.nick_len, config.channel_len))
    words = f"DRAFT {draft.name} {about}"
    return text_line(words, draft.text, draft.name, room, session.new_batch, server)


# ---- a channel gets another name -------------------------------------------------------------------------------------


async def follow(node: Node, old: str, channel: Channel) -> None:
    """Move everybody's drafts for a channel to its new name, if they may know it."""
    before, after = node.chat.rules.same_channel(old), PreferenceTarget(channel.folded, channel.name)
    for account in [each for each in node.accounts.everybody() if _under(before, each.settings.drafts)]:
        if before == after.folded or not may_know(channel, account.id):
            continue
        moving = _under(before, account.settings.drafts)
        try:
            changed = await node.accounts.change(account.id, partial(_moved, before, after))
        except (Denied, StoreError) as error:
            _log.warning("could not move the draft of %s for %s to the new name: %s", account.name, old, error)
        else:
            devices = list(node.fanout.sessions.get(account.id, ()))
            for draft in moving.values():
                tell(devices, changed.settings.drafts[_key(after.folded, draft.thread)])
                tell(devices, Draft(old, thread=draft.thread))


def _under(folded: str, drafts: Drafts) -> Drafts:
    """The drafts of a conversation: its own, and those in its threads."""
    return {known: draft for known, draft in drafts.items() if known == _key(folded, draft.thread)}


def _moved(before: str, after: PreferenceTarget, settings: AccountSettings) -> AccountSettings:
    """A draft that exists under the new name is the latest one."""
    drafts = dict(settings.drafts)
    for known, draft in _under(before, settings.drafts).items():
        del drafts[known]
        drafts.setdefault(_key(after.folded, draft.thread), msgspec.structs.replace(draft, name=after.name))
    return msgspec.structs.replace(settings, drafts=drafts)
