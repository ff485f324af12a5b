"""Sends to many sockets in one system call, by io_uring(7).

It needs no compiler: the queues are memory shared with the kernel, filled here by slices, and one call submits them.
Every send is non-blocking, so all results are there when the call returns, and nothing is left in the kernel.
"""

from __future__ import annotations

import errno
import mmap
import os
import socket
import struct
import sys
from array import array
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Final

LONGEST: Final = 1 << 18
"""Bytes that one call takes: the size of the buffer that the kernel copies from."""
_ENTRIES: Final = 1024
"""Sockets that one call takes, and a power of two."""

# The numbers of the system calls are the same on every architecture that Python runs on.
_SETUP: Final = 425
_ENTER: Final = 426
_WAIT: Final = 1
"""IORING_ENTER_GETEVENTS."""
_SEND: Final = 26
"""IORING_OP_SEND, since Linux 5.6."""
_PARAMETERS: Final = struct.Struct("30I")
_SQ_RING, _CQ_RING, _SQES = 0, 0x8000000, 0x10000000
_SQE: Final = struct.Struct("BBHiQQIIQ24x")
"""Opcode, flags, priority, descriptor, offset, address, length, flags of send(2), the caller's number."""
_SQE_SIZE: Final = 64
_CQE_SIZE: Final = 16
_FULL: Final = 1 << 32
_CAN_BE_SILENT: Final = 1 << 11
"""IORING_FEAT_CQE_SKIP, since Linux 5.17: an entry may ask that only its failure is told."""
_SILENT: Final = 1 << 6
"""IOSQE_CQE_SKIP_SUCCESS."""
_PROBE_TIMES: Final = 10_000
_PROBE_BYTES: Final = 50_001
"""No divisor of a socket's room, so that one of them is taken in part."""

Short = list[tuple[int, int]]
"""Sockets that took less than everything: a position in the list, and the number of bytes taken."""


class Unavailable(Exception):
    """io_uring cannot be used here; the text says why."""


