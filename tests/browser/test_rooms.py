"""Channels and people without a single slash command: making, inviting, roles, settings, removing, bans."""

import re

from playwright.sync_api import expect

from tests.browser.devices import both
from tests.e2e.wire import Irc

pytestmark = both


def opens(ann, name):
    """Choose something in the menu of the channel that is shown."""
    ann.press(ann.page.get_by_role("button", name="Pin, mute, notifications"))
    ann.press(ann.page.get_by_role("dialog").get_by_role("button", name=name, exact=True))


def dialog(ann, name):
    found = ann.page.get_by_role("dialog", name=name)
    expect(found).to_be_visible()
    return found


def makes(ann, name, topic):
    """Make a private channel from the list of channels; a name that is taken is told beside the field."""
    ann.listed("lobby").wait_for()
    ann.press(ann.page.get_by_role("button", name="Find or create a channel"))
    browser = dialog(ann, "Channels")
    browser.get_by_role("combobox").fill(name)
    expect(browser.get_by_role("status")).to_contain_text("A private channel needs an invitation")
    ann.press(browser.get_by_role("button", name="New channel"))
    new = dialog(ann, "New channel")
    expect(new.get_by_label("Name")).to_have_value(name)
    new.get_by_label("Name").fill("lobby")
    ann.press(new.get_by_role("button", name="Make the channel"))
    expect(new.get_by_role("alert").first).to_have_text(re.compile("^#lobby exists already"))
    expect(new.get_by_label("Name")).to_be_focused()
    new.get_by_label("Name").fill(name)
    new.get_by_label("What it is about").fill(topic)
    ann.press(new.get_by_role("switch", name="Private"))
    ann.press(new.get_by_role("button", name="Make the channel"))


def invites(ann, chan, bob):
    """With a link and its QR code, which is revoked; then by name, of whom there is nobody at first."""
    invite = dialog(ann, f"Invite to {chan}")
    ann.press(invite.get_by_role("button", name="Make a link"))
    expect(invite.get_by_label("Invitation link", exact=True)).to_have_value(re.compile("#invite="))
    expect(invite.get_by_role("img", name="QR code")).to_be_visible()
    ann.press(invite.get_by_role("button", name="Revoke"))
    expect(invite.get_by_role("button", name="Revoke")).to_have_count(0)
    who = invite.get_by_label("Somebody who is here")
    who.fill("nobody")
    ann.press(invite.get_by_role("button", name="Invite", exact=True))
    expect(invite.get_by_role("alert").filter(has_text="Nobody called")).to_be_visible()
    who.fill("bob")
    ann.press(invite.get_by_role("button", name="Invite", exact=True))
    bob.expect(f" INVITE bob :?{chan}")
    ann.page.keyboard.press("Escape")


def changes_settings(ann, chan, bob):
    opens(ann, "Settings")
    settings = dialog(ann, f"Settings of {chan}")
    expect(settings.get_by_role("switch", name="Only invited people can join")).to_be_checked()
    ann.press(settings.get_by_role("switch", name="Only people with a role can speak"))
    bob.expect(rf" MODE {chan} \+m")
    settings.get_by_label("Slow mode").fill("soon")
    ann.press(settings.get_by_role("button", name="Save"))
    expect(settings.get_by_role("alert").filter(has_text="whole number")).to_be_visible()
    settings.get_by_label("Slow mode").fill("5")
    ann.press(settings.get_by_role("button", name="Save"))
    bob.expect(rf" MODE {chan} \+W 5")
    expect(settings.get_by_label("Reading the past")).to_have_value("all")
    ann.page.keyboard.press("Escape")


def removes(ann, chan, bob):
    """From the card beside the name, where bob gets a role before."""
    ann.press(ann.page.locator(".message .nick", has_text="bob"))
    card = dialog(ann, "bob")
    card.get_by_label(f"Role in {chan}").select_option("v")
    bob.expect(rf" MODE {chan} \+v bob")
    ann.press(card.get_by_role("button", name="Remove or ban"))
    removal = dialog(ann, f"Remove bob from {chan}")
    removal.get_by_label("Reason").fill("too loud")
    ann.press(removal.get_by_role("switch", name="Ban them, too"))
    ann.press(removal.get_by_role("button", name="Remove", exact=True))
    bob.expect(f" KICK {chan} bob :too loud")


def test_a_private_channel_is_made_filled_and_looked_after(server, visit, device):
    ann, chan = visit(server, "ann"), "#tea-garden"
    ann.say("/msg NickServ REGISTER poppy-and-sesame")
    expect(ann.page.locator("my-card")).to_contain_text("Signed in")
    makes(ann, "tea garden", "green and black")
    with Irc(server.port, "bob", address="127.0.0.2") as bob:
        invites(ann, chan, bob)
        ann.is_in(chan)
        if not device.touch:
            expect(ann.message).to_be_focused()
        bob.send(f"JOIN {chan}")
        bob.expect(f" 332 bob {chan} :green and black")
        bob.say("is this the place?", chan)
        ann.sees("is this the place?")
        changes_settings(ann, chan, bob)
        removes(ann, chan, bob)
        opens(ann, "Bans")
        bans = dialog(ann, f"Bans of {chan}")
        expect(bans.get_by_role("list", name="Bans").get_by_role("listitem")).to_have_count(1)
        ann.press(bans.get_by_role("button", name="Lift"))
        expect(bans.get_by_role("status")).to_contain_text("can come back")
        expect(bans.get_by_role("listitem")).to_have_count(0)


def test_who_has_no_right_is_told_so_and_changes_nothing(server, visit, device):
    with Irc(server.port, "owner") as owner:
        owner.send("JOIN #den")
        owner.expect(" 366 owner #den ")
        ann = visit(server, "ann")
        ann.say("/join #den")
        ann.is_in("#den")
        opens(ann, "Settings")
        settings = dialog(ann, "Settings of #den")
        expect(settings).to_contain_text("Only operators of the channel can change these")
        expect(settings.get_by_role("switch", name="Hidden")).to_be_disabled()
        ann.page.keyboard.press("Escape")
        opens(ann, "Invite people")
        expect(dialog(ann, "Invite to #den")).to_contain_text("Invitation links need an account")
        ann.page.keyboard.press("Escape")
        opens(ann, "Topic")
        expect(dialog(ann, "What #den is about")).to_contain_text("Only operators and half-operators")


def test_a_long_list_of_bans_is_read_in_pieces(server, visit, device):
    with Irc(server.port, "owner") as owner:
        owner.send("JOIN #den", *(f"MODE #den +b spam{number}!*@*" for number in range(53)))
        owner.fence()
        ann = visit(server, "ann")
        ann.say("/join #den")
        ann.is_in("#den")
        ann.page.evaluate("document.dispatchEvent(new CustomEvent('open', { detail: { name: 'bans', about: '' } }))")
        bans = dialog(ann, "Bans of #den").get_by_role("list", name="Bans")
        expect(bans.get_by_text(re.compile(r"^spam\d+"))).to_have_count(50)
        ann.press(bans.get_by_role("button", name="Show 3 more"))
        expect(bans.get_by_text(re.compile(r"^spam\d+"))).to_have_count(53)
        expect(bans.get_by_role("button", name=re.compile("more"))).to_have_count(0)
