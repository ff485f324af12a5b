"""Rows of push subscriptions in a dictionary."""


class MemoryPush:
    def __init__(self):
        self.kept = {}

    def all(self):
        return list(self.kept.values())

    async def put(self, subscription, most):
        self.kept.pop(subscription.endpoint, None)
        self.kept[subscription.endpoint] = subscription
        of_account = [one for one in self.kept.values() if one.account == subscription.account]
        for old in of_account[:-most]:
            del self.kept[old.endpoint]

    async def drop(self, endpoint):
        return self.kept.pop(endpoint, None) is not None
