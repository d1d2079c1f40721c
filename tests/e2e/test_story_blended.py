"""One young person and one counsellor on every channel: they write, talk, see each other, meet, and part by a referral.

In German and in English, in two real browsers with the fakes of Chromium for ears and eyes, and with a real relay.
Weeks pass in between (tests/e2e/blended_seed.py). Every page on the way is looked at on a phone and on a wide screen.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import Browser, Locator, Page, expect

from counselling.centre.domain import worktime
from tests.e2e import desk_hands as desk
from tests.e2e.call_hands import MEDIA, WATCHED, Side, candidates, seeker
from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOCALES, PHONE, WIDE, overflows, problems, shoot
from tests.e2e.seeker_hands import phone
from tests.support.chromium import chromium
from tests.support.coturn import Relay
from tests.support.server import LIGHT, Ground, Server
from tests.support.services import given

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

OTTER = "Stiller Otter"
AGREED = "Mittwochs rufst du deine Tante an.\n"
AND_MORE = "Und ich sage dir, wie es war."
SUMMARY = "X ist 15. Daheim gibt es viel Streit. Am liebsten nachmittags."
HOUSE = {
    "name": "Haus am Lindenplatz",
    "address": "Lindenstraße 12\n12345 Musterstadt",
    "way": "Mit der Bahn bis Lindenplatz, dann durch den Hof.",
    "door": "Klingel „Beratung“. Sag nur dein Wort.",
    "access": "Aufzug, breite Türen.",
}
SENTENCES = {
    "de": {
        "voice": "niemand nimmt etwas auf",
        "soon": "Bald ist dein Termin",
        "door": "Dein Wort an der Tür",
        "met": "Ihr wart miteinander im Gespräch: Treffen bei uns.",
        "read": "Die andere Stelle hat die Ankündigung gelesen.",
        "course": [
            "Gewechselt: Sprechen über die Seite.",
            "Begonnen: Sprechen über die Seite.",
            "Begonnen: Video.",
            "Im Gespräch gewesen: Treffen bei uns.",
        ],
    },
    "en": {
        "voice": "nobody records anything",
        "soon": "Your appointment is soon",
        "door": "Your word at the door",
        "met": "You were talking with each other: Meeting at our place.",
        "read": "The other place has read the announcement.",
        "course": [
            "Changed: Talking on this site.",
            "Begun: Talking on this site.",
            "Begun: Video.",
            "Talked: Meeting at our place.",
        ],
    },
}
# What the timeline tells of the whole course, in this order, whatever stands between.
COURSE: list[tuple[str, dict[str, str]]] = [
    ("change_proposed", {"by": "counsellor", "channel": "voice"}),
    ("change_agreed", {"channel": "voice"}),
    ("call_began", {"channel": "voice"}),
    ("together_began", {}),
    ("agreed", {}),
    ("call_ended", {"channel": "voice"}),
    ("date_proposed", {"by": "counsellor", "channel": "video"}),
    ("date_agreed", {"channel": "video"}),
    ("closed", {"by": "seeker"}),
    ("date_soon", {"channel": "video"}),
    ("call_began", {"channel": "video"}),
    ("call_ended", {"channel": "video"}),
    ("date_agreed", {"channel": "onsite"}),
    ("change_met", {"channel": "onsite"}),
    ("card_placed", {}),
    ("referral_asked", {}),
    ("referral_agreed", {}),
    ("referral_handed", {}),
    ("referral_opened", {}),
]


@pytest.fixture(scope="module")
def relay() -> Iterator[Relay]:
    with Relay() as relay:
        relay.start()
        yield relay


@pytest.fixture(scope="module")
def server(relay: Relay) -> Iterator[Server]:
    with given() as urls, Ground(**urls, settings={**LIGHT, **relay.settings}) as ground, Server(ground) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(MEDIA) as browser:
        yield browser


@dataclass
class Two:
    """The young person's phone, the counsellor's pages, and the case of both."""

    stage: Stage
    language: str
    otter: Page
    linde: Page
    case: str
    heard: list[Side]

    def said(self, key: str) -> Any:
        """A sentence in the language of both."""
        return SENTENCES[self.language][key]

    def seed(self, **wanted: Any) -> dict[str, Any]:
        """See blended_seed.py."""
        out = self.stage.server.ground.run("-m", "tests.e2e.blended_seed", json.dumps(wanted))
        return dict(json.loads(out.splitlines()[-1]))

    def side(self, page: Page) -> Side:
        """What leaves this page, from now on."""
        side = next(side for side in self.heard if side.page == page)
        side.sent.clear()
        return side

    def team(self, path: str) -> None:
        """The counsellor goes there."""
        self.linde.goto(f"{self.stage.server.url}/team/{path}")


@pytest.mark.parametrize("language", LOCALES)
def test_a_case_goes_through_every_channel(stage: Stage, language: str) -> None:
    two = a_running_chat(stage, language)

    voice = a_question_and_a_yes(two)
    they_hear_each_other(*voice)
    an_agreement_beside_the_call(*voice)
    the_call_ends(two, *voice)
    code = a_video_date_for_next_week(two)
    the_chat_rests(two)
    a_reminder_for_whoever_comes_back(two, code)
    they_see_each_other(two, a_door_on_both_sides(two))
    that_it_took_place_is_told_in_the_calendar(two)
    word = a_visit_is_booked(two)
    the_visit_took_place(two, word)
    a_referral_is_opened_once(two)
    all_of_it_is_told_and_counted(two)


def a_running_chat(stage: Stage, language: str) -> Two:
    """Two screens that see each other; what leaves them can be asked for later."""
    options = {"locale": LOCALES[language], "reduced_motion": "reduce"}
    stage.seed(staff={"Linde": 3}, chats={OTTER: "Linde"})
    stage.server.ground.run("-m", "tests.e2e.partners_seed")
    otter, linde = seeker(stage, OTTER, **options), stage.counsellor("Linde", **options)
    heard: list[Side] = []

    def listen(page: Page) -> None:
        heard.append(Side(page))
        heard[-1].listen()

    for page in (otter, linde):
        page.context.add_init_script(WATCHED)
        page.context.on("page", listen)
        listen(page)
    otter.goto("/chat/")
    desk.chat(linde, OTTER).click()
    expect(otter.get_by_test_id("composer")).to_be_visible()
    return Two(stage, language, otter, linde, str(stage.people["seekers"][OTTER]["case"]), heard)


def a_question_and_a_yes(two: Two) -> tuple[Side, Side]:
    """The counsellor asks, the young person reads what it means and chooses the voice; a way in for both."""
    otter, linde = two.otter, two.linde
    linde.get_by_test_id("ways").click()
    linde.get_by_test_id("propose-voice").click()
    expect(otter.get_by_test_id("yes-voice")).to_be_visible(timeout=15_000)
    expect(otter.get_by_test_id("standing")).to_contain_text(two.said("voice"))
    sound(otter, "asked")
    sound(linde, "asks")
    otter.get_by_test_id("yes-voice").click()
    way = shown(linde, "to-meeting")
    expect(way).to_be_visible(timeout=15_000)
    with linde.context.expect_page() as opened:
        way.click()
    both = two.side(otter), two.side(opened.value)
    otter.get_by_test_id("to-meeting").click()
    return both


def they_hear_each_other(young: Side, team: Side) -> None:
    """Nobody's address but the relay's is told, and sound comes both ways."""
    for side in (young, team):
        expect(side.page.get_by_test_id("join")).to_be_visible(timeout=15_000)
    sound(young.page, "voice-before")
    sound(team.page, "voice-before-team")
    both_join(young, team)
    for side in (young, team):
        side.receives("audio", seconds=40)
    by_the_relay_alone(young, team)
    sound(young.page, "voice")
    sound(team.page, "voice-team")


def both_join(*both: Side) -> None:
    for side in both:
        side.join()
    for side in both:
        side.stands("live", seconds=60)


def by_the_relay_alone(*both: Side) -> None:
    for side in both:
        assert [one["candidateType"] for one in side.pair()] == ["relay", "relay"]
        assert {one["kind"] for one in candidates(side.told())} == {"relay"}


def an_agreement_beside_the_call(young: Side, team: Side) -> None:
    """Begun by one, ended by the other, approved by both."""
    if not team.page.get_by_test_id("open-text").is_visible():
        team.page.get_by_test_id("open-chat").click()
    team.page.get_by_test_id("open-text").click()
    team.page.get_by_test_id("begin-together").click()
    young.page.get_by_test_id("open-chat").click()
    young.page.get_by_test_id("open-text").click(timeout=15_000)
    team.page.get_by_test_id("together-text").fill(AGREED)
    field = young.page.get_by_test_id("together-text")
    expect(field).to_have_value(AGREED, timeout=15_000)
    field.press("Control+End")
    field.press_sequentially(AND_MORE)
    expect(team.page.get_by_test_id("together-text")).to_have_value(AGREED + AND_MORE, timeout=15_000)
    sound(young.page, "together")
    sound(team.page, "together-team")
    team.page.get_by_test_id("approve").click()
    expect(young.page.get_by_test_id("object")).to_be_visible(timeout=15_000)
    young.page.get_by_test_id("approve").click()
    for side in (young, team):
        expect(side.page.get_by_test_id("kept")).to_be_visible(timeout=15_000)


def the_call_ends(two: Two, young: Side, team: Side) -> None:
    """For both; the chat goes on with the agreement on top."""
    team.page.get_by_test_id("end-call").click()
    for side in (young, team):
        side.stands("ended")
        sound(side.page, "voice-ended")
    team.page.close()
    two.otter.get_by_test_id("back").click()
    two.otter.wait_for_url("**/chat/")
    for page in (two.otter, two.linde):
        expect(shown(page, "agreed-line")).to_contain_text("Tante", timeout=15_000)
    expect(two.otter.get_by_test_id("composer")).to_be_visible()


def a_video_date_for_next_week(two: Two) -> str:
    """Proposed in the chat, agreed at once; a calendar file that tells nothing, and a code for the way back."""
    otter, dates = two.otter, two.linde.context.new_page()
    dates.goto(f"{two.stage.server.url}/team/case/{two.case}/dates/")
    dates.locator("#id_first_on").fill(working_day(7).isoformat())
    dates.locator("#id_starts").fill("15:00")
    dates.locator("#id_channel").select_option("video")
    dates.get_by_test_id("propose").click()
    expect(dates.get_by_test_id("date")).to_have_attribute("data-state", "proposed")
    sound(dates, "dates-team")
    dates.close()
    line = otter.get_by_test_id("on-top").get_by_role("link")
    expect(line.first).to_be_visible(timeout=15_000)
    sound(otter, "chat-with-proposal")
    line.first.click()
    sound(otter, "proposal")
    otter.get_by_test_id("yes").click()
    expect(otter.get_by_test_id("done")).to_be_visible()
    neutral(otter)
    sound(otter, "dates")
    otter.get_by_test_id("new-code").click()
    code = otter.get_by_test_id("code").inner_text()
    sound(otter, "dates-code")
    return code


def neutral(page: Page) -> None:
    """Opt-in; says when, and nothing else."""
    page.get_by_test_id("calendar").locator("summary").click()
    with page.expect_download() as got:
        page.get_by_test_id("ics").click()
    assert got.value.suggested_filename == "termin.ics"
    said = got.value.path().read_bytes()
    [event] = Calendar.from_ical(said).walk("VEVENT")
    assert event["SUMMARY"] == "Termin"
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "CLASS"}
    assert not re.search(rb"otter|linde|beratung|video|127\.0\.0\.1|http", said, re.IGNORECASE)


def the_chat_rests(two: Two) -> None:
    """With a date ahead the case does not end with its chat."""
    two.otter.goto("/chat/end/")
    two.otter.locator("main form button").last.click()
    two.otter.wait_for_url("**/inbox/")
    expect(two.otter.get_by_test_id("agreed-line")).to_contain_text("Tante")
    sound(two.otter, "inbox")


def a_reminder_for_whoever_comes_back(two: Two, code: str) -> None:
    """A day before: it stands in the inbox, also for a browser that knows nothing any more."""
    two.seed(begins_in=23 * 60)
    two.otter.context.clear_cookies()
    two.otter.goto("/return/")
    two.otter.locator("#code").fill(code)
    two.otter.get_by_test_id("return-code").click()
    two.otter.wait_for_url("**/inbox/")
    expect(two.otter.get_by_test_id("timeline")).to_contain_text(two.said("soon"))
    sound(two.otter, "reminded")


def a_door_on_both_sides(two: Two) -> tuple[Side, Side]:
    """Ten minutes before: each side finds the way in among its appointments."""
    two.seed(begins_in=10)
    two.otter.get_by_test_id("on-top").get_by_role("link").first.click()
    sound(two.otter, "door")
    two.team(f"case/{two.case}/dates/")
    sound(two.linde, "door-team")
    both = two.side(two.otter), two.side(two.linde)
    for side in both:
        side.page.get_by_test_id("enter").click()
        side.page.wait_for_url("**/meeting/**")
    return both


def they_see_each_other(two: Two, both: tuple[Side, Side]) -> None:
    """Cameras are off until each side switches its own on; then pictures come both ways, by the relay alone."""
    young, team = both
    sound(young.page, "video-before")
    sound(team.page, "video-before-team")
    both_join(young, team)
    for side in both:
        assert side.page.evaluate("globalThis.call.media.camera") is False
        side.page.get_by_test_id("camera").click()
    for side in both:
        side.receives("audio", "video", seconds=40)
    by_the_relay_alone(young, team)
    sound(young.page, "video")
    sound(team.page, "video-team")
    team.page.get_by_test_id("end-call").click()
    for side in both:
        side.stands("ended")
    two.otter.get_by_test_id("back").click()
    two.otter.wait_for_url("**/inbox/")


def that_it_took_place_is_told_in_the_calendar(two: Two) -> None:
    """Afterwards; that the case has no date ahead any more does not erase it at once."""
    two.seed(begins_in=-60)
    two.team("calendar/")
    sound(two.linde, "calendar-asks")
    two.linde.get_by_test_id("questions").get_by_test_id("kept").click()
    expect(two.linde.get_by_test_id("questions")).to_have_count(0)
    two.seed(hour=True)
    two.otter.goto("/inbox/")
    expect(two.otter.get_by_test_id("agreed-line")).to_contain_text("Tante")


def a_visit_is_booked(two: Two) -> str:
    """A place and a free time are offered; the young person takes it; both read the same word for the door."""
    otter, linde = two.otter, two.linde
    two.team("calendar/places/")
    linde.get_by_test_id("place-new").click()
    for name, text in HOUSE.items():
        linde.locator(f"#id_{name}").fill(text)
    sound(linde, "place")
    linde.get_by_test_id("save-place").click()
    two.team("calendar/offer/")
    linde.locator("#id_channel").select_option("onsite")
    linde.locator("#id_place").select_option(label=HOUSE["name"])
    linde.locator("#id_first_on").fill(working_day(5).isoformat())
    linde.locator("#id_starts").fill("16:00")
    linde.get_by_test_id("look").click()
    sound(linde, "offer")
    linde.get_by_test_id("save").click()
    expect(linde.get_by_test_id("said")).to_be_visible()
    sound(linde, "calendar")

    otter.goto("/appointment/")
    sound(otter, "ways")
    otter.get_by_test_id("way-onsite").click()
    sound(otter, "times")
    otter.get_by_test_id("time").click()
    sound(otter, "time")
    otter.get_by_test_id("book").click()
    visit = otter.get_by_test_id("date").filter(has_text=HOUSE["name"])
    expect(visit).to_contain_text(HOUSE["way"])
    expect(visit).to_contain_text(HOUSE["door"])
    expect(visit).to_contain_text(two.said("door"))
    sound(otter, "visit")
    word = visit.get_by_test_id("word").inner_text()
    two.team(f"case/{two.case}/dates/")
    expect(linde.get_by_test_id("word")).to_have_text(word)
    sound(linde, "visit-team")
    return word


def the_visit_took_place(two: Two, word: str) -> None:
    """The counsellor says so while it still goes on, and nothing of the case is lost; the word is over."""
    two.seed(begins_in=-30)
    two.team(f"case/{two.case}/dates/")
    two.linde.get_by_test_id("kept").click()
    expect(two.linde.get_by_test_id("kept")).to_have_count(0)
    two.seed(hour=True)
    two.otter.goto("/appointments/")
    two.otter.get_by_test_id("before").locator("summary").click()
    expect(two.otter.get_by_test_id("before").get_by_role("listitem")).to_have_count(2)
    expect(two.otter.get_by_text(word)).to_have_count(0)
    sound(two.otter, "was")
    two.otter.goto("/inbox/")
    expect(two.otter.get_by_test_id("timeline")).to_contain_text(two.said("met"))


def a_referral_is_opened_once(two: Two) -> None:
    """A card, a text without names, a yes, a code; whoever has it reads it once, and nobody afterwards."""
    otter, linde = two.otter, two.linde
    two.team(f"case/{two.case}/partners/")
    find(linde)
    linde.get_by_test_id("place").click()
    sound(linde, "cards-team")
    find(linde)
    linde.get_by_test_id("begin").click()
    linde.get_by_test_id("text").fill(SUMMARY)
    linde.get_by_test_id("ask").click()
    expect(linde.get_by_test_id("ask")).to_be_visible()
    expect(linde.get_by_test_id("hand-code")).to_have_count(0)
    sound(linde, "referral-team")

    otter.reload()
    otter.get_by_test_id("on-top").get_by_role("link").first.click()
    expect(otter.get_by_test_id("card")).to_contain_text("Lindenhof")
    sound(otter, "cards")
    otter.get_by_test_id("referral").click()
    expect(otter.get_by_test_id("text")).to_have_value(SUMMARY)
    sound(otter, "referral")
    otter.get_by_test_id("agree").click()
    expect(otter.get_by_test_id("agree")).to_have_count(0)

    linde.reload()
    linde.get_by_test_id("hand-code").click()
    code = linde.get_by_test_id("code").inner_text()
    sound(linde, "referral-code")
    opened_once(two, code)
    otter.goto("/inbox/")
    expect(otter.get_by_test_id("timeline")).to_contain_text(two.said("read"))
    sound(otter, "inbox-at-the-end")


def find(page: Page) -> None:
    page.locator("#local-q").fill("lindenhof")
    page.get_by_test_id("find").click()


def opened_once(two: Two, code: str) -> None:
    """By somebody elsewhere, who has an address and a code."""
    page = phone(two.stage.browser, two.stage.server, locale=LOCALES[two.language], reduced_motion="reduce")
    two.stage.contexts.append(page.context)
    for expected in (200, 410):
        page.goto("/handed-over/")
        page.get_by_test_id("code").fill(code)
        with page.expect_response("**/handed-over/") as answer:
            page.get_by_test_id("open").click()
        assert answer.value.status == expected
        expect(page.get_by_test_id("summary" if expected == 200 else "refused")).to_be_visible()
        sound(page, f"handed-over-{expected}")
    expect(page.get_by_text(SUMMARY)).to_have_count(0)


def all_of_it_is_told_and_counted(two: Two) -> None:
    """The counsellor reads the whole course; each change of channel is one row of the statistics, without the case."""
    linde = two.linde
    two.team(f"case/{two.case}/change/")
    expect(linde.get_by_test_id("history").get_by_role("listitem")).to_have_count(3)
    sound(linde, "course")
    two.team(f"letters/{two.case}/")
    told = linde.get_by_test_id("timeline").inner_text()
    assert in_order(two.said("course"), told)
    expect(linde.get_by_test_id("agreement")).to_have_text(AGREED + AND_MORE)
    sound(linde, "case")

    seen = two.seed(told=two.case)
    left = iter(seen["notices"])
    for code, about in COURSE:
        assert any(name == code and about.items() <= (said or {}).items() for name, said in left), (code, about, seen)
    assert [name for name, _ in seen["notices"]].count("change_met") == 1
    changes = sorted((codes["from"], codes["to"]) for event, codes in seen["counted"] if event == "media_change")
    assert changes == [("chat", "voice"), ("mail", "onsite"), ("mail", "video")]
    calls = sorted((codes["kind"], codes["planned"]) for event, codes in seen["counted"] if event == "call")
    assert calls == [("video", True), ("voice", False)]
    assert sorted(codes["how"] for event, codes in seen["counted"] if event == "date_kept") == ["onsite", "video"]
    assert two.case not in json.dumps(seen["counted"])


def in_order(sentences: list[str], text: str) -> bool:
    """Each after the one before."""
    places = [text.find(sentence) for sentence in sentences]
    return -1 not in places and places == sorted(places)


def working_day(days: int) -> dt.date:
    """The first day so many days from now on which a counselling centre is open."""
    return next(worktime.after(timezone.localdate() + dt.timedelta(days=days - 1)))


def shown(page: Page, test_id: str) -> Locator:
    """Of several conversations the one before the eyes."""
    return page.locator(f"[data-testid={test_id}]:visible").first


def sound(page: Page, name: str) -> None:
    """Nothing for axe, and not wider than the screen, on a phone and on a wide one."""
    before = page.viewport_size
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        found = problems(page) + ["too wide"] * (overflows(page) > 0)
        assert found == [], (name, size["width"], found)
        shoot(page, f"story-blended-{name}-{size['width']}", whole=True)
    if before:
        page.set_viewport_size(before)
