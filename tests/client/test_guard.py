import pytest

from chover.client.guard import looks_like_a_password

LEAKS = [
    "identify hunter2",
    "identify alice hunter2",
    "IDENTIFY x",
    "nickserv identify hunter2",
    "msg nickserv identify hunter2",
    "/msg nickserv identify hunter2",
    "./msg NickServ IDENTIFY hunter2",
    "\\msg nickserv register hunter2 a@example.org",
    "NickServ: identify alice hunter2",
    "ns identify hunter2",
    "msg chanserv anything",
    "query nickserv identify x",
    "login alice hunter2",
    "register hunter2",
    "ghost alice pa$$word",
    "pass hunter2",
    "oper admin hunter2",
    "authenticate AGFsaWNlAGh1bnRlcjI=",
    "privmsg nickserv :identify hunter2",
    "hello\nidentify hunter2",
]
TALK = [
    "I identify as a teapot",
    "identify yourself, stranger, please",
    "login again",
    "register now",
    "the nickserv is down",
    "did you register with nickserv yet?",
    "pass me the salt, please",
    "that ghost story",
    "my password is safe",
    "auth is broken",
]


@pytest.mark.parametrize("text", LEAKS)
def test_what_reads_like_logging_in_is_stopped(text):
    assert looks_like_a_password(text)


@pytest.mark.parametrize("text", TALK)
def test_what_people_say_passes(text):
    assert not looks_like_a_password(text)


def test_our_own_password_is_stopped_wherever_it_stands():
    assert looks_like_a_password("it is correct horse, I think", own="correct horse")
    assert not looks_like_a_password("a cat", own="cat")
