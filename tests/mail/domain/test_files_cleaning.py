"""What comes out of the cleaner: pixels and nothing else, or a PDF that does nothing; everything hostile is refused."""

import io
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from PIL import Image, ImageCms

from counselling.mail.domain import cleaning
from counselling.mail.domain.cleaning import Refused
from tests.mail import files_world as world

KINDS = ["JPEG", "PNG", "WEBP"]


def cleaned(data: bytes) -> tuple[str, bytes]:
    with cleaning.clean([data[start : start + 5000] for start in range(0, len(data), 5000)], len(data)) as clean:
        parts = data if clean.parts is None else b"".join(clean.parts)
        assert len(parts) == clean.size
        return clean.media, parts


def why(data: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        cleaned(data)
    return next(word for word, sentence in cleaning._SENTENCES.items() if sentence == refusal.value.sentence)


def image(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_pixels_is_left(kind: str) -> None:
    given = world.with_metadata(kind)
    assert world.SECRET.encode() in given

    media, clean = cleaned(given)

    found = image(clean)
    assert media == f"image/{kind.lower()}"
    assert found.format == kind
    assert len(found.getexif()) == 0
    assert {
        "exif",
        "xmp",
        "icc_profile",
        "comment",
        "Author",
        "XML:com.adobe.xmp",
        "photoshop",
    } & found.info.keys() == set()
    for trace in (world.SECRET.encode(), b"Exif", b"Phone", b"Model 7", b"xmpmeta", b"2026:11"):
        assert trace not in clean


def test_what_hangs_behind_the_picture_is_gone() -> None:
    _, clean = cleaned(world.picture() + world.archive(b"secret" * 100) + b"<script>alert(1)</script>")

    assert b"PK" not in clean
    assert b"script" not in clean


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_stands_upright_without_being_told_how(turn: int) -> None:
    """The corner that is red belongs to the top left once the camera's word is applied."""
    upright = Image.new("RGB", (60, 30), "white")
    upright.paste("red", (0, 0, 20, 10))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Transpose: flips are their own way back, 6 and 8 each other's
    held = upright.transpose(Image.Transpose(undo[turn])) if turn in undo else upright
    exif = Image.Exif()
    exif[0x0112] = turn

    found = image(cleaned(world.encoded(held, "PNG", exif=exif.tobytes()))[1])

    assert found.size == (60, 30)
    assert found.convert("RGB").getpixel((5, 5)) == (255, 0, 0)
    assert found.convert("RGB").getpixel((50, 25)) == (255, 255, 255)


def test_colours_stay_right_without_their_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    broken = world.picture("PNG", icc_profile=b"no profile at all")
    odd = world.picture("PNG", icc_profile=profile.tobytes())
    srgb = world.picture("PNG", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())

    for given in (broken, odd, srgb):
        assert image(cleaned(given)[1]).convert("RGB").getpixel((5, 5)) == (0, 128, 128)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    assert image(cleaned(world.encoded(Image.new(mode, (20, 10)), "PNG"))[1]).size == (20, 10)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_every_kind_of_jpeg_is_taken(mode: str) -> None:
    assert image(cleaned(world.encoded(Image.new(mode, (20, 10)), "JPEG"))[1]).mode in {"L", "RGB"}


def test_transparency_is_kept() -> None:
    clean = cleaned(world.encoded(Image.new("RGBA", (20, 10), (255, 0, 0, 0)), "WEBP", lossless=True))[1]

    assert image(clean).convert("RGBA").getpixel((3, 3))[3] == 0


def test_of_an_animation_the_first_picture_is_left() -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "blue")]
    for kind in ("WEBP", "PNG"):
        found = image(
            cleaned(world.encoded(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True))[1]
        )
        assert getattr(found, "n_frames", 1) == 1
        assert found.convert("RGB").getpixel((3, 3))[0] > 250


def test_a_large_photo_becomes_as_large_as_a_screen() -> None:
    found = image(cleaned(world.noise("JPEG", (4032, 3024), quality=70))[1])

    assert max(found.size) <= 2560
    assert found.width / found.height == pytest.approx(4 / 3, rel=0.01)


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (4000, 4000), (40_000, 10), (2**31 - 1, 2**31 - 1)])
def test_a_flood_of_pixels_is_refused_by_its_header(width: int, height: int) -> None:
    assert why(world.png_claiming(width, height)) in {"pixels", "broken"}


def test_a_jpeg_flood_is_refused_by_its_header() -> None:
    given = bytearray(world.picture("JPEG"))
    place = given.find(b"\xff\xc0") + 5
    given[place : place + 4] = b"\xff\xff\xff\xff"

    assert why(bytes(given)) == "pixels"


