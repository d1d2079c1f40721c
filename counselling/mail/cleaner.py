"""Makes one uploaded file clean, in a process of its own that has nothing to give away (docs/decisions/0018-files.md).

Run as a script: the upload comes in on standard input; out goes one line of JSON and then the bytes of the clean file.
`{"media": …, "size": n}` (n bytes follow; 0: take it as it came) or `{"refused": why}`. It knows no keys, no database
and no settings, opens no file and no line once it has begun, and may use only so much memory and time.
"""

import io
import json
import logging
import os
import re
import resource
import sys
from typing import Any, Final, NoReturn

MOST_BYTES: Final = 10_000_000
MEMORY: Final = 256 * 1024 * 1024
SECONDS: Final = 15
# Pixels by the header, looked at before anything is unpacked; JPEG unpacks at a fraction of its size.
MOST_PIXELS: Final = 12_500_000
MOST_PIXELS_JPEG: Final = 51_000_000
MOST_UNPACKED: Final = 6_300_000
LONGEST_SIDE: Final = 2560
_LONGEST_UNPACKED: Final = 30_000
_SMALLEST_SCALE: Final = 8  # what a JPEG's decoder can do: a half, a quarter, an eighth
_SIGNS: Final = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"RIFF": "WEBP", b"%PDF-": "PDF"}

# Whatever makes a PDF do something by itself, or carries other files along.
ACTIVE_KEYS: Final = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/Launch"}
ACTIVE_KINDS: Final = {
    *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToE", "/GoToR"),
    *("/EmbeddedFile", "/FileAttachment", "/RichMedia", "/3D", "/Movie", "/Sound"),
}
_IN_CLEAR: Final = re.compile(rb"/(JavaScript|EmbeddedFile|Launch|RichMedia)\b")
_PAGE_OF_ANOTHER_KIND: Final = re.compile(rb"<\s*(script|html|svg|!doctype|\?php)", re.IGNORECASE)
_ZIP_END: Final = b"PK\x05\x06"
MOST_OBJECTS: Final = 100_000
MOST_PACKED: Final = 20_000_000  # bytes of tables that lie packed in a PDF, each


class Refused(Exception):
    """Not taken; `why` is one of the words that `domain/cleaning.py` has a sentence for."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def main() -> None:
    """Read, clean, write; whatever goes wrong is a file that does not open."""
    os.nice(10)
    _limit(resource.RLIMIT_DATA, MEMORY)
    _limit(resource.RLIMIT_CPU, SECONDS)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    raw = sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        media, clean = cleaned(raw)
    except Refused as refusal:
        _answer({"refused": refusal.why})
    except (Exception, MemoryError):  # noqa: BLE001 -- a process edge: a decoder may raise anything
        _answer({"refused": "broken"})
    else:
        _answer({"media": media, "size": len(clean)}, clean)


def cleaned(raw: bytes) -> tuple[str, bytes]:
    """(media type, the clean bytes; b"" where the upload may stay as it is). Raises Refused."""
    kind = next((kind for sign, kind in _SIGNS.items() if raw.startswith(sign)), "")
    if not kind or len(raw) > MOST_BYTES or (kind == "WEBP" and raw[8:12] != b"WEBP"):
        raise Refused("kind")
    if kind == "PDF":
        check_pdf(raw)
        return "application/pdf", b""
    return picture(raw, kind)


def picture(raw: bytes, kind: str) -> tuple[str, bytes]:
    """The first picture of an image, upright, in sRGB, without anything but its pixels."""
    from PIL import (  # noqa: PLC0415 -- before the door is shut
        Image,
        ImageCms,
        JpegImagePlugin,  # noqa: F401
        MpoImagePlugin,  # noqa: F401
        PngImagePlugin,
        WebPImagePlugin,  # noqa: F401
    )

    PngImagePlugin.MAX_TEXT_MEMORY = PngImagePlugin.MAX_TEXT_CHUNK
    Image.MAX_IMAGE_PIXELS = None  # our own limits are lower, and have words
    Image.preinit()
    shut()
    with Image.open(io.BytesIO(raw), formats=[kind]) as found:
        _refuse_floods(found, kind)
        profile, turn = found.info.get("icc_profile"), found.getexif().get(0x0112)
        if kind == "JPEG":
            _unpack_smaller(found)
        image: Any = _plain(found)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    image = _in_srgb(image, profile, ImageCms) if profile else image
    image = _upright(image, turn, Image)
    if image.mode == "CMYK":
        image = image.convert("RGB")
    image.info = {}
    return _written(image, kind)


def _refuse_floods(found: Any, kind: str) -> None:
    """By what the header says, before anything is unpacked."""
    whole = kind != "JPEG" or found.info.get("progressive")  # a progressive one is collected as a whole
    most = MOST_PIXELS if whole else MOST_PIXELS_JPEG
    if found.width * found.height > most or max(found.size) > _LONGEST_UNPACKED:
        raise Refused("pixels")


def _unpack_smaller(found: Any) -> None:
    """Let the decoder leave out what would be thrown away."""
    scale = 1
    while scale < _SMALLEST_SCALE and found.width * found.height > MOST_UNPACKED * scale * scale:
        scale *= 2
    if scale > 1:
        found.draft(found.mode, (found.width // scale, found.height // scale))


def _plain(found: Any) -> Any:
    """Unpacked, in a mode that can be scaled and saved: L, RGB, RGBA or CMYK."""
    found.load()
    if found.mode in {"L", "RGB", "RGBA", "CMYK"} and "transparency" not in found.info:
        return found.copy()
    if found.mode.startswith("I"):  # 16 bits of grey
        return found.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return found.convert("RGBA" if found.mode in {"LA", "PA", "La", "RGBa"} or "transparency" in found.info else "RGB")


def _in_srgb(image: Any, profile: bytes, cms: Any) -> Any:
    """The same colours without the profile; one that makes no sense is left out."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    mode = "L" if image.mode == "L" else "RGB"
    try:
        given = cms.ImageCmsProfile(io.BytesIO(profile))
        wanted = cms.createProfile("sRGB")
        turned = cms.profileToProfile(image.convert("RGB") if alpha else image, given, wanted, outputMode=mode)
    except (cms.PyCMSError, ValueError, OSError, TypeError):
        return image
    if alpha:
        turned.putalpha(alpha)
    return turned