class Ring:
    """Implements ports.BatchSender. For the thread of the loop only. Raises Unavailable.

    The descriptors must be open, non-blocking or not, and stay open during the call.
    """

    longest = LONGEST

    def __init__(self) -> None:
        if sys.platform != "linux" or struct.calcsize("P") != 8:
            raise Unavailable("only Linux with 64 bits has it")
        self._call = _system_call()
        parameters = bytearray(_PARAMETERS.size)
        self._descriptor = self._call(_SETUP, _ENTRIES, _address(parameters), 0, 0, 0, 0)
        if self._descriptor < 0:
            raise Unavailable(_why(-self._descriptor))
        try:
            self._map(_PARAMETERS.unpack(parameters))
            self._fill()
            self._probe()
        except OSError as error:
            self.close()
            raise Unavailable(_why(error.errno or 0)) from error
        except Unavailable:
            self.close()
            raise

    def close(self) -> None:
        os.close(self._descriptor)

    def send(self, descriptors: Sequence[int], data: bytes) -> Short:
        """Send the same to all: at most ``longest`` bytes."""
        short: Short = []
        self._buffer[: len(data)] = data
        for start in range(0, len(descriptors), _ENTRIES):
            some = descriptors[start : start + _ENTRIES]
            count = len(some)
            self._addresses[:count] = self._same[:count]
            short += [(start + at, taken) for at, taken in self._sent(some, [len(data)] * count)]
        return short

    def send_each(self, descriptors: Sequence[int], pieces: Sequence[bytes]) -> Short:
        """Send each its own piece, of at most ``longest`` bytes."""
        short: Short = []
        for start in range(0, len(pieces), _ENTRIES):
            some = descriptors[start : start + _ENTRIES]
            short += [(start + at, taken) for at, taken in self._sent_each(some, pieces[start : start + _ENTRIES])]
        return short

    def _sent_each(self, descriptors: Sequence[int], pieces: Sequence[bytes]) -> Short:
        """The same for at most _ENTRIES; in halves, while they do not fit into the buffer."""
        data, count = b"".join(pieces), len(pieces)
        if len(data) > LONGEST:
            half = count // 2
            later = self._sent_each(descriptors[:half], pieces[:half])
            return later + [(half + at, taken) for at, taken in self._sent_each(descriptors[half:], pieces[half:])]
        self._buffer[: len(data)] = data
        lengths = list(map(len, pieces))
        self._addresses[:count] = array("Q", accumulate(lengths[:-1], initial=self._base))
        return self._sent(descriptors, lengths)

    # ---- the queues ----------------------------------------------------------------------------------------------

    def _map(self, found: Sequence[int]) -> None:
        entries, results, sq, cq = found[0], found[1], found[10:20], found[20:30]
        if entries != _ENTRIES:
            raise Unavailable(f"its queue has {entries} places")
        submissions = memoryview(mmap.mmap(self._descriptor, sq[6] + entries * 4, offset=_SQ_RING))
        completions = memoryview(mmap.mmap(self._descriptor, cq[5] + results * _CQE_SIZE, offset=_CQ_RING))
        self._sqes = memoryview(mmap.mmap(self._descriptor, entries * _SQE_SIZE, offset=_SQES))
        self._tail = submissions[sq[1] : sq[1] + 4].cast("I")
        self._slots = submissions[sq[6] : sq[6] + entries * 4].cast("I")
        self._read, self._written = (completions[at : at + 4].cast("I") for at in (cq[0], cq[1]))
        self._silent = bool(found[5] & _CAN_BE_SILENT)
        self._places = results
        rows = completions[cq[5] : cq[5] + results * _CQE_SIZE]
        self._numbers, self._results = rows.cast("Q")[::2], rows.cast("i")[2::4]

    def _fill(self) -> None:
        """Write what is the same in every entry, so that a call only writes three columns."""
        self._buffer = mmap.mmap(-1, LONGEST)
        self._base = _address(self._buffer)
        # With MSG_WAITALL a send of a part is a failure, too. The call does not wait for the rest: MSG_DONTWAIT.
        flags = socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL | socket.MSG_WAITALL
        silent = _SILENT if self._silent else 0
        for at in range(_ENTRIES):
            _SQE.pack_into(self._sqes, at * _SQE_SIZE, _SEND, silent, 0, -1, 0, self._base, 0, flags, at)
        self._descriptors = self._sqes.cast("i")[1::16]
        self._addresses = self._sqes.cast("Q")[2::8]
        self._lengths = self._sqes.cast("I")[6::16]
        self._same = array("Q", [self._base]) * _ENTRIES
        self._turned = array("I", range(_ENTRIES)) * 2

    def _sent(self, descriptors: Sequence[int], lengths: list[int]) -> Short:
        count = len(descriptors)
        self._descriptors[:count] = array("i", descriptors)
        self._lengths[:count] = array("I", lengths)
        # Entry 0 is the first one, wherever the queue is.
        at = _ENTRIES - self._tail[0] % _ENTRIES
        self._slots[:] = memoryview(self._turned)[at : at + _ENTRIES]
        submitted = self._submit(count)
        told = zip(*self._completed(0 if self._silent else submitted), strict=True)
        short = [(number, max(taken, 0)) for number, taken in told if taken != lengths[number]]
        return short + [(number, 0) for number in range(submitted, count)] if submitted < count else short

    def _submit(self, count: int) -> int:
        """Have the kernel do so many; returns how many it did, fewer when it lacks memory."""
        tail, done = self._tail[0], 0
        self._tail[0] = (tail + count) % _FULL
        while done < count:
            did = self._call(_ENTER, self._descriptor, count - done, 0, 0, 0, 0)
            if did > 0:
                done += did
            elif did != -errno.EINTR:
                # The rest is taken back. The kernel looks at the queue during the call only.
                self._tail[0] = (tail + done) % _FULL
                break
        return done

    def _completed(self, least: int) -> tuple[list[int], list[int]]:
        """The numbers and results of the entries that are told of, which are at least so many."""
        read = self._read[0]
        while (count := (self._written[0] - read) % _FULL) < least:
            # Non-blocking sends are complete already: this is for a kernel that sees it in another way.
            self._call(_ENTER, self._descriptor, 0, least - count, _WAIT, 0, 0)
        if not count:
            return [], []
        at = read % self._places
        numbers, taken = self._numbers[at : at + count].tolist(), self._results[at : at + count].tolist()
        if len(taken) < count:
            rest = count - len(taken)
            numbers, taken = numbers + self._numbers[:rest].tolist(), taken + self._results[:rest].tolist()
        self._read[0] = (read + count) % _FULL
        return numbers, taken

    def _probe(self) -> None:
        """See on a pair of sockets that it sends, and that a full socket is neither waited for nor lost."""
        one, other = socket.socketpair()
        with one, other:
            other.setblocking(False)
            block, sent = bytes(_PROBE_BYTES), 0
            for _ in range(_PROBE_TIMES):
                self._buffer[: len(block)] = block
                self._addresses[:1] = self._same[:1]
                self._descriptors[0], self._lengths[0] = one.fileno(), len(block)
                self._slots[self._tail[0] % _ENTRIES] = 0
                submitted, told = self._submit(1), (self._written[0] - self._read[0]) % _FULL
                if submitted != 1 or not (told or self._silent):
                    raise Unavailable("a full socket would hold it up")
                taken = self._completed(0)[1][0] if told else len(block)
                if taken < 0:
                    break
                sent += taken
            if taken != -errno.EAGAIN or not sent or _received(other) != sent:
                raise Unavailable(f"a send has failed: {_why(-taken)}")


def _received(sock: socket.socket) -> int:
    got = 0
    try:
        while data := sock.recv(1 << 20):
            got += len(data)
    except BlockingIOError:
        pass
    return got


def _why(number: int) -> str:
    if number in {errno.EPERM, errno.EACCES}:
        return "the kernel or the container forbids it"
    if number in {errno.ENOSYS, errno.EINVAL}:
        return "the kernel is too old for it, or built without it"
    return os.strerror(number)


def _system_call() -> Callable[..., int]:
    """syscall(2), with the negative error number for an error; the interpreter lock is free meanwhile."""
    import ctypes  # noqa: PLC0415 - only the server needs it

    function = ctypes.CDLL(None, use_errno=True).syscall
    function.restype = ctypes.c_long
    function.argtypes = [ctypes.c_long] * 7
    get_errno = ctypes.get_errno

    def call(*arguments: int) -> int:
        result: int = function(*arguments)
        return result if result >= 0 else -get_errno()

    return call


def _address(buffer: bytearray | mmap.mmap) -> int:
    import ctypes  # noqa: PLC0415 - as above

    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))