def test_a_truncated_picture_is_refused() -> None:
    for kind in KINDS:
        given = world.noise(kind, (200, 200))
        assert why(given[: len(given) // 2]) == "broken"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        world.archive(),
        b"PK\x03\x04" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        b"GIF89a" + b"\0" * 100,
        b"BM" + b"\0" * 100,
        b"II*\0" + b"\0" * 100,
        b"\0\0\0\x18ftypheic" + b"\0" * 100,
        b"MZ" + b"\0" * 100,
        b"\x7fELF" + b"\0" * 100,
        b"RIFF\x10\0\0\0WAVEfmt ",
        b"%!PS-Adobe-3.0",
        b"\n%PDF-1.4\n%%EOF",
        b"Hallo",
    ],
)
def test_whatever_is_no_picture_and_no_pdf_is_refused(data: bytes) -> None:
    assert why(data) == "kind"


def test_a_page_that_calls_itself_a_picture_is_refused() -> None:
    assert why(b"\xff\xd8\xff<html><script>alert(1)</script></html>") == "broken"
    assert why(b"\x89PNG\r\n\x1a\n<svg onload=alert(1)>") == "broken"


def test_a_pdf_stays_as_it_is() -> None:
    given = world.paper(pages=3)

    assert cleaned(given) == ("application/pdf", given)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (world.paper(script="app.alert(1)"), "active"),
        (
            world.paper(script="app.alert(1)").replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS"),
            "active",
        ),
        (world.paper(attached=b"MZ"), "active"),
        (world.paper(password="geheim"), "password"),
        (world.paper(password="").replace(b"%%EOF", b""), "broken"),
        (world.paper() + world.archive(b"x"), "mixed"),
        (world.paper() + b"<html><script>alert(1)</script>", "mixed"),
        (world.paper().replace(b"%PDF-1.3\n", b"%PDF-1.3\n%<script>alert(1)</script>\n"), "mixed"),
        (b"%PDF-1.4\n" + b"garbage" * 50 + b"\n%%EOF", "broken"),
        (b"%PDF-9.9\n%%EOF", "kind"),
        (world.paper(pages=0), "broken"),
    ],
)
def test_a_pdf_that_does_or_carries_something_is_refused(given: bytes, word: str) -> None:
    assert why(given) == word


@pytest.mark.parametrize(
    ("kind", "key"), [("/Launch", "/F"), ("/SubmitForm", "/F"), ("/GoToR", "/F"), ("/GoToE", "/F")]
)
def test_every_action_that_leads_elsewhere_is_refused(kind: str, key: str) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    world.act(writer, kind, key, "cmd.exe")

    assert why(world.written(writer)) == "active"


def test_what_lies_packed_is_looked_at() -> None:
    harmless = world.packed_paper(b"[3 0 R /Fit]")

    assert cleaned(harmless) == ("application/pdf", harmless)
    assert why(world.packed_paper(b"<</S/JavaScript/JS(app.alert)>>")) == "active"
    assert why(world.packed_paper(b"<</Next[<</S/Launch/F(x)>>]>>")) == "active"
    hidden = b"<</S 7 0 R/F(x)>>"  # what it does stands in an object of its own; no honest paper does that
    assert why(world.packed_paper(hidden)) == "active"


def test_a_bomb_in_a_pdf_is_refused() -> None:
    given = world.packed_paper(b" " * 30_000_000 + b"null")

    assert len(given) < 100_000
    assert why(given) == "broken"


def test_a_file_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "_PATIENCE_SECONDS", 0.01)

    assert why(world.noise("PNG", (1500, 1500))) == "broken"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"refused": "unheard of"}',
        '{"media": "text/html", "size": 4}',
        '{"media": "image/jpeg", "size": 0}',
        '{"media": "application/pdf", "size": 4}',
        '{"media": "image/jpeg", "size": 90000000}',
        '{"media": "image/jpeg", "size": -1}',
        '{"media": "image/jpeg", "size": "viel"}',
        '{"media": "image/jpeg", "size": 9}',
    ],
)
def test_a_cleaner_that_was_taken_over_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str
) -> None:
    script = tmp_path / "cleaner.py"
    script.write_text(f"import sys; sys.stdin.buffer.read(); print({said!r}); print('evil')")
    monkeypatch.setattr(cleaning, "CLEANER", script)

    assert why(b"x") == "broken"


def test_the_cleaner_can_open_nothing_once_it_has_begun() -> None:
    """The door is shut before the first byte of a stranger's picture is decoded."""
    probe = (
        "import importlib.util, sys; spec = importlib.util.spec_from_file_location('c', sys.argv[1]);"
        "c = importlib.util.module_from_spec(spec); spec.loader.exec_module(c); c.shut();"
        "\ntry: open('/etc/hostname')\nexcept OSError: print('shut')"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe, str(cleaning.CLEANER)], capture_output=True, check=True, text=True
    )

    assert done.stdout.strip() == "shut"
