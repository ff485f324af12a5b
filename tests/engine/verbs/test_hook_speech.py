"""Messages that hooks send to a channel from outside."""

import pytest
from tests.doubles.scene import Scene, only

from chover.engine.refusals import Refusal, Why
from chover.engine.verbs import hook_speech


@pytest.fixture
def scene():
    return Scene()


@pytest.fixture
def ops(scene):
    return scene.join(scene.arrive("alice"), "#ops")


def source(append):
    [event] = append.events
    return event.source


def test_a_hook_speaks_under_its_name_as_a_program(scene, ops):
    append = hook_speech.say(scene.chat, ops.log, "1", "deploys", "it is out")
    assert only(append).text == "it is out"
    assert (source(append).mask, source(append).bot) == ("deploys!hook@hooks", True)
    assert hook_speech.is_hook(source(append).id)
    assert scene.commit(append) == [True]


def test_the_modes_of_a_channel_do_not_stop_it(scene, ops):
    scene.mode(scene.chat.find_user("alice"), ops, "+nmb *!*@hooks")
    assert hook_speech.say(scene.chat, ops.log, "1", "deploys", "it is out").events


@pytest.mark.parametrize(("name", "nick"), [("alice", "alice2"), ("the deploys!", "the_deploys"), ("  ", "guest")])
def test_its_nick_is_never_somebody_elses(scene, ops, name, nick):
    assert source(hook_speech.say(scene.chat, ops.log, "1", name, "hi")).nick == nick


def test_a_lookalike_of_somebody_is_not_taken_either(scene, ops):
    assert source(hook_speech.say(scene.chat, ops.log, "1", "аlice", "hi")).nick not in {"alice", "аlice"}


def test_a_channel_that_has_ended_hears_nothing(scene):
    with pytest.raises(Refusal) as refused:
        hook_speech.say(scene.chat, "c0", "1", "deploys", "hi")
    assert refused.value.why is Why.NO_SUCH_CHANNEL


def test_nothing_is_no_message(scene, ops):
    with pytest.raises(Refusal) as refused:
        hook_speech.say(scene.chat, ops.log, "1", "deploys", "")
    assert refused.value.why is Why.NO_TEXT


@pytest.mark.parametrize("text", ["word " * 300, "ä" * 900, "a\n" + "b" * 1000 + "\n\nc", "short", " " * 500])
def test_long_lines_go_on_in_others_and_nothing_of_them_is_lost(scene, ops, text):
    body = only(hook_speech.say(scene.chat, ops.log, "1", "deploys", text))
    pieces = body.pieces()
    assert "".join(("" if joined else "\n") + piece for piece, joined in pieces)[1:] == text
    head = len(":deploys!hook@hooks PRIVMSG  :\r\n") + scene.chat.rules.channel_len
    assert all(head + len(piece.encode()) <= 512 for piece, _ in pieces)


def test_a_line_goes_on_behind_a_space(scene, ops):
    pieces = only(hook_speech.say(scene.chat, ops.log, "1", "deploys", "word " * 300)).pieces()
    assert {piece[-5:] for piece, _ in pieces} == {"word "}
