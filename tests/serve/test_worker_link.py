"""What a worker hears from the process that started it, and what it tells."""

import asyncio
import json
import socket

from chover.serve.shutdown import Shutdown
from chover.serve.worker_link import ABANDONED, WorkerDuties, WorkerLink


async def test_a_worker_does_what_it_is_told_and_stops_when_nobody_is_left():
    near, far = socket.socketpair()
    shutdown, told, read = Shutdown(None), [], []
    link = WorkerLink(far.detach(), shutdown)
    await link.open()

    async def certificates():
        read.append("certificates")

    running = asyncio.create_task(link.run(WorkerDuties(told.append, certificates)))
    reader, writer = await asyncio.open_unix_connection(sock=near)

    async def renews():
        async with link.exclusive():
            told.append("alone")

    renewing = asyncio.create_task(renews())
    assert json.loads(await reader.readline()) == {"type": "WantsAll", "wanted": True}
    writer.write(b'{"type": "Accept", "descriptors": [3, 4]}\n')
    assert json.loads(await reader.readline()) == {"type": "WantsAll", "wanted": False}
    writer.write(b'{"type": "Accept", "descriptors": [3]}\n{"type": "ReadCertificates"}\n')
    await renewing
    link.renewed()
    assert json.loads(await reader.readline()) == {"type": "Renewed"}
    writer.close()
    await running
    await shutdown.wait()
    assert (told, read, shutdown.cause) == ([{3, 4}, "alone", {3}], ["certificates"], ABANDONED)
    link.close()
