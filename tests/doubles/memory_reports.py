"""Reports in a list, with the contract of the real ones."""

from __future__ import annotations

import itertools

import msgspec

from chover.ports.reports import KEPT, MOST


class MemoryReports:
    def __init__(self):
        self._numbers = itertools.count(1)
        self._kept = []

    async def add(self, report):
        kept = msgspec.structs.replace(report, no=next(self._numbers))
        self._kept = [old for old in self._kept if old.at >= report.at - KEPT] + [kept]
        of_channel = [old for old in self._kept if old.channel == report.channel]
        for old in of_channel[:-MOST]:
            self._kept.remove(old)
        return kept

    async def open(self, channel):
        return [report for report in self._kept if report.channel == channel]

    async def close(self, channel, no):
        before = len(self._kept)
        self._kept = [report for report in self._kept if (report.channel, report.no) != (channel, no)]
        return len(self._kept) < before
