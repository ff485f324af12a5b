"""``chover account`` on a store that no server has: how an operator helps somebody who has lost the password."""

import io
import json
import re

import pytest


@pytest.fixture
def account(chover_says, data):
    """Run a subcommand of account."""
    return lambda *arguments: chover_says("account", *arguments, "--data", str(data))


@pytest.fixture
def typed(monkeypatch):
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_an_account_is_made_listed_shown_and_deleted(account):
    status, out, _ = account("add", "alice", "--email", "alice@example.org")
    assert status == 0
    assert re.search(r"NickServ RESET alice [0-9a-f]{16} <new password>", out)
    head, row = account("list")[1].splitlines()
    assert head.split() == ["NAME", "MADE", "ON", "E-MAIL", "SUSPENDED"]
    assert row.split()[0] == "alice"
    assert row.split()[3:] == ["no", "alice@example.org", "-"]
    assert "device tokens  0" in account("show", "alice")[1]
    assert account("delete", "alice", "--yes") == (0, "alice is deleted\n", "")
    assert account("list") == (0, "there are none\n", "")


def test_it_is_not_deleted_where_nobody_can_be_asked(account, typed):
    account("add", "alice")
    typed("alice\n")
    assert account("delete", "alice") == (
        1,
        "",
        "chover: this cannot be undone; without a terminal to confirm it, use --yes\n",
    )
    assert account("show", "alice")[0] == 0


def test_a_password_is_read_from_standard_input(account, typed):
    typed("open sesame\n")
    assert account("add", "alice", "--password") == (0, "alice is registered\n", "")
    typed("another one\n")
    assert account("passwd", "alice", "--password") == (0, "alice has a new password\n", "")
    typed("\n")
    assert account("passwd", "alice", "--password")[0] == 1
    typed("abc\n")
    assert "at least 6 characters" in account("passwd", "alice", "--password")[2]


def test_anyone_who_has_lost_the_password_gets_a_code(account):
    account("add", "alice")
    status, out, _ = account("passwd", "alice")
    assert status == 0
    assert re.search(r"^code +[0-9a-f]{16} ", out)


def test_a_suspension_is_shown_until_it_ends(account):
    account("add", "alice")
    assert account("suspend", "alice", "--reason", "") == (0, "alice is suspended\n", "")
    assert json.loads(account("show", "alice", "--json")[1])["suspended"] == "by the operator"
    assert account("suspend", "alice", "--reason", "spam") == (0, "alice is suspended\n", "")
    assert json.loads(account("show", "alice", "--json")[1])["suspended"] == "spam"
    assert account("resume", "alice") == (0, "alice may log in again\n", "")
    assert json.loads(account("show", "alice", "--json")[1])["suspended"] == ""


def test_tokens_are_made_listed_and_ended(account):
    account("add", "bot")
    assert account("tokens", "bot", "--make", "ci")[1].startswith("chover-")
    [row] = [json.loads(line) for line in account("tokens", "bot", "--json")[1].splitlines()]
    assert row["label"] == "ci"
    assert account("tokens", "bot", "--revoke", row["id"]) == (0, f"{row['id']} no longer logs in\n", "")
    assert account("tokens", "bot") == (0, "there are none\n", "")
    assert account("tokens", "bot", "--revoke", row["id"])[0] == 1


def test_what_is_kept_is_exported_without_secrets(account):
    account("add", "alice")
    account("tokens", "alice", "--make", "phone")
    kept = json.loads(account("export", "alice")[1].splitlines()[1])
    assert kept["account"]["name"] == "alice"
    assert [token["label"] for token in kept["tokens"]] == ["phone"]
    assert "hash" not in json.dumps(kept)


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "x"],
        ["passwd", "x"],
        ["suspend", "x"],
        ["resume", "x"],
        ["delete", "x", "--yes"],
        ["export", "x"],
        ["tokens", "x"],
    ],
    ids=lambda words: words[0],
)
def test_an_account_that_is_not_there_is_one_line(account, arguments):
    assert account(*arguments) == (1, "", "chover: there is no account x; account list shows them\n")


def test_a_name_that_cannot_be_is_told(account):
    status, _, err = account("add", "a b")
    assert status == 1
    assert err.startswith("chover: That is not a valid name")


def test_the_ban_of_an_account_stays_when_it_is_deleted_and_is_told(account, chover_says, data):
    account("add", "Alice")
    assert chover_says("ban", "add", "account:alice", "--force", "--data", str(data))[0] == 0
    status, told, _ = account("delete", "Alice", "--yes")
    stays = "its ban stays: nobody can register Alice until you lift it: chover ban remove account:Alice"
    assert (status, told.splitlines()) == (0, ["Alice is deleted", stays])
    assert chover_says("ban", "remove", "account:Alice", "--data", str(data))[0] == 0
