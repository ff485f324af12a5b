"""A bot that answers: `python answering_bot.py HOST[:PORT] [#channel]`. Say "!time" or "!ping" where it is."""

import asyncio
import sys
from datetime import UTC, datetime

import chover

ANSWERS = {"!ping": lambda: "pong", "!time": lambda: f"{datetime.now(UTC):%H:%M:%S} UTC"}


async def main(address: str, channel: str) -> None:
    async with chover.connect(address, nick="answers") as chat:
        await chat.join(channel)
        print(f"{chat.nick} listens in {channel}", flush=True)
        async for message in chat.messages():
            answer = ANSWERS.get(message.text.strip().lower())
            if answer and message.kind == "message":  # a notice is never answered: bots would talk for ever
                await chat.reply(message, f"{message.sender}: {answer()}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "", sys.argv[2] if len(sys.argv) > 2 else "#lobby"))
