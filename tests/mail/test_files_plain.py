"""Attaching without a script: the letter's own form brings its text and one file; what goes wrong is said kindly."""

import uuid
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from counselling.mail.domain import brought, cleaning, letters
from counselling.mail.domain.files import MOST_BYTES
from counselling.mail.domain.uploads import TooLarge
from counselling.mail.models import File, FileChunk, Letter
from counselling.vault.chunks import BYTES
from counselling.web.bodies import CutOff
from tests.mail import files_world as paperclip
from tests.mail.writing_world import browser
from tests.support import letters as post
from tests.support import world
from tests.support.browser_letters import signed_in
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db
END = "grenze"
KIND = f"multipart/form-data; boundary={END}"


@pytest.fixture
def made() -> Correspondents:
    team = world.team()
    paperclip.allow(team)
    return post.claimed(team, world.counsellor(team, "Linde"))


@pytest.fixture
def seeker(made: Correspondents) -> Client:
    return signed_in(made.seeker)


def part(name: str, value: bytes, file: str | None = None) -> bytes:
    about = f'form-data; name="{name}"' + (f'; filename="{file}"' if file is not None else "")
    return f"--{END}\r\nContent-Disposition: {about}\r\n\r\n".encode() + value + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{END}--\r\n".encode()


def letter(text: str = "Mein Brief", data: bytes | None = None, name: str = "Foto.jpg") -> list[bytes]:
    """As the composer's form: the file in the middle."""
    known = [part("letter", str(uuid.uuid4()).encode()), part("version", b"0"), part("text", text.encode())]
    return [*known, part("file", paperclip.picture() if data is None else data, name)]


def posted(client: Client, body: bytes, path: str = "/inbox/draft/", kind: str = KIND) -> tuple[int, str]:
    answer = client.post(path, body, content_type=kind)
    return answer.status_code, answer.content.decode()


def whole() -> list[File]:
    return list(File.objects.filter(complete=True))


def nothing_left() -> bool:
    return not File.objects.exists() and not FileChunk.objects.exists()


@pytest.mark.parametrize("side", ["seeker", "team"])
def test_a_form_brings_its_text_and_a_file_of_many_pieces(made: Correspondents, seeker: Client, side: str) -> None:
    assert made.counsellor
    client, path = (seeker, "/inbox/draft/") if side == "seeker" else (browser(made.counsellor), _write(made))
    data = paperclip.noise("PNG", (250, 250))
    assert len(data) > 2 * BYTES

    status, _page = posted(client, form(*letter("Schau:", data, "Bild.png"), part("step", b"keep")), path)

    actor = made.seeker if side == "seeker" else made.counsellor
    kept = letters.unsent(actor, made.case)
    assert (status, kept and kept.text) == (303, "Schau:")
    (file,) = whole()
    assert (kept and kept.id) == file.letter
    assert file.media == "image/png"


def _write(made: Correspondents) -> str:
    return f"/team/letters/{made.case}/write/"


def test_sending_takes_the_chosen_file_along(made: Correspondents, seeker: Client) -> None:
    assert posted(seeker, form(*letter("Mit Bild")), "/inbox/send/")[0] == 303

    assert not Letter.objects.filter(case=made.case).exists()
    assert "Foto.jpg" in seeker.get("/inbox/").content.decode()


def test_an_empty_file_field_is_no_file(made: Correspondents, seeker: Client) -> None:
    assert posted(seeker, form(*letter("Ohne", b"", "")))[0] == 303

    assert nothing_left()
    kept = letters.unsent(made.seeker, made.case)
    assert kept
    assert kept.text == "Ohne"


def test_a_file_is_taken_out_again_by_a_button(made: Correspondents, seeker: Client) -> None:
    posted(seeker, form(*letter("Erst mit")))
    kept, (file,) = letters.unsent(made.seeker, made.case), whole()
    assert kept

    fields = [part("letter", str(kept.id).encode()), part("version", b"1"), part("text", b"Doch ohne")]
    assert posted(seeker, form(*fields, part("without", str(file.pk).encode())))[0] == 303

    kept = letters.unsent(made.seeker, made.case)
    assert (kept and kept.text, whole()) == ("Doch ohne", [])


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"<html><script>1</script>", "lustig.jpg", "Das ist kein Bild und kein PDF."),
        (b"", "leer.jpg", "Diese Datei ist leer."),
        (b"x" * (MOST_BYTES + 1), "gross.pdf", "Diese Datei ist größer als 10 MB."),
        (b"x" * (MOST_BYTES + 200_000), "riesig.pdf", "Diese Datei ist größer als 10 MB."),
        (paperclip.archive(), "bombe.pdf", "Das ist kein Bild und kein PDF."),
        (paperclip.paper(script="app.alert(1)"), "tut.pdf", "In diesem PDF steckt etwas, das von selbst etwas tut."),
    ],
)
def test_what_is_refused_is_said_where_it_was_chosen_and_the_text_stays(
    made: Correspondents, seeker: Client, data: bytes, name: str, sentence: str
) -> None:
    status, page = posted(seeker, form(*letter("Mein Text", data, name)), "/inbox/send/")

    assert status == 422
    assert sentence in page
    assert 'id="attach-error"' in page
    assert "Mein Text" in page
    assert nothing_left()
    kept = letters.unsent(made.seeker, made.case)
    assert kept
    assert kept.text == "Mein Text"


