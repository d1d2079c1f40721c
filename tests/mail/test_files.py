"""The addresses of files: bringing one in pieces, handing it out, reporting it, and the list for those who lead."""

import argparse
import json
import re
import threading
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from counselling.commands import prune
from counselling.mail.domain import files as opening
from counselling.mail.domain import locking
from counselling.mail.models import File
from counselling.mail.views import files as handing_out
from counselling.vault.chunks import BYTES
from tests.mail import files_world as paperclip
from tests.mail.writing_world import browser
from tests.support import letters as post
from tests.support import world
from tests.support.browser_letters import signed_in
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def made() -> Correspondents:
    team = world.team()
    paperclip.allow(team)
    return post.claimed(team, world.counsellor(team, "Linde"))


@pytest.fixture
def seeker(made: Correspondents) -> Client:
    return signed_in(made.seeker)


@pytest.fixture
def linde(made: Correspondents) -> Client:
    return browser(made.counsellor)


def told(
    client: Client, address: str, body: Any = None, *, kind: str = "application/json"
) -> tuple[int, dict[str, Any]]:
    """A script's POST: status and answer."""
    data = body if isinstance(body, bytes) else json.dumps(body or {})
    answer = client.post(address, data, content_type=kind, headers=JSON)
    return answer.status_code, answer.json()


def bring(
    client: Client, base: str, data: bytes, name: str = "Foto.jpg", letter: str = ""
) -> tuple[int, dict[str, Any]]:
    """As attach.js does; the last answer."""
    status, begun = told(client, base, {"letter": letter or str(uuid.uuid4()), "name": name, "size": len(data)})
    if status != 200:
        return status, begun
    for number, start in enumerate(range(0, len(data), begun["piece"])):
        piece = data[start : start + begun["piece"]]
        assert told(client, f"{base}{begun['file']}/{number}/", piece, kind="application/octet-stream") == (200, {})
    return told(client, f"{base}{begun['file']}/done/")


def test_both_sides_attach_in_pieces_and_the_other_gets_it(made: Correspondents, seeker: Client, linde: Client) -> None:
    bases = {seeker: "/inbox/files/", linde: f"/team/letters/{made.case}/files/"}
    data = paperclip.noise("PNG", (250, 250))
    assert len(data) > 2 * BYTES
    for (client, base), (other, there) in zip(bases.items(), reversed(bases.items()), strict=True):
        status, known = bring(client, base, data, "Bild.png")
        assert (status, known["name"]) == (200, "Bild.png")
        assert other.get(f"{there}{known['file']}/").status_code == 404
        letter = File.objects.get(pk=known["file"]).letter
        actor = made.seeker if client is seeker else made.counsellor
        assert actor
        post.letters.send(actor, made.case, letter, "Mit Bild", version=1)
        answer = other.get(f"{there}{known['file']}/")
        assert (answer.status_code, b"".join(answer)[:4]) == (200, b"\x89PNG")


def test_a_file_is_handed_out_so_that_no_browser_runs_it(made: Correspondents, seeker: Client) -> None:
    known = paperclip.sent(made.seeker, made.case, name='Zoë "x"\r\nA: b.html')

    answer = seeker.get(f"/inbox/files/{known.id}/")

    body = b"".join(answer)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Zo%C3%AB%20_x_A_%20b.jpg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert int(answer["Content-Length"]) == len(body)


