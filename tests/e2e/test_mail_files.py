"""Files in a real browser: attached in pieces, covered until somebody looks, reported, deleted; and without scripts."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.bench.uploads import heavy_paper
from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, Walk, options, shoot
from tests.e2e.seeker_hands import phone
from tests.mail import files_world as paperclip

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

BLUR = "(image) => getComputedStyle(image).filter"


def seeded(stage: Stage, **plan: bool) -> str:
    """The stage's people; the address of the case's page."""
    output = stage.server.ground.run("-m", "tests.e2e.files_seed", json.dumps(plan))
    stage.people = json.loads(output.splitlines()[-1])
    return f"/team/letters/{stage.people['case']}/"


def otter(stage: Stage, path: str, **more: object) -> Page:
    """The young person's phone at a page."""
    page = phone(stage.browser, stage.server, **more)
    url = stage.server.url.replace("http:", "https:")
    cookie = {"name": stage.people["cookie"]["seeker"], "value": stage.people["token"], "url": url, "secure": True}
    page.context.add_cookies([cookie])
    stage.contexts.append(page.context)
    page.goto(path)
    return page


def choose(page: Page, *files: tuple[str, str, bytes]) -> None:
    """(name, type as the browser believes, content) of each."""
    given = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    page.get_by_test_id("attach-input").set_input_files(given)  # type: ignore[arg-type]


def attached(page: Page, *names: str) -> None:
    """Waits until exactly these are attached."""
    expect(page.get_by_test_id("attached").locator("li[data-file]")).to_have_text(list(names), timeout=20_000)
    expect(page.get_by_test_id("attached").locator("li")).to_have_count(len(names))


def test_the_story_of_a_picture(stage: Stage, tmp_path: Path) -> None:
    case = seeded(stage)
    page = otter(stage, "/inbox/write/")
    photo = paperclip.noise("JPEG", (1200, 900), quality=90)
    choose(page, ("IMG_1.HEIC.jpg", "image/jpeg", photo), ("Attest.pdf", "application/pdf", paperclip.paper()))
    attached(page, "IMG_1.HEIC.jpg", "Attest.pdf")
    choose(page, ("lustig.jpg", "image/jpeg", b"<html><script>alert(1)</script></html>"))
    expect(page.get_by_test_id("attach").get_by_role("alert")).to_contain_text("lustig.jpg: Das ist kein Bild")
    attached(page, "IMG_1.HEIC.jpg", "Attest.pdf")
    page.get_by_test_id("attached-remove").last.click()
    attached(page, "IMG_1.HEIC.jpg")
    with page.expect_response("**/inbox/draft/"):
        page.get_by_test_id("letter-text").fill("So sieht mein Zimmer aus.")
    page.reload()
    attached(page, "IMG_1.HEIC.jpg")
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_test_id("sent")).to_be_visible()
    expect(page.get_by_test_id("file")).to_have_count(1)

    linde = stage.counsellor("Linde", path=case)
    preview = linde.locator("[data-preview] img")
    expect(preview).to_have_js_property("complete", value=True)
    assert preview.evaluate("(image) => image.naturalWidth") == 1200
    assert "blur" in str(preview.evaluate(BLUR))
    button = linde.get_by_test_id("unblur")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(preview).to_have_css("filter", "none")
    button.click()
    assert "blur" in str(preview.evaluate(BLUR))
    with linde.expect_download() as download:
        linde.get_by_test_id("download").click()
    assert download.value.suggested_filename == "IMG_1.HEIC.jpg"
    assert download.value.path().read_bytes()[:3] == b"\xff\xd8\xff"

    linde.get_by_test_id("report").click()
    linde.get_by_test_id("report-now").click()
    expect(linde.get_by_test_id("file")).to_have_text("Diese Datei ist gesperrt.")
    page.reload()
    expect(page.get_by_test_id("file")).to_have_text("Diese Datei ist gesperrt.")
    expect(page.locator("[data-preview]")).to_have_count(0)
    deleted_by_uli(stage)


