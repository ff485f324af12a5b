"""Select mode: one message is selected, and plain keys act on it. Nobody ever types a message's id."""

from __future__ import annotations

from functools import partial
from typing import Final

from chover.client.commands import scheduling
from chover.client.screen.context import ScreenContext
from chover.client.screen.dialogs.messages import Edit, React, Remind
from chover.client.screen.dialogs.picture_panel import PicturePanel
from chover.client.screen.dialogs.questions import Sure
from chover.client.screen.keys import navigation
from chover.client.screen.keys.navigation import Do
from chover.client.screen.rendering.attached import all_pictures
from chover.client.screen.rendering.clipboard import copy
from chover.client.state import actions
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.client.state.entries import Entry
from chover.client.state.model.outbox import Pending
from chover.client.state.model.scheduled import OFFERED
from chover.i18n import _


def begin(screen: ScreenContext) -> None:
    """Select the newest visible message, or the one above the selected one."""
    view = screen.viewport.view
    if view is None or screen.line.dialog is not None:
        return
    if view.selected is not None:
        _step(screen, -1)
        return
    for seen in reversed(view.visible(screen.appearance.look, screen.appearance.layout.height)):
        if view.rows.selectable(seen.number):
            view.selected = seen.number
            return


def _step(screen: ScreenContext, by: int) -> None:
    view = screen.viewport.view
    if view is None or view.selected is None:
        return
    number = view.selected + by
    while view.rows.exists(number) and not view.rows.selectable(number):
        number += by
    if view.rows.exists(number):
        view.selected = number
        view.to(number, screen.appearance.look, screen.appearance.layout.height)
    elif by > 0:
        view.selected = None
        view.to_end()
    else:
        screen.viewport.scroll(-1)


def _up(screen: ScreenContext) -> None:
    _step(screen, -1)


def _down(screen: ScreenContext) -> None:
    _step(screen, 1)


