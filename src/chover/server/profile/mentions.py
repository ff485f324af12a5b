"""The people whom messages mention: the rule of engine/mentions.py, with what the server knows about people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chover.engine.events import Event, Said
from chover.engine.ids import UserId, is_account
from chover.engine.mentions import Matcher, folded, matcher
from chover.engine.metadata import HIGHLIGHTS, phrases
from chover.engine.model import User, covered
from chover.server.profile import preferences
from chover.wire import ctcp

if TYPE_CHECKING:
    from chover.server.session.session import Node, Session


def words_of(node: Node, user: User) -> tuple[str, ...]:
    """The words that mention somebody: the nick, the account's name, and their own words."""
    account = node.accounts.get(user.id) if is_account(user.id) else None
    return (user.nick, *((account.name, *account.settings.highlights) if account is not None else ()))


def own_words(session: Session) -> tuple[str, ...]:
    """The words of a session's user; a guest's are stored in the session."""
    words = words_of(session.node, session.me)
    if not is_account(session.me.id):
        words += phrases(preferences.at_own(session).get(HIGHLIGHTS, ""))
    return tuple(dict.fromkeys(words))


def matcher_of(node: Node, who: UserId) -> Matcher:
    """The matcher for the words of a user who is present."""
    return matcher(words_of(node, node.chat.users[who]))


def text_of(body: Said) -> str:
    """The text that people read, folded: for an action its text, for other CTCP messages nothing."""
    done = ctcp.action(body.text)
    if done is None:
        return "" if ctcp.between_programs(body.text) else folded(body.text)
    return folded(done)


def ignores(node: Node, who: UserId, event: Event) -> bool:
    """Whether somebody ignores the author of a message, even one who has left."""
    masks = node.chat.blocks.get(who)
    source = event.source
    if not masks or source.id == who:
        return False
    author = node.chat.users.get(source.id)
    gone = User(source.id, source.nick, source.nick, source.user, source.host, account=source.account)
    return covered(masks, author or gone)