def deleted_by_uli(stage: Stage) -> None:
    uli = stage.counsellor("Uli", path="/team/locked-files/")
    expect(uli.get_by_test_id("locked-file")).to_contain_text("jemandem aus dem Team")
    uli.get_by_test_id("delete").click()
    uli.get_by_test_id("sure").check()
    uli.get_by_test_id("delete-now").click()
    expect(uli.get_by_test_id("nothing")).to_have_text("Keine Datei ist gesperrt.")
    uli.goto(f"{stage.server.url}/team/audit/")
    expect(uli.get_by_test_id("trail")).to_contain_text("Uli hat eine gesperrte Datei endgültig gelöscht.")
    expect(uli.get_by_test_id("trail")).to_contain_text("Linde hat eine Datei gemeldet, sie ist gesperrt.")


def test_what_cannot_be_attached_is_said_at_once_and_the_letter_stays(stage: Stage) -> None:
    seeded(stage)
    page = otter(stage, "/inbox/write/")
    page.get_by_test_id("letter-text").fill("Mein Text")
    alert = page.get_by_test_id("attach").get_by_role("alert")
    choose(page, ("Film.mp4", "video/mp4", b"x" * 10_000_001))
    expect(alert).to_have_text("Film.mp4 ist größer als 10 MB. Nimm bitte eine kleinere Datei.")
    choose(page, *((f"{number}.png", "image/png", paperclip.picture("PNG")) for number in range(6)))
    expect(alert).to_contain_text("Mehr als fünf Dateien")
    attached(page, *(f"{number}.png" for number in range(5)))
    expect(page.get_by_test_id("letter-text")).to_have_value("Mein Text")


def test_a_dead_spot_while_attaching_is_survived(stage: Stage) -> None:
    seeded(stage)
    page = otter(stage, "/inbox/write/")
    page.route("**/inbox/files/*/1/", lambda route: route.abort(), times=2)
    choose(page, ("Foto.png", "image/png", paperclip.noise("PNG", (250, 250))))
    attached(page, "Foto.png")


def test_a_letter_waits_for_what_is_being_attached_to_it(stage: Stage) -> None:
    seeded(stage)
    page = otter(stage, "/inbox/write/")
    held: list[Route] = []
    page.route("**/inbox/files/*/0/", lambda route: held.append(route))  # noqa: PLW0108 -- Playwright counts arguments
    with page.expect_request("**/inbox/files/*/0/"):
        choose(page, ("Foto.png", "image/png", paperclip.picture("PNG")))
    page.get_by_test_id("letter-text").fill("Mit Bild")
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_test_id("attach").get_by_role("alert")).to_have_text("Foto.png wird hochgeladen …")
    for route in held:
        route.continue_()
    attached(page, "Foto.png")
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_test_id("sent")).to_be_visible()
    expect(page.get_by_test_id("file")).to_have_count(1)