def test_of_two_files_the_first_is_attached_and_the_letter_waits(made: Correspondents, seeker: Client) -> None:
    status, page = posted(seeker, form(*letter(), part("file", paperclip.picture(), "Zwei.jpg")), "/inbox/send/")

    assert (status, len(whole())) == (422, 1)
    assert "nur eine Datei auf einmal" in page
    assert letters.unsent(made.seeker, made.case)


@pytest.mark.parametrize("keep", [0.6, 0.97])
def test_a_body_that_breaks_off_leaves_nothing_but_the_text(made: Correspondents, seeker: Client, keep: float) -> None:
    body = form(*letter("Noch da", paperclip.noise("PNG", (250, 250))), part("step", b"keep"))

    status, page = posted(seeker, body[: int(len(body) * keep)])

    assert status == 422
    assert "nicht ganz angekommen" in page
    assert "Noch da" in page
    assert nothing_left()


def test_a_body_that_breaks_off_behind_its_file_takes_no_step(made: Correspondents, seeker: Client) -> None:
    body = b"".join(letter("Noch da"))

    assert posted(seeker, body, "/inbox/send/")[0] == 422

    assert letters.unsent(made.seeker, made.case)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=ü"]
)
def test_a_form_without_a_boundary_is_refused(made: Correspondents, seeker: Client, kind: str) -> None:
    status, _page = posted(seeker, form(*letter()), kind=kind)

    assert (status, nothing_left()) == (422, True)


def test_fields_have_bounds(made: Correspondents, seeker: Client) -> None:
    seeker.raise_request_exception = False
    long = posted(seeker, form(part("text", b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))))
    many = posted(seeker, form(*(part(f"f{number}", b"") for number in range(200))))

    assert (long[0], many[0]) == (400, 400)


def test_without_the_form_s_token_nothing_is_taken(made: Correspondents) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in(made.seeker).cookies

    assert posted(strict, form(*letter()))[0] == 403
    assert nothing_left()
    strict.get("/inbox/write/")
    token = strict.cookies[settings.CSRF_COOKIE_NAME].value.encode()
    assert posted(strict, form(part("csrfmiddlewaretoken", token), *letter()))[0] == 303
    assert len(whole()) == 1


def test_whoever_is_signed_out_finds_the_text_again(made: Correspondents) -> None:
    status, page = posted(Client(), form(*letter("Nicht verlieren")))

    assert (status, nothing_left()) == (403, True)
    assert "Nicht verlieren" in page


def test_where_files_are_off_the_letter_is_kept(made: Correspondents, seeker: Client) -> None:
    paperclip.allow(world.Team.objects.get(), seekers=False)

    status, page = posted(seeker, form(*letter("Nur Text")))

    assert status == 422
    assert "keine Dateien anhängen" in page
    assert nothing_left()


def test_a_sixth_file_is_refused_and_the_five_stay(made: Correspondents, seeker: Client) -> None:
    for _ in range(5):
        paperclip.attach(made.seeker, made.case)

    status, page = posted(seeker, form(*letter("")))

    assert (status, len(whole())) == (422, 5)
    assert "Mehr als fünf Dateien" in page


def bring(made: Correspondents, parts: Iterator[bytes], at_most: int = MOST_BYTES) -> None:
    kept = letters.keep(made.seeker, made.case, "Text", version=0)
    brought.bring(made.seeker, made.case, kept.id, name="Foto.jpg", parts=parts, at_most=at_most)


@pytest.mark.parametrize("size", [1, 7, BYTES - 1, BYTES, 3 * BYTES])
def test_however_it_is_cut_the_same_file_comes_out(made: Correspondents, size: int) -> None:
    data = paperclip.noise("PNG", (250, 250)) if size > 7 else paperclip.picture("PNG", (8, 8))

    bring(made, (data[start : start + size] for start in range(0, len(data), size)), at_most=len(data) + 900)

    assert [file.media for file in whole()] == ["image/png"]


def test_more_than_was_told_is_too_large(made: Correspondents) -> None:
    with pytest.raises(TooLarge):
        bring(made, iter([b"x" * 100]), at_most=99)
    assert nothing_left()


def test_a_line_that_goes_away_takes_its_pieces_along(made: Correspondents) -> None:
    def parts() -> Iterator[bytes]:
        yield paperclip.noise("PNG", (250, 250))
        raise CutOff

    with pytest.raises(CutOff):
        bring(made, parts())
    assert nothing_left()


def test_while_others_are_checked_it_is_asked_again_and_then_gone(
    made: Correspondents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning, "_PATIENCE_SECONDS", 0.01)

    with cleaning.turn(), pytest.raises(cleaning.Busy):
        bring(made, iter([paperclip.picture()]))

    assert nothing_left()
