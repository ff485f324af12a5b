"""Accounts in the hands of who runs the server."""

from chover.accounts.registrar import Registrar


async def test_who_is_deleted_leaves_channels_to_others_before_the_account_is_gone(book):
    account = await book.make("alice", "a good sesame")
    done = []

    async def succeed(who):
        done.append(("succeed", who, book.get(who) is not None))

    async def put_out(who, words):
        done.append(("put out", who, words))

    async def link(token):
        raise AssertionError(token)

    await Registrar(book, link, put_out, succeed=succeed).delete("alice")
    assert done == [("succeed", account.id, True), ("put out", account.id, "This account was deleted")]
    assert book.get(account.id) is None
