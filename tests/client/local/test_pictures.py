"""Decoding pictures in a process of its own, within limits."""

import asyncio
import io
import os
import struct
import zlib

import pytest
from PIL import Image

from chover.client.local import picture_process
from chover.client.local.pictures import CannotDecode, decode


def picture(kind, size=(64, 48), colour=(255, 0, 0), **more):
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind, **more)
    return file.getvalue()


def claiming(width, height):
    """A PNG that claims to be large, and contains nothing."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "AVIF"])
async def test_each_kind_is_made_to_fit(kind):
    pixels = await decode(picture(kind), 16, 16)
    assert (pixels.width, pixels.height) == (16, 12)
    assert len(pixels.data) == 4 * 16 * 12
    red, green, blue, alpha = pixels.data[:4]
    assert red > 240
    assert max(green, blue) < 20
    assert alpha == 255


async def test_a_small_picture_is_not_enlarged():
    pixels = await decode(picture("PNG", (3, 2)), 100, 100)
    assert (pixels.width, pixels.height) == (3, 2)


async def test_a_picture_is_turned_as_its_camera_was():
    turned = Image.Exif()
    turned[0x0112] = 6
    pixels = await decode(picture("JPEG", (64, 32), exif=turned), 16, 16)
    assert (pixels.width, pixels.height) == (8, 16)


async def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded():
    with pytest.raises(CannotDecode, match="too many pixels"):
        await decode(claiming(30_000, 30_000), 16, 16)


@pytest.mark.parametrize("data", [b"", b"hello", picture("PNG")[:60], b"%!PS-Adobe-3.0 EPSF-3.0\n", picture("BMP")])
async def test_what_is_no_picture_of_a_known_kind_is_refused(data):
    with pytest.raises(CannotDecode, match="no picture"):
        await decode(data, 16, 16)


async def test_a_process_that_dies_takes_nothing_with_it(monkeypatch):
    monkeypatch.setattr("chover.client.local.pictures.COMMAND", ("/bin/sh", "-c", "kill -9 $$"))
    with pytest.raises(CannotDecode, match="no picture"):
        await decode(picture("PNG"), 16, 16)


async def test_leaving_while_it_decodes_ends_the_process(monkeypatch, tmp_path):
    begun = tmp_path / "begun"
    monkeypatch.setattr(
        "chover.client.local.pictures.COMMAND", ("/bin/sh", "-c", f"echo $$ > {begun}; exec sleep 1000")
    )
    decoding = asyncio.create_task(decode(picture("PNG"), 16, 16))
    async with asyncio.timeout(20):
        while not begun.exists() or not begun.read_text().endswith("\n"):
            await asyncio.sleep(0)
        decoding.cancel()
        with pytest.raises(asyncio.CancelledError):
            await decoding
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)


async def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr("chover.client.local.pictures.COMMAND", ("/bin/sh", "-c", "exit 3"))
    with pytest.raises(CannotDecode, match=r"pip install 'chover\[pictures\]'"):
        await decode(picture("PNG"), 16, 16)


def test_the_size_of_what_is_decoded_is_in_front():
    found = picture_process.decoded(picture("PNG", (4, 2)), 8, 8)
    assert picture_process.HEAD.unpack_from(found) == (4, 2)
    assert len(found) == picture_process.HEAD.size + 4 * 4 * 2
