"""How the desk draws attention and tells about its connection: without content, once, and only when it changes."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage, chat, composer, messages, write

pytestmark = pytest.mark.e2e

# Chromium without a screen never shows notifications: what the page would show is kept instead.
NOTES = """
globalThis.shown = [];
globalThis.Notification = class {
  static permission = "default";
  static async requestPermission() { return (this.permission = "granted"); }
  constructor(title, options) { globalThis.shown.push([title, options.body ?? ""]); }
};
document.hasFocus = () => false;
"""
TONES = """
globalThis.tones = 0;
globalThis.OscillatorNode = class extends OscillatorNode { start(at) { tones += 1; super.start(at); } };
"""


def turn_on_notes(page: Page) -> None:
    page.get_by_text("Linde", exact=True).first.click()
    page.get_by_role("button", name="Hinweise des Browsers").click()
    page.keyboard.press("Escape")


def test_title_counts_without_content(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, waiting=["Blauer Bus"], chats={"Stiller Otter": "Linde", "Regenjacke": "Linde"})
    page = stage.counsellor("Linde")
    expect(page).to_have_title("(1) Schreibtisch · Beratung")
    chat(page, "Regenjacke").click()
    otter = stage.seeker("Stiller Otter")

    otter.say("geheime Sache")

    expect(page).to_have_title("(2) Schreibtisch · Beratung")
    expect(chat(page, "Stiller Otter")).to_contain_text("1 ungelesen", use_inner_text=False)
    chat(page, "Stiller Otter").click()
    expect(page).to_have_title("(1) Schreibtisch · Beratung")


def test_notifications_come_only_when_asked_for_and_say_nothing(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde"})
    page = stage.counsellor("Linde")
    page.add_init_script(NOTES)
    page.reload()
    page.locator("#desk[aria-busy=false]").wait_for()
    otter = stage.seeker("Stiller Otter")
    otter.say("vorher")
    expect(page.get_by_test_id("message")).to_have_count(1)
    assert page.evaluate("shown") == []

    turn_on_notes(page)
    otter.say("geheime Sache")
    expect(page.get_by_test_id("message")).to_have_count(2)

    assert page.evaluate("shown") == [["Neue Nachricht", ""]]


def test_lost_connection_is_told_calmly_and_loses_nothing(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde"})
    page = stage.counsellor("Linde")
    otter = stage.seeker("Stiller Otter")
    link = page.get_by_role("status").filter(has_text="Verbindung weg")

    page.context.set_offline(True)
    expect(link).to_be_visible(timeout=20_000)
    write(page, "Ich schreibe weiter.")
    otter.say("bist du noch da?")
    expect(page.get_by_test_id("message").first.locator("[data-slot=mark-words]")).to_have_text("wird gesendet")
    page.context.set_offline(False)

    expect(link).to_have_count(0, timeout=20_000)
    otter.hears("Ich schreibe weiter.")
    expect(page.get_by_test_id("message")).to_have_count(2)
    assert sorted(messages(page)) == ["Ich schreibe weiter.", "bist du noch da?"]


def test_sounds_differ_and_can_be_switched_off(stage: Stage) -> None:
    stage.seed(staff={"Linde": 3}, waiting=["Blauer Bus"], chats={"Stiller Otter": "Linde", "Regenjacke": "Linde"})
    page = stage.counsellor("Linde")
    page.add_init_script(TONES)
    page.reload()
    chat(page, "Regenjacke").click()
    otter = stage.seeker("Stiller Otter")

    otter.say("hallo?")
    expect(chat(page, "Stiller Otter").locator("[data-slot=count]")).to_have_text("1")
    assert page.evaluate("tones") == 1
    stage.server.ground.run("-m", "tests.e2e.desk_seed", json.dumps({"joins": "Papierboot"}))
    page.get_by_test_id("status").select_option("pausing")  # looks anew at once, as a nudge would
    expect(page.get_by_test_id("queue-item")).to_have_count(2)
    assert page.evaluate("tones") == 4
    page.get_by_text("Linde", exact=True).first.click()
    page.get_by_role("button", name="Töne").click()
    otter.say("noch da?")
    expect(chat(page, "Stiller Otter").locator("[data-slot=count]")).to_have_text("2")

    assert page.evaluate("tones") == 4


def test_overview_that_does_not_load_is_told_and_comes_back(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = stage.counsellor("Linde")
    page.route("**/team/desk.json", lambda route: route.abort())

    page.get_by_test_id("status").select_option("pausing")
    expect(page.get_by_text("Die Übersicht lässt sich gerade nicht laden.")).to_be_visible()
    page.unroute("**/team/desk.json")

    expect(page.locator("#link")).to_be_hidden(timeout=10_000)


def test_without_sockets_the_desk_goes_on_by_long_poll(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde"})
    page = stage.counsellor("Linde")
    page.context.route_web_socket("**/team/socket", lambda socket: socket.close())
    page.reload()
    otter = stage.seeker("Stiller Otter")

    expect(page.get_by_text("Die Verbindung ist langsam.")).to_be_visible(timeout=20_000)
    otter.say("kommt das an?")
    expect(page.get_by_test_id("message")).to_have_count(1, timeout=20_000)
    write(page, "Ja, kommt an.")

    otter.hears("Ja, kommt an.")


def test_signed_out_elsewhere_the_desk_closes(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = stage.counsellor("Linde")
    other = page.context.new_page()
    other.goto(f"{stage.server.url}/team/sign-out/")

    other.get_by_test_id("sign-out").click()

    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()


def test_young_person_who_ends_the_chat_leaves_the_closing_form(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde"})
    page = stage.counsellor("Linde")
    stage.server.ground.run("-c", ENDING, stage.people["seekers"]["Stiller Otter"]["case"])

    expect(page.get_by_text("Dieser Chat ist beendet.")).to_be_visible()
    expect(composer(page)).to_have_count(0)
    page.get_by_test_id("close-chat").click()
    page.get_by_role("dialog").get_by_label("Anliegen besprochen").check()
    page.get_by_test_id("confirm").locator("visible=true").click()

    expect(chat(page, "Stiller Otter")).to_have_count(0)


ENDING = """
import sys, django; django.setup()
from uuid import UUID
from counselling.cases.domain import closing
from counselling.cases.models import Case
from counselling.people.domain.actors import Actor
case = Case.objects.get(pk=UUID(sys.argv[1]))
closing.end(Actor.for_seeker(case.seeker_id, 0), case.pk)
"""
