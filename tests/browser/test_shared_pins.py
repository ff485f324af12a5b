"""Messages that a channel has pinned for everybody."""

from playwright.sync_api import expect

from tests.browser.devices import both


@both
def test_an_operator_pins_for_everybody_and_the_list_leads_there(shared, visit, device):
    room = f"#pins{device.size[0]}"
    ann, bob = visit(shared, f"annp{device.size[0]}"), visit(shared, f"bobp{device.size[0]}")
    for each in (ann, bob):
        each.say(f"/join {room}")
        each.is_in(room)
    bob.say("the ||hidden|| plan")
    ann.sees("plan")
    ann.do("Pin for everybody", "plan")
    for each in (ann, bob):
        expect(each.row("plan")).to_contain_text("Pinned for everybody")
    button = bob.page.get_by_role("button", name="1 message is pinned for everybody")
    bob.press(button)
    listed = bob.page.get_by_role("dialog", name="Pinned messages").get_by_role(
        "region", name=f"For everybody in {room}"
    )
    expect(listed).to_contain_text("plan")
    expect(listed.locator(".spoiler")).to_have_count(1)
    expect(listed.get_by_role("button", name="Unpin this message for everybody")).to_have_count(0)
    bob.press(listed.get_by_role("button", name="Show the message of"))
    ann.do("Unpin for everybody", "plan")
    expect(button).to_be_hidden()