def _page_up(screen: ScreenContext) -> None:
    for _row in range(max(screen.appearance.layout.height // 2, 1)):
        _step(screen, -1)


def _page_down(screen: ScreenContext) -> None:
    for _row in range(max(screen.appearance.layout.height // 2, 1)):
        _step(screen, 1)


def _picked(screen: ScreenContext) -> tuple[Conversation, Entry]:
    entry, current = screen.viewport.chosen(), screen.state.current
    if entry is None or current is None:
        raise CannotDo(_("The server does not have this message yet: wait until it is sent."))
    if not entry.msgid:
        raise CannotDo(_("This server gives messages no ids, so this cannot be done."))
    return current, entry


def _done(screen: ScreenContext) -> None:
    if screen.viewport.view is not None:
        screen.viewport.view.selected = None


def reply(screen: ScreenContext) -> None:
    actions.need(screen.state, "message-tags", _("replies"))
    current, entry = _picked(screen)
    _done(screen)
    screen.line.open(screen.line.answer(current, entry))


def react(screen: ScreenContext) -> None:
    actions.need(screen.state, "message-tags", _("reactions"))
    current, entry = _picked(screen)
    _done(screen)
    screen.line.open(React(screen.line, screen.state, current, entry))


def edit(screen: ScreenContext) -> None:
    """Edit one of our messages, kept or refused."""
    refused = _refused(screen)
    if refused is not None:
        _take_back(screen, refused)
        return
    actions.need(screen.state, "chover.chat/edit", _("editing messages"))
    current, entry = _picked(screen)
    if not entry.own:
        raise CannotDo(_("Only your own messages can be edited."))
    _done(screen)
    screen.line.open(Edit(screen.line, screen.state, current, entry))


def _refused(screen: ScreenContext) -> Pending | None:
    """The selected message, if the server has refused it."""
    view = screen.viewport.view
    return view.rows.failed_at(view.selected) if view is not None and view.selected is not None else None


def _take_back(screen: ScreenContext, pending: Pending) -> None:
    current = screen.state.current
    if screen.line.buffer.text.strip():
        raise CannotDo(_("There is something in the line already: send it or clear it first."))
    screen.state.failed.pop(pending.nonce, None)
    _done(screen)
    answered = current.find(pending.reply_to) if current is not None and pending.reply_to else None
    text = f"/{pending.text}" if pending.text.startswith("/") else pending.text
    if answered is not None and current is not None and not pending.action:
        dialog = screen.line.answer(current, answered)
        dialog.begin = text
        screen.line.open(dialog)
    else:
        screen.line.put(f"/me {pending.text}" if pending.action else text)


def delete(screen: ScreenContext) -> None:
    """Discard one of our refused messages; delete any other one, after a question."""
    pending = _refused(screen)
    if pending is not None:
        screen.state.failed.pop(pending.nonce, None)
        _done(screen)
        return
    actions.need(screen.state, "draft/message-redaction", _("deleting messages"))
    current, entry = _picked(screen)
    _done(screen)
    text = entry.text.split("\n")[0]
    question = _('Delete "{text}"?', text=f"{text[:30]}{'…' if len(text) > 30 else ''}")
    screen.line.open(
        Sure(screen.line, screen.runner.act, question, lambda: actions.delete(screen.state, current, entry))
    )


def again(screen: ScreenContext) -> None:
    """Send a refused message again; for a reply, go to the message that it answers."""
    view = screen.viewport.view
    if view is None or view.selected is None:
        return
    pending = view.rows.failed_at(view.selected)
    if pending is not None:
        actions.retry(screen.state, pending.nonce)
        _done(screen)
        return
    entry, current = screen.viewport.chosen(), screen.state.current
    if entry is not None and entry.reply_to and current is not None:
        screen.frontend.look_at(current, entry.reply_to)


def thread(screen: ScreenContext) -> None:
    _picked(screen)
    screen.frontend.obey("/thread")


def unread(screen: ScreenContext) -> None:
    _picked(screen)
    screen.frontend.obey("/unread")
    _done(screen)


def copy_text(screen: ScreenContext) -> None:
    entry = screen.viewport.chosen()
    if entry is not None:
        copy(screen.terminal.output, entry.text)
        _done(screen)
        screen.status.tell(_("Copied, if this terminal allows it (OSC 52)."))


def copy_link(screen: ScreenContext) -> None:
    _picked(screen)
    screen.frontend.obey("/link")
    _done(screen)


def reveal(screen: ScreenContext) -> None:
    """Show the spoilers of a message, or hide them again."""
    view, (_, entry) = screen.viewport.view, _picked(screen)
    if view is not None:
        view.rows.revealed ^= {entry.msgid}
        _done(screen)


def picture(screen: ScreenContext) -> None:
    """Show the first picture of a message large; the others of the conversation are beside it."""
    view, entry = screen.viewport.view, _picked(screen)[1]
    if view is None:
        return
    shown = all_pictures(screen.state, view.conversation, view.rows.part.entries)
    at = next((at for at, (msgid, _file) in enumerate(shown) if msgid == entry.msgid), None)
    if at is None:
        raise CannotDo(_("This message has no picture of this server."))
    if not screen.appearance.theme.coloured:
        raise CannotDo(_("A picture needs colours, and this terminal has none."))
    if screen.host.no_pictures:
        raise CannotDo(_(screen.host.no_pictures))
    _done(screen)
    files = [file for _, file in shown]
    screen.line.open(PicturePanel(screen.line, screen.appearance, screen.viewport.pictures, files, at))


def fold(screen: ScreenContext) -> None:
    """Hide the pictures of a message, or show them again."""
    view, (_, entry) = screen.viewport.view, _picked(screen)
    if view is not None:
        view.rows.without ^= {entry.msgid}
        _done(screen)


def pin(screen: ScreenContext) -> None:
    _picked(screen)
    screen.frontend.obey("/save")
    _done(screen)


def pin_for_all(screen: ScreenContext) -> None:
    _picked(screen)
    screen.frontend.obey("/pinall")
    _done(screen)


def remind(screen: ScreenContext) -> None:
    actions.need(screen.state, OFFERED, _("reminders"))
    current, entry = _picked(screen)
    _done(screen)
    screen.line.open(Remind(screen.line, partial(scheduling.remind, screen.frontend, current, entry)))


def leave(screen: ScreenContext) -> None:
    _done(screen)


HANDLERS: Final[dict[str, Do]] = {
    "selected-up": _up,
    "selected-down": _down,
    "selected-page-up": _page_up,
    "selected-page-down": _page_down,
    "selected-reply": reply,
    "selected-react": react,
    "selected-edit": edit,
    "selected-delete": delete,
    "selected-follow": again,
    "selected-thread": thread,
    "selected-pin": pin,
    "selected-pin-all": pin_for_all,
    "selected-unread": unread,
    "selected-remind": remind,
    "selected-spoilers": reveal,
    "selected-picture": picture,
    "selected-fold": fold,
    "selected-copy": copy_text,
    "selected-link": copy_link,
    "selected-done": leave,
    "selected-command": navigation.slash,
    "selected-nothing": navigation.nothing,
}
"""What the actions of the table ``client/keys/actions.py`` do while a message is selected."""
