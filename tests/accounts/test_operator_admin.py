"""Operators of the server are added, listed and removed by the person who runs it."""

import pytest
from tests.accounts.conftest import HERE

from chover.accounts.operator_admin import AccountOperatorAdmin
from chover.config import load
from chover.ports import BY_OPERATOR, Denied, NewOperator, OperatorFacts

RIGHTS = ("kill", "ban")
SETTINGS = """
[[operators]]
name = "root"
password = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo"
rights = ["ban"]
"""


async def refusal(work):
    with pytest.raises(Denied) as caught:
        await work
    return caught.value.code, str(caught.value)


@pytest.fixture
def deposed():
    return []


@pytest.fixture
def admin(accounts, deposed):
    async def depose(account):
        deposed.append(account)

    return AccountOperatorAdmin(accounts, depose)


@pytest.fixture
def with_settings(accounts, admin, tmp_path):
    """Somebody is an operator by the settings, too."""
    file = tmp_path / "chover.toml"
    file.write_text(SETTINGS, encoding="utf-8")
    accounts.config = load(file, {})
    return admin


async def test_an_operator_without_an_account_gets_one_with_a_password_that_opens_it(accounts, admin):
    made = await admin.add("Alice", RIGHTS, "")

    assert made == NewOperator("Alice", RIGHTS, True, made.password)
    assert len(made.password) >= 16
    assert (await accounts.login.check("alice", made.password, HERE)).account.name == "Alice"


async def test_a_password_that_was_given_is_not_shown_again(accounts, admin):
    assert await admin.add("alice", RIGHTS, "sesame") == NewOperator("alice", RIGHTS, True, "")
    assert await accounts.login.check("alice", "sesame", HERE)


async def test_an_account_that_has_a_password_keeps_it(accounts, admin):
    await accounts.registration.make("alice", "sesame")

    assert (await refusal(admin.add("alice", RIGHTS, "another one")))[0] == "HAS_PASSWORD"
    assert await admin.operators() == []
    assert await admin.add("ALICE", RIGHTS, "") == NewOperator("alice", RIGHTS, False, "")
    assert await accounts.login.check("alice", "sesame", HERE)


async def test_an_account_without_a_password_is_given_one_for_oper(accounts, admin):
    _, token = await accounts.invitations.make(BY_OPERATOR, (), uses=1, seconds=60, role="")
    account, _, _ = await accounts.invitations.welcome(token, "alice", "", HERE)

    made = await admin.add("alice", RIGHTS, "")

    assert (made.made, bool(made.password)) == (False, True)
    assert (await accounts.login.check("alice", made.password, HERE)).account == account


async def test_operators_of_the_settings_are_listed_behind_the_others(with_settings):
    await with_settings.add("alice", RIGHTS, "sesame")
    alice, root = await with_settings.operators()

    assert (alice.name, alice.rights, alice.settings) == ("alice", RIGHTS, False)
    assert alice.added_at > 0
    assert root == OperatorFacts("root", ("ban",), settings=True)


async def test_an_operator_of_the_settings_is_neither_added_nor_removed_here(with_settings, accounts):
    code, text = await refusal(with_settings.add("root", RIGHTS, ""))
    assert (code, "[[operators]]" in text) == ("NAME_TAKEN", True)
    assert accounts.find("root") is None

    code, text = await refusal(with_settings.remove("root"))
    assert (code, "[[operators]]" in text) == ("INVALID", True)


async def test_anyone_who_is_removed_loses_the_rights_at_once(accounts, admin, deposed):
    await admin.add("alice", RIGHTS, "sesame")
    await admin.remove("Alice")

    assert deposed == [accounts.find("alice").id]
    assert await admin.operators() == []
    assert "operator list" in (await refusal(admin.remove("alice")))[1]
    assert len(deposed) == 1


async def test_a_deleted_account_is_no_operator_any_more(accounts, admin):
    await admin.add("alice", RIGHTS, "sesame")
    await accounts.delete(accounts.find("alice").id)

    assert await admin.operators() == []
