import base64
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp import web

from chover.edge.web import identity
from chover.ports import Account, Denied, Login

ALICE = Login(Account("a1", "alice", "alice", 0), "phone")


class Accounts:
    async def check(self, name, password, peer):
        if password == "again":
            raise Denied("RATE_LIMITED", "Too many wrong passwords: try again in 30 s")
        if (name, password) != ("alice", "se:same"):
            raise Denied("INVALID_CREDENTIALS", "Wrong name or password")
        return ALICE

    async def bearer(self, token, peer):
        if token != "t0ken":
            raise Denied("INVALID_CREDENTIALS", "Wrong name or password")
        return ALICE


def greeting(shared):
    """A family of routes that needs somebody."""

    async def greet(request):
        try:
            login = await identity.login_of(shared, request)
        except Denied as error:
            return identity.not_let_in(request, error)
        return web.Response(text=login.account.name) if login else identity.denied(request)

    return [web.get("/greet", greet)]


def basic(text):
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "status", "words"),
    [
        (basic("alice:se:same"), 200, "alice"),
        ("bearer t0ken", 200, "alice"),
        (None, 401, "Log in with an account"),
        (basic("alice:x"), 401, "Wrong name or password"),
        (basic("alice"), 401, "There is no : between"),
        ("Basic ###", 401, "This is not a name and password in Base64"),
        ("Bearer x", 401, "Wrong name or password"),
        ("Digest x", 401, "Authorization must be Basic"),
    ],
)
async def test_a_family_of_routes_is_told_whose_account_it_is(port, monkeypatch, authorization, status, words):
    monkeypatch.setattr("chover.edge.web.site.FAMILIES", (greeting,))
    port.host.accounts = SimpleNamespace(login=Accounts())
    await port.open()
    headers = {"Authorization": authorization} if authorization else {}
    async with aiohttp.request("GET", f"http://127.0.0.1:{port.number}/greet", headers=headers) as answer:
        assert answer.status == status
        assert (await answer.text()).startswith(words)
        assert status == 200 or answer.headers["WWW-Authenticate"].startswith("Basic ")


async def test_a_page_is_not_asked_in_a_way_that_opens_a_window(port, monkeypatch):
    monkeypatch.setattr("chover.edge.web.site.FAMILIES", (greeting,))
    port.host.accounts = SimpleNamespace(login=Accounts())
    await port.open()
    headers = {"Origin": f"http://127.0.0.1:{port.number}"}
    async with aiohttp.request("GET", f"http://127.0.0.1:{port.number}/greet", headers=headers) as answer:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_anyone_who_guessed_too_often_is_told_when_to_come_again(port, monkeypatch):
    monkeypatch.setattr("chover.edge.web.site.FAMILIES", (greeting,))
    port.host.accounts = SimpleNamespace(login=Accounts())
    await port.open()
    headers = {"Authorization": basic("alice:again")}
    async with aiohttp.request("GET", f"http://127.0.0.1:{port.number}/greet", headers=headers) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "30")
        assert "try again in 30 s" in await answer.text()