def test_images_can_be_shown_within_a_page_and_nothing_else(made: Correspondents, linde: Client) -> None:
    image = paperclip.sent(made.seeker, made.case)
    paper = paperclip.sent(made.seeker, made.case, paperclip.paper(), "a.pdf", text="Zwei")
    base = f"/team/letters/{made.case}/files/"

    shown = linde.get(f"{base}{image.id}/show/")

    assert shown["Content-Disposition"].startswith("inline")
    assert shown["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert b"".join(shown)
    assert linde.get(f"{base}{paper.id}/show/").status_code == 404
    saved = linde.get(f"{base}{paper.id}/")
    assert saved["Content-Disposition"].startswith("attachment")
    assert b"".join(saved).startswith(b"%PDF")


def test_everybody_else_finds_nothing(made: Correspondents) -> None:
    known = paperclip.sent(made.seeker, made.case)
    team = world.team("Buche")
    paperclip.allow(team)
    other = post.claimed(team, world.counsellor(team, "Buche"))
    paths = [f"{known.id}/", f"{known.id}/show/"]
    for client in (Client(), signed_in(other.seeker), browser(other.counsellor)):
        for path in paths:
            assert client.get(f"/inbox/files/{path}").status_code == 404
        for path in (f"{known.id}/report/", f"{known.id}/done/", f"{known.id}/remove/", f"{known.id}/0/"):
            assert told(client, f"/inbox/files/{path}", b"x")[0] == 404
    for case in (made.case, other.case):
        assert browser(other.counsellor).get(f"/team/letters/{case}/files/{known.id}/").status_code == 404
    assert told(Client(), "/inbox/files/", {})[0] == 404
    assert Client().get(f"/team/letters/{made.case}/files/{known.id}/").status_code == 302
    for role in ("supervisor", "administrator"):
        client = browser(world.staff(world.row(made.case).team, role.title(), role))
        assert client.get(f"/team/letters/{made.case}/files/{known.id}/").status_code == 403
    assert not File.objects.filter(locked_at__isnull=False).exists()


def test_off_by_default_is_off_for_the_address_as_well(made: Correspondents, seeker: Client) -> None:
    paperclip.allow(world.row(made.case).team, seekers=False)

    status, answer = bring(seeker, "/inbox/files/", paperclip.picture())

    assert status == 403
    assert answer["error"]["sentence"] == "Hier lassen sich gerade keine Dateien anhängen."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "Das ist kein Bild und kein PDF. Anhängen kannst du JPEG, PNG, WebP und PDF.",
        ),
        (paperclip.archive(), "Das ist kein Bild und kein PDF. Anhängen kannst du JPEG, PNG, WebP und PDF."),
        (paperclip.png_claiming(50_000, 50_000), "Dieses Bild ist zu groß. Mach ein Bildschirmfoto davon, das geht."),
        (
            paperclip.paper(script="x"),
            "In diesem PDF steckt etwas, das von selbst etwas tut. Druck es als neues PDF, das geht.",
        ),
        (b"\xff\xd8\xff" + b"x" * 100, "Diese Datei lässt sich nicht öffnen. Vielleicht ist sie beschädigt."),
    ],
)
def test_what_is_refused_is_said_in_a_friendly_sentence(
    made: Correspondents, seeker: Client, data: bytes, sentence: str
) -> None:
    status, answer = bring(seeker, "/inbox/files/", data)

    assert (status, answer["error"]) == (422, {"code": "refused_file", "sentence": sentence})
    assert not File.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"letter": "x", "name": "a", "size": 1},
        {"letter": str(uuid.uuid4()), "name": "a", "size": -1},
        {"letter": str(uuid.uuid4()), "name": "a", "size": "viel"},
        {"letter": str(uuid.uuid4()), "name": "a" * 5000, "size": 1},
        {"letter": str(uuid.uuid4()), "name": "a", "size": 10_000_001},
        {"letter": str(uuid.uuid4()), "name": "a", "size": 0},
        {"letter": str(uuid.uuid4()), "name": "a", "size": 10**30},
    ],
)
def test_a_beginning_that_makes_no_sense_is_refused(made: Correspondents, seeker: Client, body: dict[str, Any]) -> None:
    assert told(seeker, "/inbox/files/", body)[0] == 422
    assert not File.objects.exists()


def test_names_of_every_kind_are_taken(made: Correspondents, seeker: Client) -> None:
    for name in ("../../x\0.jpg", "\r\nSet-Cookie: a=b", "", "\ud800", "\u202egpj.exe", "😀.png"):
        status, known = bring(seeker, "/inbox/files/", paperclip.picture(), name)
        assert status == 200
        assert told(seeker, f"/inbox/files/{known['file']}/remove/") == (200, {})
    assert not File.objects.exists()


def test_a_piece_that_is_too_large_or_nowhere_is_refused(made: Correspondents, seeker: Client) -> None:
    _, begun = told(seeker, "/inbox/files/", {"letter": str(uuid.uuid4()), "name": "a", "size": 10})
    base = f"/inbox/files/{begun['file']}/"

    assert told(seeker, f"{base}0/", b"x" * 11, kind="application/octet-stream")[0] == 422
    assert told(seeker, f"{base}7/", b"x" * 10, kind="application/octet-stream")[0] == 422
    assert told(seeker, f"{base}0/", b"x" * 200_000, kind="application/octet-stream")[0] in {400, 413}
    assert told(seeker, f"{base}done/")[0] == 409


def test_a_form_from_elsewhere_reports_and_removes_nothing(made: Correspondents) -> None:
    known = paperclip.sent(made.seeker, made.case)
    client = signed_in(made.seeker)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies

    assert strict.post(f"/inbox/files/{known.id}/report/").status_code == 403
    assert not File.objects.filter(locked_at__isnull=False).exists()


