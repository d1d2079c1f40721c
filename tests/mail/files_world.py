"""Pictures and papers to attach, honest and hostile, and attaching them as a page's script does."""

import io
import uuid
import zipfile
import zlib
from uuid import UUID

import pypdf
from PIL import Image
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from counselling.mail.domain import files, letters, uploads
from counselling.mail.domain.files import FileView
from counselling.mail.models import File, MailRules
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from counselling.vault.chunks import BYTES
from tests.support import letters as post
from tests.support import world
from tests.support.letters import Correspondents

SECRET = "Lena Beispiel, Hauptstr. 3"


def allow(team: Team, *, seekers: bool = True, staff: bool = True) -> None:
    """Let this team's letters carry files."""
    MailRules.objects.update_or_create(team=team, defaults={"files_from_seekers": seekers, "files_from_staff": staff})


def encoded(image: Image.Image, kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), colour: str = "teal", **more: object) -> bytes:
    """A plain image."""
    return encoded(Image.new("RGB", size, colour), kind, **more)


def noise(kind: str, size: tuple[int, int], **more: object) -> bytes:
    """An image that does not get smaller by packing."""
    return encoded(Image.effect_noise(size, 90).convert("RGB"), kind, **more)


def with_metadata(kind: str) -> bytes:
    """As a phone takes it: a place, a device, a time, a name, a comment, a small picture within."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x013B] = "Phone", "Model 7", SECRET
    exif[0x0132] = "2026:11:01 10:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 59.0, 42.0), 3: "E", 4: (7.0, 50.0, 59.0)})
    exif.get_ifd(0x8769).update({0x9003: "2026:11:01 10:00:00", 0x927C: SECRET.encode()})
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    extra: dict[str, object] = {"exif": exif.tobytes()}
    if kind == "JPEG":
        extra |= {"comment": SECRET.encode(), "xmp": xmp}
    elif kind == "WEBP":
        extra |= {"xmp": xmp}
    else:
        from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 -- only for this kind

        told = PngInfo()
        told.add_text("Author", SECRET)
        told.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=True)
        extra |= {"pnginfo": told}
    return picture(kind, **extra)


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that would unpack to a flood of pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    packed = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def act(writer: pypdf.PdfWriter, kind: str, key: str, what: str) -> None:
    """Let it do something as it is opened."""
    action = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject(key): TextStringObject(what)})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)


def written(writer: pypdf.PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def paper(*, script: str = "", attached: bytes = b"", password: str = "", pages: int = 1) -> bytes:
    """A PDF; with `script` it runs one, with `attached` it carries another file."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if script:
        act(writer, "/JavaScript", "/JS", script)
    if attached:
        writer.add_attachment("harmless.txt", attached)
    if password:
        writer.encrypt(password)
    return written(writer)


def archive(inner: bytes = b"0" * 20_000_000) -> bytes:
    """A zip bomb, small as those are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.txt", inner)
    return out.getvalue()


def begin(actor: Actor, case: UUID, data: bytes, name: str = "Foto.jpg", letter: UUID | None = None) -> UUID:
    """A place for the file in the actor's unsent letter."""
    known = letters.unsent(actor, case)
    wanted = letter or (known.id if known else uuid.uuid4())
    return uploads.begin(actor, case, wanted, name=name, size=len(data))[0]


def bring(actor: Actor, case: UUID, data: bytes, name: str = "Foto.jpg") -> UUID:
    """All its pieces; not checked yet."""
    file = begin(actor, case, data, name)
    for number, start in enumerate(range(0, len(data), BYTES)):
        uploads.piece(actor, case, file, number, data[start : start + BYTES])
    return file


def attach(actor: Actor, case: UUID, data: bytes | None = None, name: str = "Foto.jpg") -> FileView:
    """Attached to the unsent letter."""
    return uploads.finish(actor, case, bring(actor, case, picture() if data is None else data, name))


def sent(
    actor: Actor, case: UUID, data: bytes | None = None, name: str = "Foto.jpg", text: str = "Mit Bild"
) -> FileView:
    """Attached, and the letter sent."""
    known = attach(actor, case, data, name)
    post.send(actor, case, text)
    return known


def packed_paper(action: bytes) -> bytes:
    """A PDF of today's kind: its objects lie packed in a stream, and so does what it does as it is opened."""
    inner = [b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    inner += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>", action]
    places = [sum(len(part) + 1 for part in inner[:number]) for number in range(4)]
    head = b" ".join(b"%d %d" % (number + 1, place) for number, place in enumerate(places)) + b" "
    packed = zlib.compress(head + b" ".join(inner))
    told = b"<</Type/ObjStm/N 4/First %d/Filter/FlateDecode/Length %d>>" % (len(head), len(packed))
    start = b"%PDF-1.5\n"
    objects = b"5 0 obj" + told + b"stream\n" + packed + b"\nendstream\nendobj\n"
    rows = b"\0\0\0\0" + b"".join(b"\x02\0\x05" + bytes([number]) for number in range(4))
    rows += (
        b"\x01" + len(start).to_bytes(2, "big") + b"\0" + b"\x01" + (len(start + objects)).to_bytes(2, "big") + b"\0"
    )
    table = b"6 0 obj<</Type/XRef/Size 7/W[1 2 1]/Root 1 0 R/Length %d>>stream\n" % len(rows)
    end = b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(start + objects)
    return start + objects + table + rows + end


def allowed() -> Correspondents:
    """A young person and the counsellor Linde who answers; both may attach files."""
    team = world.team()
    allow(team)
    return post.claimed(team, world.counsellor(team, "Linde"))


def content(actor: Actor, case: UUID, file: UUID) -> bytes:
    opened = files.opened(actor, case, file)
    data = b"".join(opened.parts)
    assert len(data) == opened.length
    return data


def counsellor(made: Correspondents) -> Actor:
    assert made.counsellor
    return made.counsellor


def letter_of(file: UUID) -> UUID:
    return File.objects.values_list("letter", flat=True).get(pk=file)
