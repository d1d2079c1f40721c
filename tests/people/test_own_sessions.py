"""Sign-ins of one's own: listed without device or address, ended from afar, gone from memory and database."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from counselling.errors import Locked, NotFound
from counselling.people.domain import rings, sessions
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Staff, StaffSession, Team
from tests.support import key_rings, world

pytestmark = pytest.mark.django_db
PAGE = "/team/sessions/"


@pytest.fixture
def mara(team: Team) -> Staff:
    return Staff.objects.get(pk=world.counsellor(team, "Mara").id)


def browser_of(staff: Staff, **headers: str) -> Client:
    browser = Client(**headers)
    key_rings.sign_in(browser, staff)
    return browser


def row_of(browser: Client) -> StaffSession:
    return StaffSession.objects.get(session_key=browser.session.session_key)


def actor_of(browser: Client, staff: Staff) -> Actor:
    key, token = browser.session.session_key, browser.cookies[settings.VAULT_COOKIE_NAME].value
    actor = sessions.actor_of(staff, key, token, timezone.now())
    assert actor
    return actor


def test_list_shows_mine_alone_and_which_one_is_here(mara: Staff, team: Team) -> None:
    here, there = browser_of(mara), browser_of(mara)
    browser_of(Staff.objects.get(pk=world.counsellor(team, "Jon").id))

    page = here.get(PAGE).content.decode()

    assert page.count('data-testid="session"') == 2
    assert page.count("dieser Browser") == 1
    assert str(row_of(there).pk) in page
    assert str(row_of(here).pk) not in page


def test_no_device_and_no_address_is_known(mara: Staff) -> None:
    browser = browser_of(mara, HTTP_USER_AGENT="Sentinel-Agent/7", REMOTE_ADDR="192.0.2.77")

    page = browser.get(PAGE).content.decode()

    assert "Sentinel" not in page
    assert "192.0.2.77" not in page
    kept = StaffSession.objects.values().get()
    assert set(kept) == {
        *("id", "staff_id", "session_key", "token_lookup", "wrapped"),
        *("began_at", "active_at", "locked_at", "revoked_at"),
    }


def test_one_is_ended_from_another_browser(mara: Staff) -> None:
    here, there = browser_of(mara), browser_of(mara)
    ending = actor_of(there, mara)
    assert ending.private

    assert here.post(PAGE, {"session": str(row_of(there).pk)})["Location"] == PAGE

    assert ending.private is None
    assert StaffSession.objects.get(pk=ending.access).wrapped is None
    assert sessions.still_open([ending.access], timezone.now()) == set()
    assert there.get("/team/")["Location"].startswith("/team/sign-in/")
    assert here.get(PAGE).content.decode().count('data-testid="session"') == 1
    assert AuditEntry.objects.filter(event="session_ended", actor=mara.pk).count() == 1


def test_all_others_are_ended_at_once(mara: Staff) -> None:
    here, others = browser_of(mara), [browser_of(mara), browser_of(mara)]
    assert 'data-testid="end-others"' in here.get(PAGE).content.decode()

    here.post(PAGE, {"others": "1"})

    assert [browser.get("/team/").status_code for browser in others] == [302, 302]
    assert here.get("/team/").status_code == 200


@pytest.mark.parametrize("session", ["", "kein-kennzeichen", "00000000-0000-0000-0000-000000000000"])
def test_what_is_no_session_changes_nothing(mara: Staff, session: str) -> None:
    browser = browser_of(mara)

    assert browser.post(PAGE, {"session": session})["Location"] == PAGE
    assert browser.get(PAGE).status_code == 200


def test_nobody_elses_can_be_ended(mara: Staff, team: Team) -> None:
    jon = Staff.objects.get(pk=world.counsellor(team, "Jon").id)
    mine, theirs = browser_of(mara), browser_of(jon)

    mine.post(PAGE, {"session": str(row_of(theirs).pk)})
    mine.post(PAGE, {"others": "1"})

    assert theirs.get("/team/").status_code == 200
    with pytest.raises(NotFound):
        sessions.revoke(actor_of(mine, mara), row_of(theirs).pk)


def test_this_one_ends_by_signing_out_which_asks_about_open_chats(mara: Staff) -> None:
    browser = browser_of(mara)

    with pytest.raises(NotFound):
        sessions.revoke(actor_of(browser, mara), row_of(browser).pk)
    assert reverse("cases:sign_out") in browser.get(PAGE).content.decode()


def test_list_costs_the_same_for_one_and_three(
    mara: Staff, django_assert_num_queries: object, django_assert_max_num_queries: object
) -> None:
    browser = browser_of(mara)
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(30) as caught:
            browser.get(PAGE)
        counts.append(len(caught))
        browser_of(mara)
        browser_of(mara)

    assert counts[0] == counts[1]


def test_ended_and_old_ones_are_forgotten_after_a_day(mara: Staff) -> None:
    ended, old, open_one = browser_of(mara), browser_of(mara), browser_of(mara)
    now = timezone.now()
    StaffSession.objects.filter(pk=row_of(ended).pk).update(revoked_at=now - timedelta(hours=25))
    StaffSession.objects.filter(pk=row_of(old).pk).update(began_at=now - timedelta(hours=37))

    assert sessions.prune(now) == 2
    assert StaffSession.objects.get() == row_of(open_one)


# --- what the pulse does ----------------------------------------------------------------------------------------------


def test_tending_locks_the_idle_and_wipes_what_ended_elsewhere(mara: Staff) -> None:
    idle, ended, busy = browser_of(mara), browser_of(mara), browser_of(mara)
    actors = [actor_of(browser, mara) for browser in (idle, ended, busy)]
    now = timezone.now()
    StaffSession.objects.filter(pk=actors[0].access).update(active_at=now - timedelta(minutes=15, seconds=1))
    StaffSession.objects.filter(pk=actors[1].access).update(revoked_at=now)  # as another process does

    sessions.tend(now)

    assert [actor.private is None for actor in actors] == [True, True, False]
    row = row_of(idle)
    assert (row.locked_at, row.wrapped) == (now, None)


def test_a_django_session_that_is_gone_wipes_the_keys_too(mara: Staff) -> None:
    actor = actor_of(browser_of(mara), mara)
    Session.objects.all().delete()

    sessions.tend(timezone.now())

    assert actor.private is None


def test_a_request_that_raced_the_lock_leaves_no_key_behind(mara: Staff) -> None:
    """Pitfalls 7: another tab's request read the row before the lock and fills the ring after it; a second later it
    is gone, and the row stays locked whatever that tab does."""
    browser = browser_of(mara)
    actor = actor_of(browser, mara)
    private = actor.private
    assert private
    sessions.lock(actor.access, timezone.now())
    raced = rings.of_session(actor.access, private)

    sessions.touch(actor, timezone.now() + timedelta(hours=1))
    browser.session.save()
    sessions.tend(timezone.now())

    assert raced.private is None
    assert row_of(browser).wrapped is None
    with pytest.raises(Locked):
        actor_of(browser, mara)


def test_the_time_left_is_counted_from_the_last_activity(mara: Staff) -> None:
    browser = browser_of(mara)
    StaffSession.objects.update(active_at=timezone.now() - timedelta(minutes=14))

    left = browser.get("/team/left.json", headers={"Accept": "application/json"}).json()["seconds"]

    assert 55 <= left <= 60
    assert browser.get("/team/left.json", headers={"Accept": "application/json"}).json()["seconds"] <= left


def test_activity_is_noted(mara: Staff) -> None:
    browser = browser_of(mara)
    StaffSession.objects.update(active_at=timezone.now() - timedelta(minutes=14))

    assert browser.post("/team/active").status_code == 204

    assert browser.get("/team/left.json", headers={"Accept": "application/json"}).json()["seconds"] > 890