def test_without_a_script_a_form_attaches(stage: Stage) -> None:
    case = seeded(stage)
    page = otter(stage, "/inbox/write/", java_script_enabled=False)
    expect(page.get_by_test_id("attach-input")).to_be_hidden()
    page.get_by_test_id("letter-text").fill("Mein Zimmer und ein Attest.")
    scan = {"name": "Attest.pdf", "mimeType": "application/pdf", "buffer": heavy_paper(3_000_000)}
    page.get_by_test_id("attach-plain").set_input_files(scan)  # type: ignore[arg-type]
    page.get_by_test_id("attach-now").click()
    expect(page.locator("[data-file]")).to_contain_text(["Attest.pdf"])
    expect(page.get_by_test_id("letter-text")).to_have_value("Mein Zimmer und ein Attest.")
    joke = {"name": "lustig.jpg", "mimeType": "image/jpeg", "buffer": b"<html>" * 40_000}
    page.get_by_test_id("attach-plain").set_input_files(joke)  # type: ignore[arg-type]
    page.get_by_test_id("send-letter").click()
    expect(page.locator("#attach-error")).to_contain_text("Das ist kein Bild und kein PDF.")
    shoot(page, "files-plain-refused", whole=True)
    photo = {"name": "Zimmer.png", "mimeType": "image/png", "buffer": paperclip.noise("PNG", (400, 300))}
    page.get_by_test_id("attach-plain").set_input_files(photo)  # type: ignore[arg-type]
    page.get_by_test_id("attach-now").click()
    expect(page.locator("[data-file]")).to_have_count(2)
    shoot(page, "files-plain", whole=True)
    page.get_by_test_id("without").first.click()
    expect(page.locator("[data-file]")).to_contain_text(["Zimmer.png"])
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_test_id("sent")).to_be_visible()
    expect(page.get_by_test_id("download")).to_have_text(["Zimmer.png"])

    linde = stage.counsellor("Linde", path=case, java_script_enabled=False)
    linde.get_by_test_id("compose-text").fill("Danke. Hier ist unser Plan.")
    plan = {"name": "Plan.pdf", "mimeType": "application/pdf", "buffer": heavy_paper(400_000)}
    linde.get_by_test_id("attach-plain").set_input_files(plan)  # type: ignore[arg-type]
    linde.get_by_test_id("attach-now").click()
    expect(linde.locator("[data-file]")).to_contain_text(["Plan.pdf"])
    shoot(linde, "files-plain-team", whole=True)
    linde.get_by_test_id("send-letter").click()
    expect(linde.get_by_test_id("done")).to_be_visible()
    page.goto("/inbox/")
    expect(page.get_by_test_id("download")).to_have_text(["Zimmer.png", "Plan.pdf"])


def test_with_a_script_the_plain_form_is_gone(stage: Stage) -> None:
    seeded(stage)
    page = otter(stage, "/inbox/write/")
    expect(page.get_by_test_id("attach-input")).to_be_attached()
    expect(page.get_by_test_id("attach-plain")).to_have_count(0)


def test_without_a_script_pictures_are_links(stage: Stage) -> None:
    seeded(stage, sent=True)
    page = otter(stage, "/inbox/", java_script_enabled=False)
    expect(page.get_by_test_id("unblur").first).to_be_hidden()
    with page.context.expect_page() as opened:
        page.locator("[data-open]").first.click()
    assert opened.value.url.endswith("/show/")
    page.get_by_test_id("report").first.click()
    page.get_by_test_id("report-now").first.click()
    expect(page.get_by_test_id("file").first).to_have_text("Diese Datei ist gesperrt.")


def test_where_the_team_does_not_want_files_nothing_is_offered(stage: Stage) -> None:
    seeded(stage, allowed=False)
    page = otter(stage, "/inbox/write/")
    expect(page.get_by_test_id("letter-text")).to_be_visible()
    expect(page.get_by_test_id("attach")).to_have_count(0)


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing(stage: Stage, language: str) -> None:
    case = seeded(stage, sent=True, locked=True)
    walk = Walk(language, "files")
    page = otter(stage, "/inbox/write/", **options(language))
    choose(page, ("Foto.png", "image/png", paperclip.picture("PNG")), ("Lang" * 30 + ".pdf", "", paperclip.paper()))
    expect(page.get_by_test_id("attached").locator("li[data-file]")).to_have_count(2, timeout=20_000)
    choose(page, ("lustig.jpg", "image/jpeg", b"x"))
    expect(page.get_by_test_id("attach").get_by_role("alert")).to_be_visible()
    walk.see(page, "attach", whole=True)
    page.goto("/inbox/")
    page.get_by_test_id("report").first.click()
    walk.see(page, "inbox", whole=True)
    page.get_by_test_id("unblur").first.click()
    walk.see(page, "open", whole=True)
    walk.see(stage.counsellor("Linde", path=case, **options(language)), "case", whole=True)
    uli = stage.counsellor("Uli", path="/team/locked-files/", **options(language))
    walk.see(uli, "locked", whole=True)
    uli.get_by_test_id("delete").first.click()
    uli.locator("form[novalidate] [data-testid=delete-now]").click()
    expect(uli.get_by_role("alert")).to_be_visible()
    walk.see(uli, "delete", whole=True)

    assert walk.found == {}
