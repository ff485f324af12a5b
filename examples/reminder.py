"""A reminder: `python reminder.py HOST[:PORT]`; anybody says to it in private "remind 90 the tea"."""

import asyncio
import re
import sys

import chover

ASKED = re.compile(r"remind (\d{1,6}) (.+)", re.IGNORECASE)


async def remind(chat: chover.Chat, whom: str, seconds: int, what: str) -> None:
    await asyncio.sleep(seconds)
    await chat.say(whom, f"You wanted to be reminded: {what}")


async def main(address: str) -> None:
    async with chover.connect(address, nick="reminder") as chat, asyncio.TaskGroup() as reminders:
        print(f"{chat.nick} waits", flush=True)
        async for message in chat.messages():
            asked = ASKED.fullmatch(message.text.strip())
            if message.private and message.kind == "message" and asked:
                await chat.reply(message, f"In {asked[1]} seconds, then.")
                reminders.create_task(remind(chat, message.sender, int(asked[1]), asked[2]))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else ""))
