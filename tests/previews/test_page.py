"""What is read of a page, whatever it contains."""

import pytest

from chover.previews import page
from chover.previews.page import facts_in

AT = "https://www.example.org/a/b.html"


def test_open_graph_comes_first_and_the_site_is_named():
    body = b"""<html><head><title>Old</title><meta property="og:title" content="Tea &amp; milk">
    <meta name='description' content='x'><meta content="How to > make it" property="og:description">
    <meta property="og:site_name" content="The Kitchen"><META PROPERTY=og:image CONTENT=/pot.png /></head>"""
    assert facts_in(body, "", AT) == (
        "Tea & milk",
        "How to > make it",
        "The Kitchen",
        "https://www.example.org/pot.png",
    )


@pytest.mark.parametrize(
    ("body", "charset", "title"),
    [
        (b"<title>\n Tea \n</title>", "", "Tea"),
        (b"<meta name=twitter:title content=Tea>", "", "Tea"),
        ("<meta charset=windows-1252><title>Thé</title>".encode("cp1252"), "", "Thé"),
        ("<title>Thé</title>".encode("latin-1"), "iso-8859-1", "Thé"),
        (b"<title>Tea</title>", "punycode", "Tea"),
        (b"<title>\xff</title>", "no-such", "\ufffd"),
        ("<title>\u202eaeT\x07</title>".encode(), "", "aeT"),
        (b"<title>" + b"x" * 1000 + b"</title>", "", "x" * 199 + "…"),
        (b"<title", "", ""),
        (b"<title>never ends", "", ""),
        (b"<meta property=og:title content='", "", ""),
        (b"", "", ""),
    ],
)
def test_a_title_is_one_clean_line(body, charset, title):
    assert facts_in(body, charset, AT).title == title


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:image/png;base64,xx", "file:///etc/passwd", "http://[", "https://a/" + "x" * 2000],
)
def test_only_an_address_of_the_web_is_a_picture(address):
    assert facts_in(f'<meta property="og:image" content="{address}">'.encode(), "", AT).picture == ""


@pytest.mark.parametrize(
    "piece", [b"<meta ", b'<meta "', b"<meta '<meta \"", b"<title>", b"<meta a", b"<", b"<!--", b'<meta a="b" ']
)
def test_hostile_pages_are_read_up_to_a_number_of_tags(piece, monkeypatch):
    looked = []
    real = page._ATTRIBUTE

    class Counting:
        def match(self, text, at):
            found = real.match(text, at)
            looked.append(found.end() - at if found else 0)
            return found

    monkeypatch.setattr(page, "_ATTRIBUTE", Counting())
    facts_in((piece * 262_144)[:262_144], "", AT)
    assert len(looked) <= page.MOST_TAGS * page._MOST_ATTRIBUTES
    assert max(looked, default=0) < 5000