def _upright(image: Any, turn: int | None, module: Any) -> Any:
    """As it was held when it was taken (EXIF orientation 2 to 8)."""
    way = module.Transpose
    turns = {
        2: way.FLIP_LEFT_RIGHT,
        3: way.ROTATE_180,
        4: way.FLIP_TOP_BOTTOM,
        5: way.TRANSPOSE,
        6: way.ROTATE_270,
        7: way.TRANSVERSE,
        8: way.ROTATE_90,
    }
    return image.transpose(turns[turn]) if turn in turns else image


def _written(image: Any, kind: str) -> tuple[str, bytes]:
    """Encoded anew; what would be too large as it is becomes a JPEG."""
    out = io.BytesIO()
    if kind == "JPEG" and image.mode == "RGBA":
        image = image.convert("RGB")
    image.save(out, kind, **({"quality": 85} if kind != "PNG" else {}))
    if out.tell() > MOST_BYTES:
        out, kind = io.BytesIO(), "JPEG"
        image.convert("RGB").save(out, kind, quality=85)
    return f"image/{kind.lower()}", out.getvalue()


def check_pdf(raw: bytes) -> None:
    """One PDF and nothing else, with pages, open to everybody, that does nothing by itself. Raises Refused."""
    import pypdf  # noqa: PLC0415 -- only what is needed is loaded, and before the door is shut
    import pypdf.filters  # noqa: PLC0415
    from pypdf.generic import IndirectObject  # noqa: PLC0415

    logging.disable()
    shut()
    _refuse_mixtures(raw)
    if _IN_CLEAR.search(raw):
        raise Refused("active")
    pypdf.overwrite_configuration(
        disable_legacy_handling=True,  # it would load modules
        zlib_maximum_output_length=MOST_PACKED,
        lzw_maximum_output_length=MOST_PACKED,
        run_length_maximum_output_length=MOST_PACKED,
    )
    reader = pypdf.PdfReader(io.BytesIO(raw))
    if reader.is_encrypted:
        raise Refused("password")
    if not reader.pages:
        raise Refused("broken")
    numbers = [(number, generation) for generation, table in reader.xref.items() for number in table]
    numbers += [(number, 0) for number in reader.xref_objStm]
    if len(numbers) > MOST_OBJECTS:
        raise Refused("broken")
    _refuse_active(reader.trailer, IndirectObject)
    for number, generation in numbers:
        _refuse_active(reader.get_object(IndirectObject(number, generation, reader)), IndirectObject)
        reader.resolved_objects.clear()


def _refuse_mixtures(raw: bytes) -> None:
    """Nothing may follow the end, and nothing may make another program see another kind of file in it."""
    if not re.match(rb"%PDF-[12]\.\d", raw):
        raise Refused("kind")
    end = raw.rfind(b"%%EOF")
    if end < 0:
        raise Refused("broken")
    if raw[end + 5 :].strip(b"\0\t\n\f\r ") or _ZIP_END in raw[-70_000:] or raw[257:262] == b"ustar":
        raise Refused("mixed")
    if _PAGE_OF_ANOTHER_KIND.search(raw[:4096]):
        raise Refused("mixed")


def _refuse_active(thing: Any, pointer: type) -> None:
    """Of one object with all that lies directly in it; what it points to (a `pointer`) has its own turn."""
    waiting = [thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            inside = dict(part)  # as it stands there, without following what it points to
            named = [inside[key] for key in ("/S", "/Type", "/Subtype") if key in inside]
            if any(isinstance(name, pointer) for name in named):  # nobody honest hides what a thing is
                raise Refused("active")
            kinds = {str(name) for name in named if isinstance(name, str)}
            if ACTIVE_KEYS & inside.keys() or ACTIVE_KINDS & kinds:
                raise Refused("active")
            waiting += inside.values()
        elif isinstance(part, list):
            waiting += list.__iter__(part)


def shut() -> None:
    """From here on no file, no line, no other process."""
    _limit(resource.RLIMIT_NOFILE, 3)


def _limit(what: int, value: int) -> None:
    resource.setrlimit(what, (value, value))


def _answer(head: dict[str, object], body: bytes = b"") -> NoReturn:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing is left to tidy up


if __name__ == "__main__":
    main()
