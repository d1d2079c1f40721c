"""Local help in a real browser: the directory without a script, a table with mistakes, a card, a warm hand-over."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, Walk, options
from tests.e2e.seeker_hands import PHONE, phone

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

OTTER = "Stiller Otter"
TEXT = "X ist 15. Daheim gibt es viel Streit. Am liebsten nachmittags."


def begun(stage: Stage) -> str:
    """A chat that runs, a directory, a supervisor; the case's id."""
    stage.seed(staff={"Linde": 3}, chats={OTTER: "Linde"})
    output = stage.server.ground.run("-m", "tests.e2e.partners_seed")
    stage.people["staff"] |= json.loads(output.splitlines()[-1])["staff"]
    return str(stage.people["seekers"][OTTER]["case"])


def guest(stage: Stage, **more: Any) -> Page:
    page = phone(stage.browser, stage.server, **{"reduced_motion": "reduce", **more})
    stage.contexts.append(page.context)
    return page


def young(stage: Stage, **more: Any) -> Page:
    """The young person's telephone."""
    page = guest(stage, **more)
    url = stage.server.url.replace("http:", "https:")
    name, token = stage.people["cookie"]["seeker"], stage.people["seekers"][OTTER]["token"]
    page.context.add_cookies([{"name": name, "value": token, "url": url, "secure": True}])
    return page


def go(page: Page, stage: Stage, path: str) -> None:
    page.goto(stage.server.url + path)


def names(page: Page) -> list[str]:
    return page.locator("[data-testid=partner] strong").all_inner_texts()


def test_a_directory_needs_no_script(stage: Stage) -> None:
    begun(stage)
    page = guest(stage, java_script_enabled=False)
    assert page.viewport_size == PHONE["viewport"]
    page.goto("/")
    page.get_by_test_id("local-door").click()
    expect(page.get_by_test_id("number")).to_have_text("24 Stellen")
    assert len(names(page)) == 20
    page.get_by_role("link", name="Weiter").click()
    assert len(names(page)) == 4

    page.get_by_label("Thema").select_option(label="Alkohol, Drogen, Medien")
    page.get_by_label("Sprache").select_option(label="Ukrainisch")
    page.get_by_test_id("find").click()
    assert names(page) == ["Suchtberatung Anker (Demo, erfunden)"]
    assert "addiction" not in page.url
    expect(page.get_by_label("Sprache")).to_have_value("uk")
    page.get_by_test_id("partner").click()
    expect(page.get_by_role("link", name="069 90009 202")).to_have_attribute("href", "tel:06990009202")
    expect(page.get_by_role("link", name="suchtberatung.example", exact=True)).to_have_attribute(
        "rel", "noreferrer noopener"
    )
    page.go_back()
    assert names(page) == ["Suchtberatung Anker (Demo, erfunden)"]
    page.get_by_test_id("all").click()
    page.get_by_label("Was suchst du?").fill("MADCHENHAUS morgenrot")
    page.get_by_test_id("find").click()
    assert names(page) == ["Mädchenhaus Morgenrot (Demo, erfunden)"]
    page.get_by_label("Was suchst du?").fill("gibt es nicht")
    page.get_by_test_id("find").click()
    expect(page.get_by_test_id("nothing")).to_be_visible()


def file(page: Page, text: str) -> None:
    page.get_by_test_id("file").set_input_files(
        {"name": "vor-ort.csv", "mimeType": "text/csv", "buffer": text.encode("cp1252")}
    )
    page.get_by_test_id("look").click()


def test_a_table_with_mistakes_is_not_brought_in_and_a_good_one_is_whole(stage: Stage) -> None:
    begun(stage)
    page = stage.counsellor("Uli", path="/team/local/", java_script_enabled=False)
    page.get_by_test_id("table").click()
    head = "Name;Wofür;Telefon;Internetseite;Themen\n"

    file(page, head + "Möwe;Reden;069 1;javascript:alert(1);Angeln\n;Ohne Namen;069 1;;\n")
    rows = page.get_by_test_id("problems").locator("tbody tr")
    expect(rows).to_have_count(3)
    assert [row.split("\t")[0] for row in rows.all_inner_texts()] == ["2", "2", "3"]
    expect(page.get_by_test_id("confirm")).to_have_count(0)

    many = "".join(f"Neu {number};Reden über alles;069 {number + 100};;\n" for number in range(600))
    wide = "x" * 500
    file(page, head + f"Möwe;{wide};069 90009;möwe.example;Familie\n" + many.replace("alles", wide[:200]))
    expect(page.get_by_test_id("numbers")).to_contain_text("Neu: 601.")
    page.get_by_test_id("confirm").click()
    expect(page.get_by_test_id("partner").filter(has_text="Möwe")).to_be_visible()
    with page.expect_download() as got:
        page.get_by_test_id("export").click()
    assert got.value.suggested_filename.startswith("vor-ort-")


