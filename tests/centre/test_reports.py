"""Reports of barriers: sealed, kept for a while, and a form that loses nothing."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from counselling.centre.domain import reports
from counselling.centre.models import BarrierReport
from counselling.errors import Empty, TooLong

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


def test_report_is_sealed_and_opens_again() -> None:
    reports.hand_in("  Der Knopf wird nicht vorgelesen.  ", reply_to="kim@example.org", today=TODAY)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM centre_barrierreport")
        row = repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in cursor.fetchone()])
    report = BarrierReport.objects.get()
    assert "Knopf" not in row
    assert "kim" not in row
    assert reports.text_of(report) == "Der Knopf wird nicht vorgelesen."
    assert reports.reply_of(report) == "kim@example.org"


def test_a_tampered_report_is_a_dash() -> None:
    reports.hand_in("Text", reply_to="", today=TODAY)
    report = BarrierReport.objects.get()
    report.sealed = bytes(report.sealed)[:-1] + b"\x00\x00"

    assert reports.text_of(report) == "–"
    assert reports.reply_of(report) == ""


@pytest.mark.parametrize(
    ("text", "reply_to", "error"),
    [("", "", Empty), ("  \n ", "", Empty), ("x" * 4001, "", TooLong), ("x", "y" * 201, TooLong)],
)
def test_refused_reports_are_not_kept(text: str, reply_to: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        reports.hand_in(text, reply_to=reply_to, today=TODAY)

    assert not BarrierReport.objects.exists()


def test_prune_deletes_after_180_days() -> None:
    for age in (0, 180, 181):
        reports.hand_in(f"{age}", reply_to="", today=TODAY - dt.timedelta(days=age))

    assert reports.prune(TODAY) == 1
    assert sorted(reports.text_of(report) for report in BarrierReport.objects.all()) == ["0", "180"]


def test_form_thanks_and_keeps_one_report(client: Client) -> None:
    answer = client.post("/accessibility/", {"text": "Zu klein.", "reply_to": ""}, follow=True)

    assert answer.redirect_chain == [("/accessibility/thanks/", 302)]
    assert "Danke, das ist angekommen" in answer.content.decode()
    assert reports.text_of(BarrierReport.objects.get()) == "Zu klein."


def test_form_keeps_a_text_that_is_too_long(client: Client) -> None:
    text = "ä" * 4001

    answer = client.post("/accessibility/", {"text": text, "reply_to": "kim@example.org"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Das sind mehr als 4.000 Zeichen." in page
    assert text in page
    assert 'value="kim@example.org"' in page
    assert 'aria-describedby="id_text_helptext id_text_error"' in page
    assert not BarrierReport.objects.exists()


def test_form_takes_exactly_4000_characters(client: Client) -> None:
    assert client.post("/accessibility/", {"text": "ä" * 4000}).status_code == 302


def test_form_says_when_nothing_was_written(client: Client) -> None:
    answer = client.post("/accessibility/", {"text": "   "})

    assert answer.status_code == 422
    assert "Da steht noch nichts." in answer.content.decode()


def test_form_slows_a_flood_and_keeps_the_text(client: Client) -> None:
    for _ in range(10):
        client.post("/accessibility/", {"text": "Noch etwas."})

    answer = client.post("/accessibility/", {"text": "Das elfte."})

    assert answer.status_code == 429
    assert "Das elfte." in answer.content.decode()
    assert BarrierReport.objects.count() == 10


def test_form_needs_its_own_page(db: None) -> None:
    assert Client(enforce_csrf_checks=True).post("/accessibility/", {"text": "x"}).status_code == 403


def test_form_is_escaped(client: Client) -> None:
    page = client.post("/accessibility/", {"text": "</textarea><script>" + "x" * 4001}).content.decode()

    assert "</textarea><script>" not in page


Sign = Callable[[str], Client]


def test_administrator_reads_and_deletes_but_never_writes(signed_in: Sign) -> None:
    reports.hand_in("Der Knopf.", reply_to="", today=TODAY)
    report, browser = BarrierReport.objects.get(), signed_in("administrator")
    address = f"/admin/centre/barrierreport/{report.pk}/"

    page = browser.get(f"{address}change/").content.decode()

    assert "Der Knopf." in page
    assert "keine Antwort gewünscht" in page
    assert browser.get("/admin/centre/barrierreport/add/").status_code == 403
    assert browser.post(f"{address}change/", {"created_on": "2020-01-01"}).status_code == 403
    assert browser.post(f"{address}delete/", {"post": "yes"}).status_code == 302
    assert not BarrierReport.objects.exists()
