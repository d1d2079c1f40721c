"""Keeping a conversation and coming back to it: pages, forms, and what they never tell."""

import re
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import altcha
import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import Settings

from counselling.cases.domain import closing, lifetime, seats
from counselling.cases.models import Case
from counselling.people import returning
from counselling.people.domain import access, passphrases
from counselling.people.domain.actors import Actor
from counselling.people.models import Seeker, SeekerAccess, Team
from counselling.vault import phrases
from counselling.web import limits
from tests.support import world

pytestmark = pytest.mark.django_db

OWN = "Grüne Wolke über dem Bahnhof"
PHRASE = "abend biene wolke tasse lampe radio"
MISMATCH = "Das passt nicht zusammen."
MANY = "Das waren viele Versuche."


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Windows stand side by side; a test that straddles two would count twice as far."""
    clock = SimpleNamespace(now=1_700_000_000.0)
    clock.time = lambda: clock.now
    monkeypatch.setattr(limits, "time", clock)
    return clock


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def linde(team: Team) -> Actor:
    return world.counsellor(team, "Linde")


@pytest.fixture
def otter(team: Team, linde: Actor, client: Client) -> world.Chat:
    """Somebody who chats, and whose browser `client` is."""
    actor, token = access.new_seeker()
    client.cookies[settings.SEEKER_COOKIE_NAME] = token
    chat = world.chat(team, linde, seeker=actor)
    world.say(linde, chat.case, "Gut, dass du da bist")
    return chat


def words_on(page: str) -> list[str]:
    return re.findall(r'<strong lang="de" translate="no">(\w+)</strong>', page)


def come_in(nickname: str, passphrase: str, *, address: str = "192.0.2.1", client: Client | None = None) -> tuple:
    """(status, where to or the page, the browser)."""
    browser = client or Client(REMOTE_ADDR=address)
    answer = browser.post("/return/words/", {"nickname": nickname, "passphrase": passphrase}, REMOTE_ADDR=address)
    return answer.status_code, answer.headers.get("Location") or answer.content.decode(), browser


# --- keeping ---------------------------------------------------------------------------------------------------------


def test_words_are_shown_with_name_and_numbers_and_tried_out_once(client: Client, otter: world.Chat) -> None:
    page = client.get("/chat/keep/").content.decode()
    words = words_on(page)
    assert len(words) == 6
    assert '<bdi data-testid="nickname">Stiller Otter</bdi>' in page
    assert all(number in page for number in phrases.as_numbers(words))
    assert "kann sie dir niemand wiedergeben" in page

    tryout = client.post("/chat/keep/", {"step": "written", "passphrase": " ".join(words)})
    places = tryout.context["places"]
    assert words_on(tryout.content.decode()) == []
    asked = " ".join(words[place - 1] for place in places)
    done = client.post(
        "/chat/keep/",
        {"step": "tried", "passphrase": " ".join(words), "places": places, "passphrase_tried": asked},
    )

    assert done.headers["Location"] == "/chat/keep/done/"
    assert "Du kannst jetzt wiederkommen." in client.get("/chat/keep/done/").content.decode()
    assert come_in("stiller otter", " ".join(words))[:2] == (303, "/chat/")


@pytest.mark.parametrize("how", ["all", "numbers", "two numbers"])
def test_the_note_may_be_tried_out_in_any_way(client: Client, otter: world.Chat, how: str) -> None:
    words = PHRASE.split()
    numbers = phrases.as_numbers(words)
    tried = {"all": PHRASE.upper(), "numbers": "".join(numbers), "two numbers": f"{numbers[1]}, {numbers[4]}"}[how]

    client.post("/chat/keep/", {"step": "tried", "passphrase": PHRASE, "places": ["2", "5"], "passphrase_tried": tried})

    assert passphrases.kept(otter.seeker)


@pytest.mark.parametrize("tried", ["", "abend", "abend biene", "lampe biene", "biene lampe radio", "irgendwas"])
def test_a_wrong_note_keeps_nothing_and_can_be_tried_again(client: Client, otter: world.Chat, tried: str) -> None:
    fields = {"step": "tried", "passphrase": PHRASE, "places": ["2", "5"], "passphrase_tried": tried}
    answer = client.post("/chat/keep/", fields)

    assert answer.status_code == 422
    assert "Schau auf deinen Zettel" in answer.content.decode()
    assert not passphrases.kept(otter.seeker)


def test_the_same_words_can_be_shown_again(client: Client, otter: world.Chat) -> None:
    page = client.post("/chat/keep/", {"step": "again", "passphrase": PHRASE}).content.decode()

    assert words_on(page) == PHRASE.split()


def test_other_words_are_one_tap_away(client: Client, otter: world.Chat) -> None:
    first, second = (words_on(client.get("/chat/keep/").content.decode()) for _ in range(2))

    assert first != second


@pytest.mark.parametrize("passphrase", ["", "abend", "keine wörter der liste hier dabei"])
def test_a_changed_form_begins_anew(client: Client, otter: world.Chat, passphrase: str) -> None:
    answer = client.post("/chat/keep/", {"step": "written", "passphrase": passphrase})

    assert len(words_on(answer.content.decode())) == 6


def test_own_words_are_taken_once_they_were_typed_twice(client: Client, otter: world.Chat) -> None:
    answer = client.post("/chat/keep/", {"step": "own", "own_passphrase": OWN, "passphrase_again": f" {OWN}"})

    assert answer.headers["Location"] == "/chat/keep/done/"
    assert come_in(world.NICKNAME, OWN)[0] == 303


@pytest.mark.parametrize(
    ("own", "again", "sentence"),
    [
        (OWN, OWN + "x", "nicht gleich"),
        ("kurz", "kurz", "noch zu kurz"),
        ("aaaaaaaaaaaaa", "aaaaaaaaaaaaa", "zu leicht erraten"),
        ("stillerotter1", "stillerotter1", "dein Name"),
        ("", "", "Hier steht noch nichts."),
    ],
)
def test_own_words_that_will_not_do_are_refused_with_a_reason(
    client: Client, otter: world.Chat, own: str, again: str, sentence: str
) -> None:
    answer = client.post("/chat/keep/", {"step": "own", "own_passphrase": own, "passphrase_again": again})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert sentence in page
    assert '<details class="fold" open>' in page
    assert OWN not in page
    assert not passphrases.kept(otter.seeker)


def test_words_that_somebody_else_has_read_like_weak_ones(client: Client, otter: world.Chat) -> None:
    passphrases.keep(access.new_seeker()[0], world.NICKNAME, OWN)
    pages = [
        client.post("/chat/keep/", {"step": "own", "own_passphrase": tried, "passphrase_again": tried})
        for tried in (OWN, "aaaaaaaaaaaaa")
    ]

    reasons = {str(page.context["own"].errors["own_passphrase"]) for page in pages}
    assert len(reasons) == 1


def test_setting_words_has_an_end_too(client: Client, otter: world.Chat) -> None:
    fields = {"step": "own", "own_passphrase": "kurz", "passphrase_again": "kurz"}
    for _ in range(returning.KEEPS_PER_HOUR):
        client.post("/chat/keep/", fields)

    assert "Das ging sehr schnell." in client.post("/chat/keep/", fields).content.decode()


def test_whoever_kept_already_gets_new_words_and_others_are_signed_out(client: Client, otter: world.Chat) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    other = come_in(world.NICKNAME, PHRASE)[2]
    assert "Deine alten Wörter gelten dann nicht mehr" in client.get("/chat/keep/").content.decode()

    client.post("/chat/keep/", {"step": "own", "own_passphrase": OWN, "passphrase_again": OWN})

    assert other.get("/chat/").headers["Location"] == "/"
    assert client.get("/chat/").status_code == 200
    assert come_in(world.NICKNAME, PHRASE)[0] == 422
    assert come_in(world.NICKNAME, OWN)[0] == 303


def test_done_is_only_for_those_who_did(client: Client, otter: world.Chat) -> None:
    assert client.get("/chat/keep/done/").headers["Location"] == "/chat/keep/"


def test_menu_and_closing_page_offer_it(client: Client, otter: world.Chat) -> None:
    assert 'data-testid="menu-keep"' in client.get("/chat/").content.decode()
    closing.end(otter.seeker, otter.case)
    page = client.get("/chat/").content.decode()
    assert 'data-testid="keep"' in page
    assert "kannst du es noch lesen und weitermachen" in page

    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    page = client.get("/chat/").content.decode()
    assert 'data-testid="keep"' not in page
    assert "Du hast dieses Gespräch behalten." in page


def test_in_the_last_month_a_calm_line_names_the_day(client: Client, otter: world.Chat) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    Seeker.objects.update(seen_on="2025-12-01")
    closing.end(otter.seeker, otter.case)
    for path in ("/chat/", "/chat/read/", "/mine/"):
        page = client.get(path).content.decode()
        brief = seats.own_case(otter.seeker)
        assert brief
        assert brief.kept_until
        assert "wird dieses Gespräch gelöscht, wenn du dich bis dahin nicht noch einmal anmeldest" in page, path
        assert f"{brief.kept_until.day}. " in page


def kept_since(otter: world.Chat, months: int) -> Any:
    """Kept so many months ago, closed long since; the day on which it would go."""
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    closing.end(otter.seeker, otter.case)
    Case.objects.update(closed_at=timezone.now() - timedelta(days=500))
    seen_on = lifetime.add_months(timezone.localdate(), -months) + timedelta(days=3)
    Seeker.objects.update(seen_on=seen_on)
    return lifetime.add_months(seen_on, settings.KEPT_CASE_MONTHS)


def test_who_comes_back_in_the_last_month_is_told_what_would_have_been(client: Client, otter: world.Chat) -> None:
    """Signing in begins the time anew, so the line about the day itself is over before they could read it."""
    last, browser = kept_since(otter, months=12), Client()
    fields = {"nickname": world.NICKNAME, "passphrase": PHRASE}

    page = browser.post("/return/words/", fields, follow=True).content.decode()

    until = lifetime.add_months(timezone.localdate(), settings.KEPT_CASE_MONTHS)
    days = f"wäre am {date_format(last)} gelöscht worden. Jetzt bleibt es bis zum {date_format(until)}."
    assert days in page
    assert "Du hast dieses Gespräch behalten." in page
    assert 'data-testid="rescued"' not in browser.get("/chat/read/").content.decode()


@pytest.mark.parametrize("months", [0, 6, 10])
def test_who_comes_back_sooner_is_told_nothing_of_it(client: Client, otter: world.Chat, months: int) -> None:
    kept_since(otter, months=months)

    assert come_in(world.NICKNAME, PHRASE)[1] == "/chat/read/"


@pytest.mark.parametrize("told", ["", "x", "1900-01-01", "2999-01-01", "0001-01-01", "9999-12-31", "2026-02-31"])
def test_an_address_with_an_impossible_day_is_not_repeated(client: Client, otter: world.Chat, told: str) -> None:
    kept_since(otter, months=0)

    answer = client.get("/chat/read/", {"rescued": told})

    assert answer.status_code == 200
    assert 'data-testid="rescued"' not in answer.content.decode()


def test_who_keeps_nothing_is_not_told_it_was_rescued(client: Client, otter: world.Chat) -> None:
    closing.end(otter.seeker, otter.case)

    page = client.get("/chat/read/", {"rescued": timezone.localdate().isoformat()}).content.decode()

    assert 'data-testid="rescued"' not in page


# --- coming back -----------------------------------------------------------------------------------------------------


def test_code_words_and_cookie_open_the_same_timeline(client: Client, otter: world.Chat) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    code = access.issue_code(otter.seeker)
    closing.end(otter.seeker, otter.case)

    by_words = come_in(world.NICKNAME, PHRASE)
    by_code = Client()
    assert by_words[1] == "/chat/read/"
    assert by_code.post("/return/", {"code": code}).headers["Location"] == "/chat/read/"

    pages = [browser.get("/chat/read/").content.decode() for browser in (client, by_words[2], by_code)]
    assert all("Gut, dass du da bist" in page for page in pages)
    assert len({re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in pages}) == 1


def test_numbers_are_as_good_as_words(client: Client, otter: world.Chat) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)

    assert come_in(world.NICKNAME, " ".join(phrases.as_numbers(PHRASE.split())))[0] == 303


def test_what_this_browser_was_before_ends(client: Client, otter: world.Chat) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    before = SeekerAccess.objects.get(kind="cookie").pk

    come_in(world.NICKNAME, PHRASE, client=client)

    assert list(SeekerAccess.objects.filter(kind="cookie").values_list("pk", flat=True)) != [before]
    assert SeekerAccess.objects.filter(kind="cookie").count() == 1


def test_wrong_unknown_and_gone_read_alike(client: Client, otter: world.Chat) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    wrong = come_in(world.NICKNAME, OWN)
    unknown = come_in("Wilder Hase", OWN)
    client.post("/chat/delete/", {"sure": "1"})
    gone = come_in(world.NICKNAME, PHRASE)

    assert {answer[0] for answer in (wrong, unknown, gone)} == {422}
    assert len({plain(answer[1]) for answer in (wrong, unknown, gone)}) == 1
    assert MISMATCH in gone[1]


def solved(challenge: dict[str, Any]) -> str:
    """What the browser's worker finds."""
    parsed = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(parsed)
    assert solution is not None
    return altcha.Payload(parsed, solution).to_base64()


