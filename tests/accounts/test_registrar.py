"""What the operator is shown of accounts and invitations."""

from tests.accounts.conftest import HERE

from chover.accounts.registrar import Registrar
from chover.ports import BY_OPERATOR


async def test_invitations_are_listed_with_the_names_of_those_who_made_them(book):
    alice = await book.register("alice", "sesame-sesame", "", HERE)
    for maker in (alice.id, BY_OPERATOR):
        await book.invitations.make(maker, ["#tea"], uses=1, seconds=3600)
    registrar = Registrar(book, None)
    assert sorted(invite.made_by for invite in await registrar.invites()) == ["alice", BY_OPERATOR]
