"""Rows of hooks in a dictionary."""

import msgspec


class MemoryHooks:
    def __init__(self):
        self.kept = {}

    async def all(self):
        return sorted(self.kept.values(), key=lambda row: (row[1].made_at, row[1].id))

    async def add(self, token_hash, hook):
        self.kept[hook.id] = (token_hash, hook)

    async def remove(self, hook):
        return self.kept.pop(hook, None) is not None

    async def move(self, hook, place):
        if hook in self.kept:
            self._replace(hook, place=max(place, self.kept[hook][1].place))

    async def switch_off(self, hook, why):
        self._replace(hook, off=why)

    def _replace(self, hook, **values):
        if hook in self.kept:
            token_hash, held = self.kept[hook]
            self.kept[hook] = (token_hash, msgspec.structs.replace(held, **values))