def plain(page: str) -> str:
    """A page without what differs by nature: the form's token and the name that was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    return page.replace('value="Stiller Otter"', "").replace('value="Wilder Hase"', "")


def test_the_words_never_come_back_to_the_screen(client: Client, otter: world.Chat) -> None:
    assert OWN not in come_in(world.NICKNAME, OWN)[1]


def test_what_is_missing_is_asked_for_kindly(client: Client) -> None:
    page = come_in("", "")[1]

    assert "Tipp den Namen ein" in page
    assert "Tipp deine Wörter ein" in page


def test_both_ways_stand_on_one_page_and_after_a_mistake_too(client: Client) -> None:
    for page in (client.get("/return/"), client.get("/return/words/"), client.post("/return/words/", {})):
        text = page.content.decode()
        assert 'name="code"' in text
        assert 'name="passphrase"' in text


def test_ten_guesses_do_not_lock_the_owner_out(client: Client, otter: world.Chat, still_clock: SimpleNamespace) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    for number in range(10):
        come_in(world.NICKNAME, f"geraten {number} und falsch")

    assert come_in(world.NICKNAME, PHRASE, address="198.51.100.7")[0] == 303
    refused = come_in(world.NICKNAME, PHRASE)
    assert (refused[0], MANY in refused[1]) == (422, True)
    still_clock.now += 60
    assert come_in(world.NICKNAME, PHRASE)[0] == 303


def test_guessing_many_names_from_one_address_ends_soon(client: Client, otter: world.Chat) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    for number in range(returning.PER_ADDRESS):
        come_in(f"Name {number}", OWN)

    assert MANY in come_in(world.NICKNAME, PHRASE)[1]
    assert come_in(world.NICKNAME, PHRASE, address="198.51.100.7")[0] == 303


def test_a_name_that_is_flooded_from_everywhere_opens_to_whoever_did_the_work(
    client: Client, otter: world.Chat, settings: Settings, still_clock: SimpleNamespace
) -> None:
    still_clock.now = time.time()
    settings.PROOF_OF_WORK = 50
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    for number in range(returning.PER_NAME_ANYWHERE):
        come_in(world.NICKNAME, OWN, address=f"203.0.113.{number}")

    assert MANY in come_in(world.NICKNAME, PHRASE, address="198.51.100.7")[1]
    owner = Client(REMOTE_ADDR="198.51.100.8")
    proof = solved(owner.get("/chat/challenge/").json())
    fields = {"nickname": world.NICKNAME, "passphrase": PHRASE, "proof": proof}
    assert owner.post("/return/words/", fields).status_code == 303


@pytest.fixture
def school(settings: Settings, still_clock: SimpleNamespace) -> str:
    """The address of a school, with the work switched on."""
    still_clock.now, settings.PROOF_OF_WORK = time.time(), 50
    return "192.0.2.10"


def at_once(address: str, proof: str = "", nickname: str = world.NICKNAME) -> Any:
    fields = {"nickname": nickname, "passphrase": PHRASE, "proof": proof}
    return Client().post("/return/words/", fields, REMOTE_ADDR=address)


def hard_proof(address: str) -> str:
    """As the page fetches and solves it."""
    answer = Client().get("/return/words/", headers={"Accept": "application/json"}, REMOTE_ADDR=address)
    return solved(answer.json())


@pytest.mark.parametrize("flooded", ["name", "address"])
def test_somebody_behind_the_same_router_keeps_nobody_out(
    client: Client, otter: world.Chat, school: str, flooded: str
) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    for number in range(returning.PER_ADDRESS):
        proof = solved(Client().get("/chat/challenge/", REMOTE_ADDR=school).json())
        come_in(world.NICKNAME if flooded == "name" else f"Name {number}", OWN, address=school)
        returning.allowed(RequestFactory().post("/", REMOTE_ADDR=school), f"Name {number}", proof)

    easy = solved(Client().get("/chat/challenge/", REMOTE_ADDR=school).json())
    refused = at_once(school, easy)
    page = refused.content.decode()
    assert (refused.status_code, MANY in page) == (422, True)
    assert 'data-challenge="/return/words/"' in page
    assert PHRASE not in page

    assert at_once(school, hard_proof(school)).status_code == 303


def test_a_hard_proof_is_as_hard_as_it_says_and_counts_once(otter: world.Chat, school: str) -> None:
    challenge = Client().get("/return/words/", headers={"Accept": "application/json"}, REMOTE_ADDR=school).json()
    assert challenge["parameters"]["data"]["most"] == 50 * limits.HARDER
    proof, browser = hard_proof(school), RequestFactory().post("/", REMOTE_ADDR=school)
    for _ in range(returning.PER_NAME_HERE):
        returning.allowed(browser, "Otter", "")

    assert [returning.allowed(browser, "Otter", proof) for _ in range(2)] == [True, False]


def test_guessing_with_hard_proofs_is_slow_and_half_a_minute_is_the_longest_wait(
    otter: world.Chat, school: str, still_clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: still_clock.now)
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    browser = RequestFactory().post("/", REMOTE_ADDR=school)
    tries = [returning.allowed(browser, world.NICKNAME, hard_proof(school)) for _ in range(40)]

    assert sum(tries) <= 2 * returning.PER_NAME_HARD
    assert MANY in at_once(school, hard_proof(school)).content.decode()
    assert returning.allowed(browser, "Wilder Hase", hard_proof(school))
    still_clock.now += 30
    assert at_once(school, hard_proof(school)).status_code == 303
    assert 100_000 / (returning.PER_NAME_HARD / returning.HARD_SECONDS) > 3 * 86_400


def test_where_the_work_is_switched_off_there_is_none_to_do(client: Client, otter: world.Chat) -> None:
    for _ in range(returning.PER_NAME_HERE + 1):
        page = come_in(world.NICKNAME, OWN)[1]

    assert "Warte ein paar Minuten" in page
    answer = Client().get("/return/words/", headers={"Accept": "application/json"})
    assert answer.json() == {"skip": True}


def test_without_the_work_some_tries_an_hour_are_left(
    client: Client, otter: world.Chat, settings: Settings, still_clock: SimpleNamespace
) -> None:
    settings.PROOF_OF_WORK = 1000
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    for number in range(returning.UNPROVED_PER_HOUR):
        come_in(f"Name {number}", OWN)
    still_clock.now += 300

    assert MANY in come_in(world.NICKNAME, PHRASE)[1]
    assert come_in(world.NICKNAME, PHRASE, address="198.51.100.7")[0] == 303


def test_the_cache_keeps_neither_name_nor_words_nor_address(otter: world.Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    real = limits.cache.add
    monkeypatch.setattr(limits.cache, "add", lambda key, *more: kept.append(key) or real(key, *more))

    come_in(world.NICKNAME, PHRASE, address="192.0.2.77")

    assert kept
    assert not any(part in key.casefold() for key in kept for part in ("otter", "abend", "192.0.2.77"))


def test_the_form_wants_its_token(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/return/words/", {"nickname": "a", "passphrase": "b"}).status_code == 403


def test_lost_words_have_an_honest_page(client: Client) -> None:
    page = client.get("/return/lost/").content.decode()

    assert "Niemand kann sie dir wiedergeben" in page
    assert "/chat/start/" in page


def test_the_start_page_is_the_same_for_everybody(client: Client, otter: world.Chat) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    pages = [plain(browser.get("/").content.decode()) for browser in (client, Client())]

    assert pages[0] == pages[1]


def test_a_new_conversation_of_somebody_who_keeps_begins_with_their_name(client: Client, otter: world.Chat) -> None:
    """Who has to remember two names comes back with the wrong one."""
    closing.end(otter.seeker, otter.case)
    assert "Stiller Otter" not in client.get("/chat/start/").content.decode()

    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    page = client.get("/chat/start/").content.decode()

    assert 'value="Stiller Otter"' in page
    assert "Mit diesem Namen kommst du wieder." in page
    another = client.post("/chat/start/", {"step": "name", "another": "1", "nickname": "Stiller Otter"})
    assert 'value="Stiller Otter"' not in another.content.decode()
