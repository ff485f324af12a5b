"""What the answer to a labeled command looks like."""

from chover.server.delivery.render import Rendered
from chover.server.delivery.replies import Replies


def answered(*lines):
    replies = Replies("a b", "srv")
    for line in lines:
        replies.add(line)
    return replies.text("b1").splitlines()


def test_no_line_is_an_acknowledgement():
    assert answered() == [r"@label=a\sb :srv ACK"]


def test_one_line_carries_the_label_itself():
    assert answered(Rendered("time=x", ":srv 001 a")) == [r"@label=a\sb;time=x :srv 001 a"]


def test_more_lines_are_a_batch():
    assert answered(Rendered("", ":srv 001 a"), Rendered("time=x", ":srv 002 a")) == [
        r"@label=a\sb :srv BATCH +b1 labeled-response",
        "@batch=b1 :srv 001 a",
        "@batch=b1;time=x :srv 002 a",
        ":srv BATCH -b1",
    ]


def test_a_batch_within_keeps_its_own_lines():
    lines = answered(Rendered("", ":srv BATCH +b2 chathistory #a"), Rendered("batch=b2;x=y", ":a PRIVMSG #a :x"))
    assert lines[1:3] == ["@batch=b1 :srv BATCH +b2 chathistory #a", "@batch=b2;x=y :a PRIVMSG #a :x"]


def test_a_tag_whose_value_looks_like_a_batch_is_none():
    lines = answered(Rendered("+x=batch=1", ":a PRIVMSG #a :x"), Rendered("", ":srv 301 a"))
    assert lines[1] == "@batch=b1;+x=batch=1 :a PRIVMSG #a :x"
