"""Rows that somebody deleted in the database: both sides see where something is missing, and the chat goes on."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage
from tests.e2e.seeker_hands import begin, bubble, marks, phone, texts, write

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PLACEHOLDER = "Diese Nachricht lässt sich nicht öffnen. Die anderen sind nicht betroffen."
# The second of four messages, and the last entry of the log: a gap in the middle and one at the end.
DELETE = """
import django; django.setup()
from counselling.cases.models import Case, Entry
case = Case.objects.get()
spoken = list(Entry.objects.filter(case=case, kind=1).order_by("seq").values_list("seq", flat=True))
assert spoken[-1] == case.last_seq
print(Entry.objects.filter(case=case, seq__in=[spoken[1], spoken[-1]]).delete()[0])
"""
SHOWN = ["Hallo, ich bin Linde", PLACEHOLDER, "das dritte", PLACEHOLDER]


def chatting(stage: Stage, page: Page) -> Page:
    """Four messages, two from each side; the counsellor's page."""
    begin(page)
    linde = stage.counsellor("Linde")
    desk.claim(linde, "Stiller Otter")
    expect(page.get_by_test_id("composer")).to_be_visible()
    desk.write(linde, "Hallo, ich bin Linde")
    expect(bubble(page, "Hallo, ich bin Linde")).to_be_visible()
    for text in ("das zweite", "das dritte"):
        write(page, text)
        marks(page, text, "read")
    desk.write(linde, "das vierte")
    expect(bubble(page, "das vierte")).to_be_visible()
    return linde


def test_deleted_rows_are_seen_on_both_sides_and_stop_nobody(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    otter = phone(stage.browser, stage.server)
    linde = chatting(stage, otter)
    assert stage.server.ground.run("-c", DELETE).strip() == "2"

    otter.reload()
    linde.reload()

    expect(bubble(otter, PLACEHOLDER)).to_have_count(2, timeout=15_000)
    assert texts(otter) == SHOWN
    desk.chat(linde, "Stiller Otter").click()
    expect(linde.locator("[data-testid=message]:visible").filter(has_text=PLACEHOLDER)).to_have_count(2, timeout=15_000)
    assert desk.messages(linde) == SHOWN

    write(otter, "und weiter")
    marks(otter, "und weiter", "read")
    desk.write(linde, "ja, weiter")
    expect(bubble(otter, "ja, weiter")).to_be_visible()
    assert texts(otter) == desk.messages(linde) == [*SHOWN, "und weiter", "ja, weiter"]