def test_a_card_and_a_warm_hand_over(stage: Stage) -> None:
    case = begun(stage)
    linde = stage.counsellor("Linde", path=f"/team/file/{case}/")
    otter = young(stage, java_script_enabled=False)
    linde.get_by_test_id("partners-link").click()
    linde.get_by_label("Was suchst du?").fill("lindenhof")
    linde.get_by_test_id("find").click()
    linde.get_by_test_id("place").click()
    expect(linde.get_by_test_id("card")).to_contain_text("Erziehungsberatung Lindenhof")

    otter.goto("/mine/cards/")
    expect(otter.get_by_test_id("card")).to_contain_text("Stufenlos")
    expect(otter.get_by_role("link", name="069 90009 201")).to_be_visible()

    linde.get_by_label("Was suchst du?").fill("lindenhof")
    linde.get_by_test_id("find").click()
    linde.get_by_test_id("begin").click()
    linde.get_by_test_id("text").fill(f"{OTTER} ist 15.")
    linde.get_by_test_id("ask").click()
    expect(linde.get_by_test_id("names").locator("mark")).to_have_text(OTTER)
    linde.get_by_test_id("text").fill(TEXT)
    linde.get_by_test_id("ask").click()
    expect(linde.get_by_test_id("state")).to_have_text("gefragt")
    expect(linde.get_by_test_id("hand-code")).to_have_count(0)
    referral = linde.url

    otter.reload()
    otter.get_by_test_id("referral").click()
    otter.get_by_test_id("text").fill(TEXT + " Bitte nicht anrufen.")
    otter.get_by_test_id("agree").click()
    expect(otter.get_by_test_id("state")).to_contain_text("Wir sehen noch einmal auf deine Änderung")
    linde.goto(referral)
    expect(linde.get_by_test_id("text")).to_have_value(TEXT + " Bitte nicht anrufen.")
    linde.get_by_test_id("ask").click()
    expect(linde.get_by_test_id("state")).to_have_text("einverstanden")
    linde.get_by_test_id("hand-code").click()
    code = linde.get_by_test_id("code").inner_text()

    other = guest(stage, java_script_enabled=False)
    other.goto("/handed-over/")
    other.get_by_test_id("code").fill(code.lower())
    other.get_by_test_id("open").click()
    expect(other.get_by_test_id("summary")).to_have_text(TEXT + " Bitte nicht anrufen.")
    other.goto("/handed-over/")
    other.get_by_test_id("code").fill(code)
    with other.expect_response("**/handed-over/") as answer:
        other.get_by_test_id("open").click()
    assert answer.value.status == 410
    expect(other.get_by_test_id("refused")).to_be_visible()

    otter.reload()
    expect(otter.get_by_test_id("state")).to_contain_text("gelesen")
    linde.goto(referral)
    linde.get_by_label("Dort angekommen").check()
    linde.get_by_test_id("close").click()
    expect(linde.get_by_test_id("outcome")).to_have_text("Dort angekommen")


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_in_the_directory(stage: Stage, language: str) -> None:
    begun(stage)
    walk = Walk(language, "partners")
    page = guest(stage, **options(language))
    page.goto("/local/")
    walk.see(page, "directory", whole=True)
    for part in ("Donaudampf", "مركز", "Lindenhof"):
        page.locator("#local-q").fill(part)
        page.get_by_test_id("find").click()
        page.get_by_test_id("partner").first.click()
        walk.see(page, f"one-{part[:2]}", whole=True)
        page.go_back()

    lead = stage.counsellor("Uli", path="/team/local/", **options(language))
    walk.see(lead, "team")
    go(lead, stage, "/team/local/table/")
    walk.see(lead, "table", whole=True)
    file(lead, "Name;Wofür;Telefon\nMöwe;Reden;nein\n")
    walk.see(lead, "table-mistakes", whole=True)
    file(lead, "Name;Wofür;Telefon\nMöwe;Reden;069 90009\n")
    lead.locator(".fold summary").click()
    walk.see(lead, "table-good", whole=True)
    go(lead, stage, "/team/local/new/")
    walk.see(lead, "form", whole=True)
    lead.get_by_test_id("save-partner").click()
    walk.see(lead, "form-refused", whole=True)
    assert walk.found == {}


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_in_a_case(stage: Stage, language: str) -> None:
    case, walk = begun(stage), Walk(language, "partners")
    path = f"/team/case/{case}/partners/"
    linde = stage.counsellor("Linde", path=path, **options(language))
    for part in ("مركز", "Donaudampf"):
        linde.locator("#local-q").fill(part)
        linde.get_by_test_id("find").click()
        linde.get_by_test_id("place").click()
    walk.see(linde, "case", whole=True)
    linde.locator("#local-q").fill("Donaudampf")
    linde.get_by_test_id("find").click()
    linde.get_by_test_id("begin").click()
    linde.get_by_test_id("text").fill(f"{OTTER} mag Frau Müller.")
    linde.get_by_test_id("ask").click()
    walk.see(linde, "referral-names", whole=True)
    linde.get_by_test_id("text").fill(TEXT)
    linde.get_by_test_id("ask").click()

    otter = young(stage, **options(language))
    otter.goto("/mine/cards/")
    walk.see(otter, "cards", whole=True)
    otter.get_by_test_id("referral").click()
    walk.see(otter, "my-referral", whole=True)
    otter.get_by_test_id("agree").click()
    walk.see(otter, "my-agreed", whole=True)

    linde.reload()
    linde.get_by_test_id("hand-code").click()
    code = linde.get_by_test_id("code").inner_text()
    walk.see(linde, "referral-code", whole=True)
    linde.get_by_test_id("hand-print").click()
    walk.see(linde, "sheet", whole=True)
    linde.emulate_media(media="print")
    assert linde.locator("body").inner_text().strip().startswith(linde.locator(".sheet h1").inner_text())

    page = guest(stage, **options(language))
    page.goto("/handed-over/")
    page.get_by_test_id("code").fill("AAAA")
    page.get_by_test_id("open").click()
    walk.see(page, "code-wrong")
    page.get_by_test_id("code").fill(code)
    page.get_by_test_id("open").click()
    walk.see(page, "opened", whole=True)
    assert walk.found == {}
