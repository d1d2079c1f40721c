"""The counsellor's work in a real browser: claiming, answering, handing over, closing, signing out."""

import pytest
from playwright.sync_api import expect

from tests.e2e.desk_hands import (
    Stage,
    chat,
    claim,
    composer,
    focused,
    heard,
    messages,
    queued,
    write,
)

pytestmark = pytest.mark.e2e


def test_of_two_who_claim_at_once_one_gets_it_and_the_other_is_told_kindly(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2, "Ahorn": 2}, waiting=["Blauer Bus"])
    pages = [stage.counsellor("Linde"), stage.counsellor("Ahorn")]

    for page in pages:
        page.evaluate("document.querySelector('[data-testid=claim]').click()")

    for page in pages:
        expect(queued(page, "Blauer Bus")).to_have_count(0)
    winners = [page for page in pages if chat(page, "Blauer Bus").count() == 1]
    assert len(winners) == 1
    loser = next(page for page in pages if page not in winners)
    expect(loser.get_by_text("Jemand aus dem Team war gerade schneller.")).to_be_visible()


def test_at_capacity_is_said_kindly(stage: Stage) -> None:
    stage.seed(staff={"Linde": 1}, waiting=["Blauer Bus"], chats={"Stiller Otter": "Linde"})
    page = stage.counsellor("Linde")

    claim(page, "Blauer Bus")

    expect(page.get_by_text("Du hast so viele Chats, wie du dir vorgenommen hast.")).to_be_visible()


def test_keyboard_alone_takes_answers_and_closes(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, waiting=["Blauer Bus"])
    page = stage.counsellor("Linde")
    otter = stage.seeker("Blauer Bus")
    keys = page.keyboard

    keys.press("n")
    expect(composer(page)).to_be_focused()
    keys.type("Hallo, ich bin da. Was ist los?")
    keys.press("Enter")
    otter.hears("Hallo, ich bin da. Was ist los?")
    keys.press("Escape")
    keys.press("e")
    expect(page.get_by_role("dialog", name="Abschließen: Blauer Bus")).to_be_visible()
    while focused(page) != "ending":
        keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")

    expect(page.get_by_text("Der Chat mit Blauer Bus ist abgeschlossen.")).to_be_visible()
    expect(chat(page, "Blauer Bus")).to_have_count(0)
    assert focused(page) == "chats-title"


def test_shortcuts_never_fire_while_writing(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, waiting=["Blauer Bus"], chats={"Stiller Otter": "Linde"})
    page = stage.counsellor("Linde")

    composer(page).click()
    page.keyboard.type("nae? jk")

    expect(composer(page)).to_have_value("nae? jk")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(queued(page, "Blauer Bus")).to_have_count(1)


def test_shortcuts_can_be_switched_off(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, waiting=["Blauer Bus"])
    page = stage.counsellor("Linde")

    page.keyboard.press("?")
    page.get_by_label("Tastenkürzel benutzen").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")

    expect(chat(page, "Blauer Bus")).to_have_count(0)


