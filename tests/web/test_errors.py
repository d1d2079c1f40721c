"""Each declared error becomes one answer; nothing that was passed along reaches a page or a log."""

import logging

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from counselling import errors
from tests.web.conftest import JSON, OURS, SECRET

pytestmark = pytest.mark.django_db
DECLARED = sorted(
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.DomainError)
)
TEXT = "Ich weiß nicht, wie ich das sagen soll.\nSeit den Ferien ist alles anders."


@pytest.mark.parametrize("name", DECLARED)
def test_declared_error_answers_scripts_in_json(client: Client, name: str) -> None:
    kind = getattr(errors, name)

    response = client.get(f"/refuse/{name}/", headers=JSON)

    assert response.status_code == kind.status
    assert response.json() == {"error": {"code": kind.code, "sentence": str(kind.sentence)}}


@pytest.mark.parametrize("name", DECLARED)
def test_declared_error_answers_people_with_a_page(client: Client, name: str) -> None:
    kind = getattr(errors, name)

    response = client.get(f"/refuse/{name}/")

    assert response.status_code == kind.status
    assert str(kind.sentence) in response.content.decode()


@pytest.mark.parametrize(("path", "status"), [("/nowhere/", 404), ("/lose-database/", 503), ("/break-down/", 500)])
def test_error_pages_keep_exit_help_and_a_way_on(visitor: Client, path: str, status: int) -> None:
    response = visitor.get(path)
    page = response.content.decode()

    assert response.status_code == status
    assert 'action="/exit/"' in page
    assert 'href="tel:112"' in page
    assert 'class="btn' in page
    assert SECRET not in page


@pytest.mark.parametrize("path", ["/lose-database/", "/break-down/"])
def test_trouble_of_ours_is_logged_by_kind_and_place_alone(
    visitor: Client, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.DEBUG, logger="counselling"):
        visitor.get(path)

    ours = [record for record in caplog.records if record.name.startswith("counselling")]
    assert len(ours) == 1
    assert "Error at urls.py:" in ours[0].getMessage()
    assert SECRET not in caplog.text
    assert ours[0].exc_info is None


def test_foreign_host_is_a_bad_request(visitor: Client) -> None:
    assert visitor.get("/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_unexpected_error_answers_scripts_in_json(visitor: Client) -> None:
    response = visitor.get("/break-down/", headers=JSON)

    assert (response.status_code, response.json()["error"]["code"]) == (500, "unexpected")


def test_pages_come_without_a_database(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise OperationalError(SECRET)

    monkeypatch.setattr("counselling.centre.models.Centre.load", gone)
    monkeypatch.setattr("counselling.centre.domain.help.open_now", gone)

    response = visitor.get("/nowhere/")

    assert response.status_code == 404
    assert 'href="tel:112"' in response.content.decode()


@pytest.mark.django_db(databases=[])
@pytest.mark.parametrize("path", ["/lose-database/", "/break-down/"])
def test_trouble_pages_ask_no_database(visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code >= 500


def test_expired_form_comes_back_with_its_text(visitor: Client) -> None:
    response = visitor.post("/letter/?part=1", {"text": TEXT, "topic": ["school", "family"]}, headers=OURS)
    page = response.content.decode()

    assert response.status_code == 403
    assert f'name="text" rows="8" autocomplete="off">{TEXT}</textarea>' in page
    assert 'name="topic" value="school"' in page
    assert 'name="topic" value="family"' in page
    assert 'method="post" action="/letter/?part=1"' in page


def test_expired_form_can_be_sent_again(visitor: Client) -> None:
    page = visitor.post("/break-down/", {"text": TEXT}, headers=OURS)
    token = page.content.decode().split('csrfmiddlewaretoken" value="')[-1].split('"')[0]

    assert visitor.post("/break-down/", {"text": TEXT, "csrfmiddlewaretoken": token}).status_code == 500


def test_expired_form_never_shows_secrets(visitor: Client) -> None:
    response = visitor.post("/team/sign-in/", {"username": "linde", "password": "drei Otter im Regen"}, headers=OURS)

    assert response.status_code == 403
    assert "drei Otter" not in response.content.decode()


def test_expired_form_escapes_what_was_written(visitor: Client) -> None:
    response = visitor.post("/letter/", {"text": "</textarea><script>alert(1)</script>" + TEXT}, headers=OURS)

    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}])
def test_form_of_a_foreign_page_is_not_offered_again(visitor: Client, headers: dict[str, str]) -> None:
    response = visitor.post("/letter/", {"text": TEXT}, headers=headers)

    assert response.status_code == 403
    assert "Ferien" not in response.content.decode()


def test_expired_form_of_a_script_is_answered_in_json(visitor: Client) -> None:
    response = visitor.post("/letter/", {"text": TEXT}, headers={**OURS, **JSON})

    assert (response.status_code, response.json()["error"]["code"]) == (403, "expired")


def test_lost_database_gives_written_text_back(client: Client) -> None:
    response = client.post("/lose-database/", {"text": TEXT}, headers=OURS)

    assert response.status_code == 503
    assert TEXT in response.content.decode()


def test_error_pages_speak_the_readers_language(visitor: Client, settings: Settings) -> None:
    german = visitor.get("/nowhere/", headers={"Accept-Language": "de"})
    english = visitor.get("/nowhere/", headers={"Accept-Language": "en"})

    assert '<html lang="de" dir="ltr"' in german.content.decode()
    assert '<html lang="en" dir="ltr"' in english.content.decode()
