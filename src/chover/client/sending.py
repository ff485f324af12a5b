"""What every face does when somebody says something, or goes to another server."""

from __future__ import annotations

from chover.client.connection.dial import ServerAddress, parse_server
from chover.client.connection.outbox import Full
from chover.client.frontend import Frontend, LineFrontend
from chover.client.guard import SERVICES, STOPPED, looks_like_a_password
from chover.client.state import sending
from chover.client.state.actions import CannotDo
from chover.client.upload import UploadAddress


def say(face: LineFrontend, target: str, text: str, *, action: bool = False, reply_to: str = "") -> None:
    """Have text sent, as few messages as the server allows.

    Raises CannotDo for what looks like a password, unless it goes to who asks for it, and when too much is waiting.
    """
    own = face.connection.password.rpartition(":")[2]
    if target.lower() not in SERVICES and looks_like_a_password(text, own):
        raise CannotDo(STOPPED)
    for piece in sending.pieces(face.state, target, text, action=action):
        try:
            face.state.say(target, piece, face.host.nonce(), action=action, reply_to=reply_to)
        except Full as full:
            raise CannotDo("Too many messages are waiting to be sent; this one is not among them.") from full
    face.connection.hurry()


def place_of(face: Frontend) -> UploadAddress:
    """Where files go, and as whom."""
    password = face.connection.password
    return UploadAddress(face.state.support.get("soju.im/FILEHOST"), face.state.account, password.rpartition(":")[2])


def server_at(address: str) -> ServerAddress:
    """Where to go. Raises CannotDo."""
    try:
        return parse_server(address)
    except ValueError as error:
        raise CannotDo(str(error)) from error
