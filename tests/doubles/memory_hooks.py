"""Rows of hooks in a dictionary."""


class MemoryHooks:
    def __init__(self):
        self.kept = {}

    def all(self):
        return list(self.kept.values())

    async def add(self, token_hash, hook):
        self.kept[hook.id] = (token_hash, hook)

    async def remove(self, hook):
        return self.kept.pop(hook, None) is not None
