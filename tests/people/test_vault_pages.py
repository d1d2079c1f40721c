"""The pages of the team's vault: what they show to whom, what they refuse, and what they never repeat."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from counselling.people.domain import papers, teamkeys, vault_news
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team, TeamKey
from counselling.vault import recovery
from tests.people import vault_hands as hands
from tests.support import world

pytestmark = pytest.mark.django_db
PAGE, PAPER, COPIED = "/team/vault/", "/team/vault/paper/", "/team/vault/paper/copied/"
LET_IN, RECOVER = "/team/vault/let-in/", "/team/vault/recover/"
JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def mara(team: Team) -> Actor:
    return hands.person(team, "Mara")


@pytest.fixture
def jon(team: Team) -> Actor:
    return hands.person(team, "Jon")


def text_of(response: Any) -> str:
    return str(response.content.decode())


def drawn(browser: Client, team: Team) -> tuple[str, dict[str, str]]:
    """The key as the page shows it, and the hidden fields of its form."""
    page = text_of(browser.post(PAPER, {"team": team.pk}))
    groups = re.findall(r"<li><code>(\w{4})</code></li>", page)
    assert len(groups) == 14
    names = ("team", "recovery_public", "first")
    fields = {name: found[1] for name in names if (found := re.search(rf'name="{name}" value="([^"]+)"', page))}
    return "-".join(groups), fields


def lead_through(browser: Client, team: Team) -> str:
    """Draw, write down, copy back."""
    printed, fields = drawn(browser, team)
    asked = browser.post(COPIED, fields)
    assert (asked.status_code, printed in text_of(asked), printed[:4] in text_of(asked)) == (200, False, False)
    done = browser.post(COPIED, {**fields, "recovery_key": printed})
    assert (done.status_code, done["Location"]) == (302, PAGE)
    return printed


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_no_other_role_has_a_vault_page(team: Team, mara: Actor, role: str) -> None:
    browser = hands.browser_of(hands.person(team, "Chef", role))

    assert browser.get(PAGE).status_code == 403
    for path in (PAPER, COPIED, LET_IN, RECOVER):
        assert browser.post(path, {"team": team.pk}).status_code == 403
    assert TeamKey.objects.count() == 0


def test_strangers_are_led_to_the_sign_in(team: Team) -> None:
    assert Client().get(PAGE)["Location"].startswith("/team/sign-in/")


def test_a_founder_is_led_through_and_the_team_is_told(team: Team, mara: Actor) -> None:
    browser = hands.browser_of(mara)
    before = text_of(browser.get(PAGE))
    assert 'data-standing="unset"' in before

    printed = lead_through(browser, team)

    after = text_of(browser.get(PAGE))
    assert 'data-standing="open"' in after
    assert "Mara hat den Tresor am" in after
    assert papers.ring_of(team.pk, printed).teams


def test_halfway_through_nothing_holds_and_the_next_try_begins_anew(team: Team, mara: Actor) -> None:
    browser = hands.browser_of(mara)
    first, fields = drawn(browser, team)
    browser.post(COPIED, fields)
    assert TeamKey.objects.count() == 0

    second, fields = drawn(browser, team)
    refused = browser.post(COPIED, {**fields, "recovery_key": first})

    assert (refused.status_code, first == second) == (422, False)
    assert "Ist es ein älteres Blatt?" in text_of(refused)
    assert TeamKey.objects.count() == 0


def test_a_slip_is_said_and_what_was_typed_is_never_shown_again(team: Team, mara: Actor) -> None:
    browser = hands.browser_of(mara)
    printed, fields = drawn(browser, team)
    typed = printed[:-1] + ("2" if printed[-1] != "2" else "3")

    page = text_of(browser.post(COPIED, {**fields, "recovery_key": typed}))

    assert "Da ist ein Fehler drin." in page
    assert printed[:9] not in page
    assert fields["recovery_public"] in page  # so that the next try is for the same paper
    assert text_of(browser.post(COPIED, {**fields, "recovery_key": printed}, follow=True)).count("freigeschaltet") >= 1


def test_scripts_get_the_sentence_and_keep_what_was_typed(team: Team, mara: Actor) -> None:
    browser = hands.browser_of(mara)
    printed, fields = drawn(browser, team)

    refused = browser.post(COPIED, {**fields, "recovery_key": "falsch"}, **JSON)
    done = browser.post(COPIED, {**fields, "recovery_key": printed}, **JSON)

    assert refused.status_code == 422
    assert refused.json()["error"]["sentence"].startswith("Da ist ein Fehler drin.")
    assert done.json() == {"next": PAGE}


def test_no_recovery_key_lies_in_a_session(team: Team, mara: Actor) -> None:
    browser = hands.browser_of(mara)

    printed = lead_through(browser, team)

    private = recovery.read(printed)
    for row in Session.objects.all():
        kept = str(row.get_decoded())
        assert printed not in kept
        assert printed.replace("-", "") not in kept
        assert private.hex() not in kept


def test_an_expired_form_does_not_show_the_typed_key(team: Team, mara: Actor) -> None:
    browser = Client(enforce_csrf_checks=True)
    hands.key_rings.sign_in(browser, Staff.objects.get(pk=mara.id))
    sent = {"team": team.pk, "recovery_key": "AAAA-BBBB-SENTINEL", "recovery_public": "ab" * 32}

    page = browser.post(COPIED, sent, headers={"Sec-Fetch-Site": "same-origin"})

    assert page.status_code == 403
    assert "SENTINEL" not in text_of(page)


@pytest.mark.parametrize("path", [PAPER, COPIED])
def test_a_look_back_at_the_paper_leads_to_the_vault(team: Team, mara: Actor, path: str) -> None:
    assert hands.browser_of(mara).get(path)["Location"] == PAGE


@pytest.mark.parametrize("given", [{}, {"team": "x"}, {"team": ""}])
def test_a_paper_for_no_team_is_none(team: Team, mara: Actor, given: dict[str, str]) -> None:
    assert hands.browser_of(mara).post(PAPER, given)["Location"] == PAGE


def test_a_broken_form_is_asked_again(team: Team, mara: Actor) -> None:
    browser = hands.browser_of(mara)
    _, fields = drawn(browser, team)

    assert browser.post(COPIED, {**fields, "recovery_key": ""}).status_code == 422
    assert browser.post(COPIED, {**fields, "recovery_key": "A" * 500}).status_code == 422
    assert browser.post(COPIED, {**fields, "recovery_public": "x", "recovery_key": "A"}).status_code == 422
    assert browser.post(RECOVER, {"team": "x", "recovery_key": "A"}).status_code == 422


def test_a_newcomer_sees_their_words_and_whom_to_ask(team: Team, mara: Actor, jon: Actor) -> None:
    hands.found(mara, team)

    page = text_of(hands.browser_of(jon).get(PAGE))

    assert 'data-standing="shut"' in page
    assert hands.words_of(jon.id) in page
    assert "<strong>Mara</strong>" in page
    assert hands.words_of(mara.id) not in page  # who is in is not theirs to see yet


def test_a_colleague_lets_the_newcomer_in(team: Team, mara: Actor, jon: Actor) -> None:
    hands.found(mara, team)
    browser = hands.browser_of(mara)
    asked = {"team": team.pk, "staff": jon.id, "words": hands.words_of(jon.id)}
    assert "Jon freischalten" in text_of(browser.get(PAGE))

    unticked = browser.post(LET_IN, asked)
    assert unticked.status_code == 422
    assert "Vergleicht erst die sechs Wörter" in text_of(unticked)
    assert not teamkeys.holds(jon.id, team.pk)
    done = browser.post(LET_IN, {**asked, "compared": "1"})

    assert done["Location"] == PAGE
    assert 'data-standing="open"' in text_of(hands.browser_of(jon).get(PAGE))
    told = f"Mara hat Jon am {date_format(timezone.localdate())} freigeschaltet."
    assert told in text_of(hands.browser_of(jon).get(PAGE))
    assert "Mara hat Jon am" in text_of(hands.browser_of(jon).get("/team/"))


def test_swapped_words_are_refused_at_the_person(team: Team, mara: Actor, jon: Actor) -> None:
    hands.found(mara, team)
    sent = {"team": team.pk, "staff": jon.id, "words": "eins zwei drei", "compared": "1"}

    page = hands.browser_of(mara).post(LET_IN, sent)

    assert page.status_code == 422
    assert "Die sechs Wörter haben sich geändert." in text_of(page)
    assert not teamkeys.holds(jon.id, team.pk)


def test_somebody_who_is_not_in_lets_nobody_in(team: Team, mara: Actor, jon: Actor) -> None:
    hands.found(mara, team)
    kim = hands.person(team, "Kim")
    sent = {"team": team.pk, "staff": kim.id, "words": hands.words_of(kim.id), "compared": "1"}

    assert hands.browser_of(jon).post(LET_IN, sent).status_code == 403


def test_the_paper_lets_in_and_asks_to_be_renewed(team: Team, mara: Actor, jon: Actor) -> None:
    printed = hands.found(mara, team)
    browser = hands.browser_of(jon)
    assert 'data-testid="vault-renew-now"' not in text_of(hands.browser_of(mara).get(PAGE))

    wrong = browser.post(RECOVER, {"team": team.pk, "recovery_key": "falsch"})
    right = browser.post(RECOVER, {"team": team.pk, "recovery_key": printed.lower()})

    assert (wrong.status_code, "Schau noch einmal genau" in text_of(wrong)) == (422, True)
    assert right["Location"] == PAGE
    page = text_of(browser.get(PAGE))
    assert 'data-testid="vault-renew-now"' in page
    assert "Jon hat am" in page
    lead_through(browser, team)
    assert 'data-testid="vault-renew-now"' not in text_of(browser.get(PAGE))
    assert not vault_news.paper_was_used(team)


def test_whoever_never_signed_in_is_shown_as_such(team: Team, mara: Actor) -> None:
    hands.found(mara, team)
    staff = Staff(username="neu", alias="Neu")
    staff.set_unusable_password()
    staff.save(force_insert=True)
    staff.teams.add(team)

    page = text_of(hands.browser_of(mara).get(PAGE))

    assert "Hat sich noch nie angemeldet." in page
    assert "Neu freischalten" not in page


def test_several_teams_have_a_section_each(team: Team, mara: Actor) -> None:
    hands.found(mara, team)
    Staff.objects.get(pk=mara.id).teams.add(world.team("Eiche"))

    page = text_of(hands.browser_of(mara).get(PAGE))

    assert re.findall(r'data-standing="(\w+)"', page) == ["unset", "open"]


def test_without_a_team_there_is_nothing_to_set_up(team: Team, mara: Actor) -> None:
    Staff.objects.get(pk=mara.id).teams.clear()

    assert "Du bist noch in keinem Team." in text_of(hands.browser_of(mara).get(PAGE))


# --- what the vault means at the desk --------------------------------------------------------------------------------


def desk(actor: Actor) -> dict[str, Any]:
    found: dict[str, Any] = hands.browser_of(actor).get("/team/desk.json", **JSON).json()
    return found


def test_whoever_is_not_in_sees_dots_and_takes_nobody(team: Team, mara: Actor, jon: Actor) -> None:
    hands.found(mara, team)
    world.presence.set_status(mara, "here")
    case = world.waiting(team).case

    assert [row["nickname"] for row in desk(mara)["queue"]] == [world.NICKNAME]
    seen = desk(jon)
    refused = hands.browser_of(jon).post("/team/claim", {"case": case}, content_type="application/json", **JSON)
    next_one = hands.browser_of(jon).post("/team/next", {}, content_type="application/json", **JSON)

    assert (seen["vault"], [row["nickname"] for row in seen["queue"]]) == ("shut", ["…"])
    for answer in (refused, next_one):
        assert answer.status_code == 423
        assert "noch nicht freigeschaltet" in answer.json()["error"]["sentence"]
    assert world.place_row(case).called_by is None


def test_a_team_without_a_vault_is_closed_and_says_so(team: Team, mara: Actor) -> None:
    world.presence.set_status(mara, "here")

    seen = desk(mara)

    assert (seen["vault"], seen["service"]["open"]) == ("unset", "nobody")
    page = text_of(hands.browser_of(mara).get("/team/"))
    assert "Der Tresor eures Teams ist noch nicht eingerichtet." in page


def test_a_look_at_the_desk_renews_after_somebody_left(team: Team, mara: Actor, jon: Actor) -> None:
    hands.found(mara, team)
    hands.let_in(mara, team, jon)
    world.presence.set_status(mara, "here")
    world.waiting(team)
    hands.leave(jon, team)

    assert [row["nickname"] for row in desk(mara)["queue"]] == [world.NICKNAME]
    assert list(TeamKey.objects.values_list("epoch", flat=True)) == [2]
