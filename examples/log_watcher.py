"""Tell a channel what standard input says: `tail -F error.log | python log_watcher.py HOST[:PORT] "#ops"`.

Each line is said once, also when the server is away for a while: it waits and is sent again under the same nonce.
"""

import asyncio
import sys

import chover


async def main(address: str, channel: str) -> None:
    async with chover.connect(address, nick="logs") as chat:
        await chat.join(channel)
        while line := await asyncio.to_thread(sys.stdin.readline):
            if line.strip():
                await chat.say(channel, line.rstrip("\n"))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