def test_a_reported_file_says_so_on_both_pages_and_leads_nowhere(
    made: Correspondents, seeker: Client, linde: Client
) -> None:
    known = paperclip.sent(made.seeker, made.case, name="Geheimname.jpg")
    page = seeker.get("/inbox/").content.decode()
    assert "Geheimname.jpg" in page
    assert f"/inbox/files/{known.id}/report/" in page

    answer = seeker.post(f"/inbox/files/{known.id}/report/", headers={"Referer": "http://testserver/inbox/?before=9"})

    assert (answer.status_code, answer["Location"]) == (303, "http://testserver/inbox/?before=9")
    for client, path, base in (
        (seeker, "/inbox/", "/inbox/files/"),
        (linde, reverse("mail:case", args=[made.case]), f"/team/letters/{made.case}/files/"),
    ):
        page = client.get(path).content.decode()
        assert "Diese Datei ist gesperrt." in page
        assert "Geheimname" not in page
        assert str(known.id) not in page
        assert client.get(f"{base}{known.id}/").status_code == 409
        assert client.get(f"{base}{known.id}/show/", headers=JSON).json()["error"]["code"] == "barred"


def test_after_a_report_nobody_is_led_to_another_site(made: Correspondents, seeker: Client, linde: Client) -> None:
    known = paperclip.sent(made.seeker, made.case)
    elsewhere = {"Referer": "https://elsewhere.example/"}

    assert seeker.post(f"/inbox/files/{known.id}/report/", headers=elsewhere)["Location"] == "/inbox/"
    team = linde.post(f"/team/letters/{made.case}/files/{known.id}/report/", headers=elsewhere)
    assert team["Location"] == reverse("cases:desk")


def test_a_copy_of_the_case_has_no_file_in_it(made: Correspondents, seeker: Client) -> None:
    known = paperclip.sent(made.seeker, made.case)
    locking.report(made.seeker, made.case, known.id)

    copy = b"".join(seeker.post("/mine/copy/")).decode()

    assert str(known.id) not in copy
    assert "data:image" not in copy


def test_those_who_lead_see_the_list_and_delete_after_a_question(made: Correspondents) -> None:
    lead = browser(world.staff(world.row(made.case).team, "Ahorn", "supervisor"))
    assert "Keine Datei ist gesperrt." in lead.get("/team/locked-files/").content.decode()
    known = paperclip.sent(made.seeker, made.case, name="Geheimname.jpg")
    assert lead.get(f"/team/locked-files/{known.id}/delete/").status_code == 404
    locking.report(made.seeker, made.case, known.id)

    page = lead.get("/team/locked-files/").content.decode()
    asked = lead.get(f"/team/locked-files/{known.id}/delete/").content.decode()
    unsure = lead.post(f"/team/locked-files/{known.id}/delete/")

    assert "Geheimname" not in page + asked
    assert "§§ 184b, 184c StGB" in page
    assert re.search(r"rechtlich prüfen", page)
    assert unsure.status_code == 422
    assert File.objects.filter(pk=known.id).exists()
    answer = lead.post(f"/team/locked-files/{known.id}/delete/", {"sure": "1"})
    assert (answer.status_code, answer["Location"]) == (303, "/team/locked-files/")
    assert not File.objects.exists()


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_the_list_is_for_those_who_lead(made: Correspondents, role: str) -> None:
    client = browser(world.staff(world.row(made.case).team, "Esche", role))

    assert client.get("/team/locked-files/").status_code == 403
    assert Client().get("/team/locked-files/").status_code == 302


def test_only_a_few_are_handed_out_at_once_and_each_place_comes_back(
    made: Correspondents, seeker: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_out, "_slots", threading.BoundedSemaphore(1))
    monkeypatch.setattr(handing_out, "_PATIENCE_SECONDS", 0.01)
    known = paperclip.sent(made.seeker, made.case)
    address = f"/inbox/files/{known.id}/"

    first = seeker.get(address)
    assert seeker.get(address).status_code == 503
    assert b"".join(first)
    opened = opening.opened(made.seeker, made.case, known.id)
    assert handing_out._slots.acquire(blocking=False)
    parts = handing_out._parts(opened)
    next(parts)
    parts.close()  # the line was cut
    assert b"".join(seeker.get(address))


def test_a_visitor_begins_only_so_many(made: Correspondents, seeker: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counselling.mail.views.files_up.FILES_PER_HOUR", 1)
    told(seeker, "/inbox/files/", {"letter": str(uuid.uuid4()), "name": "a", "size": 1})

    assert told(seeker, "/inbox/files/", {"letter": str(uuid.uuid4()), "name": "a", "size": 1})[0] == 429


@pytest.mark.django_db(transaction=True)
def test_the_prune_command_takes_half_uploads_along(made: Correspondents) -> None:
    half = paperclip.begin(made.seeker, made.case, b"x")
    File.objects.filter(pk=half).update(at="2026-01-01T00:00Z")

    assert "1 half uploads" in prune.run(argparse.Namespace())
    assert not File.objects.exists()
