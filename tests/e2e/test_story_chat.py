"""The whole story in two real browsers: from a nickname to a deleted conversation, every plug pulled in between."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage
from tests.e2e.looks import shoot
from tests.e2e.seeker_hands import begin, bubble, in_menu, marks, phone, spoken, texts, write
from tests.support.server import Ground, Server
from tests.support.services import given

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

FIRST = "Hi. Ich weiß nicht genau, wie ich anfangen soll"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    work = {"COUNSELLING_PROOF_OF_WORK": "20000"}
    with given() as urls, Ground(**urls, settings=work) as ground, Server(ground) as server:
        yield server


def test_a_conversation_survives_everything(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2, "Ahorn": 2})
    linde, ahorn = stage.counsellor("Linde"), stage.counsellor("Ahorn")
    otter = phone(stage.browser, stage.server)

    wait_and_write(otter)
    take_over(linde, otter)
    talk_both_ways(linde, otter)
    lose_the_line(linde, otter)
    restart_the_server(stage.server, linde, otter)
    reload_in_mid_sentence(otter)
    take_back_what_nobody_read(linde, otter)
    hand_over(linde, ahorn, otter)
    leave_quickly_and_come_back(otter)
    write(otter, "Da bin ich wieder")
    expect(desk.chat(ahorn, "Stiller Otter")).to_be_visible()
    end_and_delete(ahorn, otter)


def wait_and_write(otter: Page) -> None:
    begin(otter)
    expect(otter.get_by_test_id("place")).to_have_text("du bist als Nächste:r dran.")
    otter.get_by_test_id("first-text").fill(FIRST)
    expect(otter.get_by_test_id("saved")).to_contain_text("Gespeichert um", timeout=10_000)
    shoot(otter, "story-1-waiting")
    otter.evaluate("window.samePage = true")


def take_over(linde: Page, otter: Page) -> None:
    """The page turns into the chat by itself, and what was written arrives first."""
    desk.claim(linde, "Stiller Otter")
    expect(otter.get_by_test_id("composer")).to_be_visible(timeout=10_000)
    expect(otter.get_by_role("heading", name="Linde")).to_be_visible()
    expect(bubble(otter, FIRST)).to_have_count(1)
    expect(otter.get_by_test_id("composer")).to_have_value("")
    expect(linde.locator("[data-testid=message]:visible")).to_contain_text([FIRST])
    marks(otter, FIRST, "read")
    assert otter.evaluate("window.samePage")
    assert otter.title().startswith("Gespräch")


def talk_both_ways(linde: Page, otter: Page) -> None:
    desk.composer(linde).press_sequentially("Hallo Stiller Otter, gut, dass du schreibst.")
    expect(otter.get_by_text("Linde schreibt …")).to_be_visible()
    desk.composer(linde).press("Enter")
    expect(bubble(otter, "gut, dass du schreibst")).to_be_visible()
    expect(otter.get_by_text("Linde schreibt …")).to_have_count(0)
    write(otter, "Meine Eltern trennen sich")
    expect(linde.locator("[data-testid=message]:visible").filter(has_text="Meine Eltern")).to_have_count(1)
    marks(otter, "Meine Eltern trennen sich", "read")
    assert spoken(otter) == [
        "Linde ist da. Hier liest nur unser Team mit.",
        "Linde: Hallo Stiller Otter, gut, dass du schreibst.",
    ]
    shoot(otter, "story-2-chat")
    shoot(linde, "story-2-desk")


def lose_the_line(linde: Page, otter: Page) -> None:
    otter.context.set_offline(True)
    line = otter.locator("[data-line-state]:visible")
    expect(line).to_have_text("Verbindung weg, ich versuche es wieder …", timeout=20_000)
    write(otter, "Im Funkloch geschrieben")
    marks(otter, "Im Funkloch geschrieben", "sending")
    desk.write(linde, "Lass dir Zeit")
    shoot(otter, "story-3-offline")
    otter.context.set_offline(False)
    expect(bubble(otter, "Lass dir Zeit")).to_have_count(1, timeout=30_000)
    expect(linde.locator("[data-testid=message]:visible").filter(has_text="Im Funkloch")).to_have_count(
        1, timeout=30_000
    )
    marks(otter, "Im Funkloch geschrieben", "read")


def restart_the_server(server: Server, linde: Page, otter: Page) -> None:
    server.stop()
    write(otter, "Während der Server weg war")
    server.start()
    expect(linde.locator("[data-testid=message]:visible").filter(has_text="Während der Server")).to_have_count(
        1, timeout=60_000
    )
    marks(otter, "Während der Server weg war", "read")
    assert texts(otter) == desk.messages(linde)


def reload_in_mid_sentence(otter: Page) -> None:
    before = texts(otter)
    with otter.expect_response("**/chat/draft/"):
        otter.get_by_test_id("composer").fill("Ein halber Satz")
    otter.reload()
    expect(otter.get_by_test_id("composer")).to_have_value("Ein halber Satz")
    expect(otter.get_by_test_id("message")).to_have_count(len(before))
    assert texts(otter) == before


def take_back_what_nobody_read(linde: Page, otter: Page) -> None:
    linde.goto("about:blank")
    write(otter, "Das nehme ich zurück")
    marks(otter, "Das nehme ich zurück", "sent")
    bubble(otter, "Das nehme ich zurück").tap()
    bubble(otter, "Das nehme ich zurück").get_by_role("button").tap()
    expect(otter.get_by_text("Du hast eine Nachricht zurückgenommen.")).to_be_visible()
    expect(bubble(otter, "Das nehme ich zurück")).to_have_count(0)
    linde.go_back()
    desk.chat(linde, "Stiller Otter").click()
    expect(linde.locator("[data-testid=message]:visible").filter(has_text="Im Funkloch")).to_have_count(1)
    expect(linde.get_by_text("Das nehme ich zurück")).to_have_count(0)


def hand_over(linde: Page, ahorn: Page, otter: Page) -> None:
    linde.get_by_test_id("handover").click()
    dialog = linde.get_by_role("dialog")
    dialog.get_by_label("Ahorn").check()
    dialog.get_by_test_id("confirm").click()
    told = otter.locator("#lines").get_by_text("Linde hat an Ahorn übergeben. Ab jetzt schreibt Ahorn mit dir.")
    expect(told).to_be_visible()
    expect(otter.get_by_role("heading", name="Ahorn")).to_be_visible()
    desk.chat(ahorn, "Stiller Otter").click()
    desk.write(ahorn, "Hallo, ich bin Ahorn")
    expect(bubble(otter, "Hallo, ich bin Ahorn")).to_be_visible()


def leave_quickly_and_come_back(otter: Page) -> None:
    in_menu(otter, "Code zum Wiederkommen")
    expect(otter.get_by_test_id("code")).to_contain_text("-")
    code = otter.get_by_test_id("code").inner_text()
    otter.get_by_role("dialog").get_by_role("button", name="Fertig").click()
    otter.locator("[data-leave]:visible button").click()
    otter.wait_for_url(lambda url: "/chat" not in url and "127.0.0.1" not in url)
    otter.go_back()
    expect(otter.get_by_test_id("message")).to_have_count(0)
    otter.wait_for_timeout(500)
    otter.goto("/return/")
    otter.get_by_label("Dein Code").fill(code.lower())
    otter.get_by_test_id("return-code").click()
    expect(bubble(otter, "Hallo, ich bin Ahorn")).to_be_visible(timeout=10_000)


def end_and_delete(ahorn: Page, otter: Page) -> None:
    in_menu(otter, "Gespräch beenden")
    otter.get_by_test_id("end-now").click()
    expect(otter.get_by_role("heading", name="Das Gespräch ist beendet.")).to_be_visible()
    shoot(otter, "story-4-closed", whole=True)
    otter.get_by_label("sehr gut").check()
    otter.get_by_label("ja", exact=True).check()
    otter.get_by_role("button", name="Abschicken").click()
    expect(otter.get_by_text("Danke für deine Rückmeldung.")).to_be_visible()
    otter.get_by_test_id("delete").locator("visible=true").click()
    otter.get_by_test_id("sure").check()
    otter.get_by_test_id("delete-now").click()
    expect(otter.get_by_role("heading", name="Gelöscht.")).to_be_visible()
    otter.goto("/chat/")
    expect(otter.get_by_test_id("chat-door")).to_be_visible()
    expect(ahorn.get_by_text("Hallo, ich bin Ahorn")).to_have_count(0, timeout=10_000)