def test_conversation_both_ways_with_marks(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde"})
    page = stage.counsellor("Linde")
    otter = stage.seeker("Stiller Otter")

    otter.say("<img src=x onerror=alert(1)> hallo")
    expect(page.get_by_test_id("message")).to_have_count(1)
    write(page, "Schön, dass du da bist.")
    seq = otter.hears("Schön, dass du da bist.")
    otter.send("read", seq=seq)

    mine = page.get_by_test_id("message").nth(1)
    expect(mine.locator("[data-slot=mark-words]")).to_have_text("gelesen")
    assert messages(page) == ["<img src=x onerror=alert(1)> hallo", "Schön, dass du da bist."]


def test_own_message_can_be_taken_back_until_it_is_read(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde"})
    page = stage.counsellor("Linde")
    write(page, "Das war für jemand anderen.")

    page.get_by_test_id("message").hover()
    page.get_by_role("button", name="Zurücknehmen").click()

    expect(page.get_by_test_id("message")).to_contain_text("Nachricht zurückgenommen")


def test_incoming_is_announced_once_and_own_never_and_focus_stays(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde", "Blauer Bus": "Linde"})
    page = stage.counsellor("Linde")
    chat(page, "Stiller Otter").click()
    page.locator("#status").focus()
    otter, bus = stage.seeker("Stiller Otter"), stage.seeker("Blauer Bus")

    otter.say("bist du da?")
    expect(page.locator("#heard p")).to_have_count(1)
    bus.say("hallo?")
    expect(page.locator("#heard p")).to_have_count(2)
    write(page, "Ja, ich bin da.")
    otter.hears("Ja, ich bin da.")

    assert heard(page) == ["Stiller Otter: bist du da?", "Neue Nachricht von Blauer Bus"]
    page.locator("#status").focus()
    otter.say("gut")
    expect(page.locator("#heard p")).to_have_count(3)
    assert focused(page) == "status"


def test_unsent_text_belongs_to_its_case_and_survives_a_reload(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde", "Blauer Bus": "Linde"})
    page = stage.counsellor("Linde")
    chat(page, "Stiller Otter").click()
    with page.expect_response("**/team/draft"):
        composer(page).fill("halber Satz")

    chat(page, "Blauer Bus").click()
    expect(composer(page)).to_have_value("")
    page.reload()
    chat(page, "Stiller Otter").click()

    expect(composer(page)).to_have_value("halber Satz")


def test_who_waits_longest_for_an_answer_comes_first_and_says_so(stage: Stage) -> None:
    chats = {"Stiller Otter": "Linde", "Blauer Bus": "Linde", "Regenjacke": "Linde"}
    stage.seed(staff={"Linde": 3}, chats=chats, unanswered={"Blauer Bus": 4, "Regenjacke": 7})
    page = stage.counsellor("Linde")

    items = page.get_by_test_id("chat-item")

    expect(items).to_contain_text(["Regenjacke", "Blauer Bus", "Stiller Otter"])
    expect(items.nth(0)).to_contain_text("wartet auf dich seit 7 min")
    assert [items.nth(place).get_attribute("data-due") for place in range(3)] == ["late", "due", ""]


def test_hand_over_with_note_reaches_the_colleague(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2, "Ahorn": 2}, chats={"Stiller Otter": "Linde"})
    linde, ahorn = stage.counsellor("Linde"), stage.counsellor("Ahorn")

    linde.get_by_test_id("handover").click()
    dialog = linde.get_by_role("dialog")
    dialog.get_by_label("Ahorn").check()
    dialog.get_by_label("Notiz für das Team").fill("Bitte nach der Großmutter fragen.")
    dialog.get_by_test_id("confirm").click()

    expect(linde.get_by_text("Stiller Otter ist übergeben.")).to_be_visible()
    expect(chat(linde, "Stiller Otter")).to_have_count(0)
    expect(chat(ahorn, "Stiller Otter")).to_be_visible()
    expect(ahorn.get_by_text("Bitte nach der Großmutter fragen.")).to_be_visible()
    expect(ahorn.locator("#events")).to_contain_text("Übergeben von Linde an Ahorn.")


def test_notes_are_kept_per_case(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde", "Blauer Bus": "Linde"})
    page = stage.counsellor("Linde")
    chat(page, "Stiller Otter").click()

    page.get_by_test_id("note-input").fill("Großmutter als Rückhalt")
    page.get_by_test_id("note-save").click()
    expect(page.locator("#notes")).to_contain_text("Großmutter als Rückhalt")
    page.get_by_test_id("note-input").fill("noch nicht fertig")
    chat(page, "Blauer Bus").click()
    expect(page.locator("#notes li")).to_have_count(0)
    expect(page.get_by_test_id("note-input")).to_have_value("")
    chat(page, "Stiller Otter").click()

    expect(page.get_by_test_id("note-input")).to_have_value("noch nicht fertig")


def test_status_is_set_by_oneself_and_seen_by_colleagues(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2, "Ahorn": 2})
    linde, ahorn = stage.counsellor("Linde"), stage.counsellor("Ahorn")

    linde.get_by_test_id("status").select_option("pausing")

    expect(linde.locator("#status[data-status=pausing]")).to_be_visible()
    ahorn.reload()
    expect(ahorn.locator("#colleagues")).to_contain_text("LindePause")


def test_signing_out_asks_for_every_chat(stage: Stage) -> None:
    chats = {"Stiller Otter": "Linde", "Blauer Bus": "Linde"}
    stage.seed(staff={"Linde": 2, "Ahorn": 2}, chats=chats)
    linde, ahorn = stage.counsellor("Linde"), stage.counsellor("Ahorn")

    linde.get_by_text("Linde", exact=True).first.click()
    linde.get_by_role("link", name="Abmelden").click()
    first, second = linde.get_by_test_id("leaving").all()
    first.get_by_label("Zurück in die Warteschlange, ganz nach oben").check()
    second.get_by_label("An jemanden aus dem Team übergeben").check()
    second.get_by_label("An wen?").select_option("Ahorn")
    linde.get_by_test_id("sign-out").click()

    expect(linde.get_by_role("heading", name="Anmelden")).to_be_visible()
    expect(ahorn.get_by_test_id("chat-item")).to_have_count(1)
    expect(ahorn.get_by_test_id("queue-item")).to_contain_text("ganz vorn")
