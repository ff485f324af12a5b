"""Rows of push subscriptions in a dictionary."""

from chover.ports.push import UNSURE_MS, PushCursor


class MemoryPush:
    """``accounts``: the existing ones, by id; None: every account exists."""

    def __init__(self, accounts=None):
        self._accounts = accounts
        self.kept = {}
        self.saved = None

    async def all(self):
        found = [one for one in self.kept.values() if self._has(one.account)]
        return sorted(found, key=lambda one: (one.at, one.endpoint))

    def _has(self, account):
        return self._accounts is None or account in self._accounts

    async def put(self, subscription, most):
        if not self._has(subscription.account):
            return
        self.kept[subscription.endpoint] = subscription
        of_account = [one for one in await self.all() if one.account == subscription.account]
        for old in of_account[:-most]:
            del self.kept[old.endpoint]

    async def drop(self, endpoint):
        return self.kept.pop(endpoint, None) is not None

    async def cursor(self):
        return self.saved

    async def advance(self, cursor):
        before = self.saved or PushCursor(-1, "", {})
        newest = cursor if cursor.at > before.at else before
        places = dict(before.places)
        for log, one in cursor.places.items():
            if log not in places or one.place > places[log].place:
                places[log] = one
        left = {log: one for log, one in places.items() if one.at >= cursor.at - UNSURE_MS}
        self.saved = PushCursor(newest.at, newest.mark, left)
