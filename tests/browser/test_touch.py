"""A telephone and a finger."""

from playwright.sync_api import expect

from tests.browser.devices import both

COARSE = "matchMedia('(pointer: coarse)').matches && matchMedia('(hover: none)').matches"


@both
def test_each_device_is_what_it_is_called(shared, visit, device):
    ann = visit(shared)
    assert ann.page.evaluate(COARSE) == device.touch
    assert ann.page.evaluate("[innerWidth, innerHeight]") == list(device.size)


@both
def test_a_conversation_is_found_in_the_list_and_written_to(server, visit):
    ann, bob = visit(server, "ann"), visit(server, "bob")
    ann.say("/join #garden")
    ann.is_in("#garden")
    ann.goes_to("lobby")
    ann.is_in("#lobby")
    ann.say("back again")
    bob.sees("back again", nick="ann")
    expect(ann.page.locator("channel-list")).to_be_visible(visible=not ann.touch)
