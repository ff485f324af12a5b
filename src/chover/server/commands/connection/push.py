"""WEBPUSH (draft/webpush, and soju.im/webpush in Goguma's dialect)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.engine.ids import is_account
from chover.ports import Denied, StoreError
from chover.server.session.command import Command
from chover.wire.message import Message, parse_tags

if TYPE_CHECKING:
    from chover.server.session.session import Session


async def webpush(session: Session, message: Message) -> None:
    verb, *words = message.params
    try:
        await _do(session, verb.upper(), words)
    except Denied as denied:
        session.fail("WEBPUSH", denied.code, verb.upper(), text=str(denied))
    except StoreError as error:
        session.fail("WEBPUSH", "INTERNAL_ERROR", verb.upper(), text=f"That could not be saved: {error}")


async def _do(session: Session, verb: str, words: list[str]) -> None:
    """Raises Denied and StoreError."""
    push = session.node.push
    if push is None:
        raise Denied("FORBIDDEN", "This server does not send push notifications")
    if verb == "VAPIDPUBKEY":
        session.say("WEBPUSH", "VAPIDPUBKEY", push.key)
        return
    if not is_account(session.me.id):
        raise Denied("ACCOUNT_REQUIRED", "Push notifications need an account: log in first")
    match verb, words:
        case "REGISTER", [endpoint, keys, *_]:
            held = parse_tags(keys)
            caps = int(session.caps)
            await push.subscribe(session.me.id, endpoint, held.get("p256dh", ""), held.get("auth", ""), caps)
            session.say("WEBPUSH", "REGISTER", endpoint)
        case "UNREGISTER", [endpoint, *_]:
            await push.unsubscribe(session.me.id, endpoint)
            session.say("WEBPUSH", "UNREGISTER", endpoint)
        case _:
            raise Denied("INVALID_PARAMS", "WEBPUSH VAPIDPUBKEY, REGISTER <endpoint> <keys>, or UNREGISTER <endpoint>")


ROWS: Final = (
    Command(
        "WEBPUSH", webpush, "WEBPUSH VAPIDPUBKEY | REGISTER <endpoint> <keys> | UNREGISTER <endpoint>",
        "manages push notifications for a device", 1,
    ),
)  # fmt: skip
