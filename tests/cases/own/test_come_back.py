"""Coming back with words: pages, guesses, and what neither ever tells."""

import re
import time
from types import SimpleNamespace
from typing import Any

import altcha
import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from counselling.cases.domain import closing
from counselling.people import returning
from counselling.people.domain import access, passphrases
from counselling.people.models import SeekerAccess
from counselling.vault import phrases
from counselling.web import limits
from tests.cases.own.kept import MANY, MISMATCH, OWN, PHRASE, come_in
from tests.support import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]


def test_code_words_and_cookie_open_the_same_timeline(client: Client, otter: world.Chat) -> None:
    passphrases.keep(otter.seeker, world.NICKNAME, PHRASE)
    code = access.issue_code(otter.seeker)
    closing.end(otter.seeker, otter.case)

    by_words = come_in(world.NICKNAME, PHRASE)
    by_code = Client()
    assert by_words[1] == "/mine/read/"
    assert by_code.post("/return/", {"code": code}).headers["Location"] == "/mine/read/"

    pages = [browser.get("/mine/read/").content.decode() for browser in (client, by_words[2], by_code)]
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
    client.post("/mine/delete/", {"sure": "1"})
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
