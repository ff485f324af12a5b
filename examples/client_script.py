"""A script for `chover chat`: put it into the directory `scripts` beside `terminal.toml`; it is loaded at the start.

It expands what you abbreviate, counts how often others mention you, and has a command of its own: /mentioned.
"""

from chover.client.notifications import PlainLine
from chover.client.scripting import ScriptChat

SHORT = {"brb": "be right back", "omw": "on my way"}


def setup(chat: ScriptChat) -> None:
    mentioned: list[str] = []

    @chat.on_message
    def count(message: PlainLine) -> None:
        if message.mentions:
            mentioned.append(f"{message.conversation} {message.sender}: {message.text}")

    @chat.on_send
    def expand(_target: str, text: str) -> str:
        return SHORT.get(text, text)

    @chat.command("mentioned", "shows who has mentioned you since the start")
    def show(_rest: str) -> None:
        chat.tell("\n".join(mentioned[-10:]) or "Nobody.")
