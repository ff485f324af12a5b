"""The server's own emoji: in messages, in the picker, in completion, as a reaction; and as text for other clients."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.devices import both
from tests.e2e.server import chover
from tests.files import pictures


@pytest.fixture(scope="module")
def decorated(shared, tmp_path_factory):
    file = tmp_path_factory.mktemp("emoji") / "party.png"
    file.write_bytes(pictures.png())
    for name in ("party", "ship-it"):
        done = chover("emoji", "add", name, str(file), "--data", str(shared.data), home=shared.home)
        assert done.stdout == f":{name}: is there from now on\n", done.stderr
    return shared


def picture(place, name="party"):
    return place.get_by_role("img", name=f":{name}:", exact=True)


@both
def test_a_name_is_shown_as_a_picture_and_alone_it_is_large(decorated, visit, device):
    ann = visit(decorated, f"emo{device.size[0]}")
    ann.say(f"well :party: and :unknown: for {device.name}")
    row = ann.row(f"and :unknown: for {device.name}")
    shown = picture(row)
    expect(shown).to_be_visible()
    assert shown.evaluate("(img) => img.complete && img.naturalWidth") == 1
    small = shown.bounding_box()["height"]
    ann.say(":party: :ship-it:")
    large = picture(ann.page.locator(".text.large").last, "ship-it")
    expect(large).to_have_attribute("title", ":ship-it:")
    # One evaluation: what was sent is drawn again when its echo comes.
    ann.until(f"""(() => {{
      const large = [...document.querySelectorAll(".text.large")].at(-1)?.querySelector("img[alt=':ship-it:']");
      return large?.getBoundingClientRect().height > 1.5 * {small};
    }})()""")


@both
def test_the_picker_has_a_group_of_them(decorated, visit, device):
    ann = visit(decorated, f"pik{device.size[0]}")
    ann.press(ann.page.get_by_role("button", name="Emoji", exact=True))
    picker = ann.page.get_by_role("dialog", name="Choose an emoji")
    ann.press(picker.get_by_role("button", name="This server"))
    own = picker.get_by_role("region", name="This server")
    expect(own.get_by_role("button")).to_have_count(2)
    ann.press(own.get_by_role("button", name="ship-it"))
    expect(ann.message).to_have_value(re.compile(":ship-it:"))


def test_one_is_completed_and_is_a_reaction(decorated, visit):
    ann, bob = visit(decorated, "annreact"), visit(decorated, "bobreact")
    ann.message.press_sequentially("look :part")
    option = ann.page.get_by_role("option", name=re.compile("party")).first
    expect(picture(option)).to_be_visible()
    ann.message.press("Tab")
    expect(ann.message).to_have_value("look :party: ")
    ann.send()
    bob.sees("look")
    bob.say("/react ship-it")
    for each in (ann, bob):
        reaction = each.row("look").locator(".reaction")
        expect(reaction).to_have_attribute("data-reaction", ":ship-it:")
        expect(reaction.locator("img")).to_have_attribute("src", re.compile("^emoji/"))


def test_one_that_is_added_and_removed_meanwhile_is_known_at_once(decorated, visit, tmp_path):
    ann = visit(decorated, "annlive")
    ann.say("soon :fresh: here")
    file = tmp_path / "fresh.gif"
    file.write_bytes(pictures.gif())
    assert (
        chover("emoji", "add", "fresh", str(file), "--data", str(decorated.data), home=decorated.home).returncode == 0
    )
    expect(picture(ann.page.locator(".message").filter(has_text="here").last, "fresh")).to_be_visible()
    assert chover("emoji", "remove", "fresh", "--data", str(decorated.data), home=decorated.home).returncode == 0
    expect(ann.row("soon :fresh: here")).to_be_visible()
    refused = chover("emoji", "add", "svg", __file__, "--data", str(decorated.data), home=decorated.home)
    assert refused.stderr == "chover: the file is text/plain by its content; an emoji is a picture in PNG, WebP, GIF\n"
