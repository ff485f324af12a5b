"""The field in which messages are written, by keys and by fingers."""

from playwright.sync_api import expect

from tests.browser.devices import both
from tests.e2e.wire import Irc

LONG = "A text that wraps over several lines because it is long, and is written while walking. "
GAP = """(() => {
  const last = [...document.querySelectorAll("message-list .message")].at(-1).getBoundingClientRect();
  return document.querySelector("message-composer").getBoundingClientRect().top - last.bottom;
})()"""


def height(visitor):
    return visitor.message.bounding_box()["height"]


@both
def test_the_field_grows_with_wrapped_text_up_to_a_bound_and_then_scrolls(server, visit, device):
    ann = visit(server, "ann")
    for number in range(30):
        ann.say(f"line {number}")
    ann.sees("line 29")
    one = height(ann)
    gap = ann.page.evaluate(GAP)
    ann.message.fill(LONG * 3)
    assert height(ann) > 1.8 * one
    assert ann.page.evaluate("document.querySelector('#message').scrollHeight") <= height(ann) + 1
    ann.until(f"Math.abs({GAP} - {gap}) < 3")  # the end of the messages stays in view
    ann.message.fill(LONG * 60)
    assert height(ann) <= 0.4 * device.size[1] + 1
    assert ann.page.evaluate("document.querySelector('#message').scrollHeight") > height(ann)
    ann.message.fill("")
    assert height(ann) == one


@both
def test_a_long_name_is_cut_in_the_placeholder_and_makes_the_field_no_higher(server, visit):
    ann = visit(server, "ann")
    one = height(ann)
    ann.say("/join #a-channel-with-a-name-that-is-far-too-long-for-any-phone")
    ann.is_in("#a-channel-with-a-name-that-is-far-too-long-for-any-phone")
    assert height(ann) == one


@both
def test_enter_sends_where_there_are_keys_and_is_a_new_line_under_a_finger(server, visit, device):
    ann = visit(server, "ann")
    with Irc(server.port, "bob") as bob:
        ann.message.press_sequentially("one")
        ann.message.press("Enter")
        if device.touch:
            ann.message.press_sequentially("two")
            expect(ann.message).to_have_value("one\ntwo")
            expect(ann.messages).to_have_count(0)
            ann.send()
            ann.sees("two")
        bob.expect("PRIVMSG #lobby :one$")
    expect(ann.message).to_have_value("")
