"""Letters that go out later: the moment, what stops it, and a day on which their writer is away."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from counselling.cases.domain import by_letter
from counselling.mail.domain import absences, letters, unsent
from tests.mail import writing_world as at
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def linde():
    return at.linde()


@pytest.fixture
def case(linde):
    return at.claimed(linde)


def test_a_letter_goes_out_later_and_can_be_fetched_back(linde, case) -> None:
    browser = at.browser(linde)
    when = (timezone.localtime() + timedelta(days=2)).replace(hour=9, minute=30, second=0, microsecond=0)

    answer = at.write(
        browser, case, "later", "Guten Morgen", version=0, day=when.strftime("%Y-%m-%d"), time=when.strftime("%H:%M")
    )

    assert answer.headers["Location"].endswith("?done=later#compose-place")
    known = letters.unsent(linde, case)
    assert known
    assert known.send_at == when
    page = at.page(browser, case).content.decode()
    assert 'data-testid="scheduled"' in page
    assert 'data-testid="compose-text"' not in page
    listed = browser.get(reverse("mail:unsent")).content.decode()
    assert "Zurückholen" in listed

    at.write(browser, case, "cancel")

    assert at.in_composer(at.page(browser, case)) == "Guten Morgen"
    assert letters.send_due(when + timedelta(days=1)) == 0


def test_what_is_due_goes_out_by_itself(linde, case) -> None:
    browser = at.browser(linde)
    when = timezone.localtime() + timedelta(days=1)
    at.write(
        browser, case, "later", "Guten Morgen", version=0, day=when.strftime("%Y-%m-%d"), time=when.strftime("%H:%M")
    )

    assert letters.send_due(timezone.now() + timedelta(days=1, minutes=1)) == 1

    assert at.letters_of(case)[-1] == "Guten Morgen"
    assert "Kein Brief ist eingeplant." in browser.get(reverse("mail:unsent")).content.decode()


def test_another_page_that_goes_on_writing_stops_the_timer(linde, case) -> None:
    """The text is the same on both pages when one of them plans it."""
    kept = letters.keep(linde, case, "Fertig", version=0)
    planned = letters.send_later(linde, case, "Fertig", version=kept.version, at=timezone.now() + timedelta(hours=1))

    with pytest.raises(letters.Diverged):
        letters.keep(linde, case, "Fertig, aber", version=kept.version)
    letters.keep(linde, case, "Fertig, aber noch nicht", version=planned.version)

    assert letters.send_due(timezone.now() + timedelta(hours=2)) == 0


@pytest.mark.parametrize(
    ("day", "time", "sentence"),
    [
        ("", "", "an welchem Tag"),
        ("2026-02-30", "10:00", "an welchem Tag"),
        ("morgen", "10:00", "an welchem Tag"),
        ("2020-01-01", "10:00", "in den nächsten 60 Tagen"),
        ("9999-12-31", "23:59", "in den nächsten 60 Tagen"),
        ("0001-01-01", "00:00", "in den nächsten 60 Tagen"),
    ],
)
def test_a_moment_that_is_none_loses_nothing(linde, case, day: str, time: str, sentence: str) -> None:
    answer = at.write(at.browser(linde), case, "later", "Guten Morgen", version=0, day=day, time=time)

    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert at.in_composer(answer) == "Guten Morgen"
    assert letters.unsent(linde, case).send_at is None  # type: ignore[union-attr]


def test_more_than_sixty_days_are_refused(linde, case) -> None:
    far = timezone.localtime() + timedelta(days=61)

    answer = at.write(at.browser(linde), case, "later", "Bald", version=0, day=far.strftime("%Y-%m-%d"), time="10:00")

    assert "in den nächsten 60 Tagen" in answer.content.decode()


def test_the_moment_is_local(linde, case) -> None:
    """Ten o'clock is ten o'clock where the centre is, in winter and in summer."""
    day = (timezone.localtime() + timedelta(days=5)).date()

    at.write(at.browser(linde), case, "later", "Bald", version=0, day=day.isoformat(), time="10:00")

    known = letters.unsent(linde, case)
    assert known
    assert known.send_at
    assert timezone.localtime(known.send_at).isoformat()[:16] == f"{day.isoformat()}T10:00"


def test_planning_for_a_day_away_warns_and_a_letter_left_behind_is_found_again(linde, case) -> None:
    mara = world.counsellor(world.Team.objects.get(), "Mara")
    day = timezone.localdate() + timedelta(days=5)
    absences.plan(linde, begins=day, ends=day + timedelta(days=3), substitute=mara.id)
    client = at.browser(linde)
    assert 'data-testid="away"' in at.page(client, case).content.decode()

    at.write(client, case, "later", "Für später", version=0, day=day.isoformat(), time="08:00")
    assert 'data-testid="away-then"' in at.page(client, case).content.decode()
    by_letter.hand_over(linde, case, to=mara.id)

    assert 'data-testid="left"' in client.get("/team/letters/").content.decode()
    shown = client.get("/team/letters/unsent/").content.decode()
    assert "Für später" in shown
    assert "Mara" in shown
    (left,) = unsent.left_behind(linde)
    assert at.browser(mara).post("/team/letters/unsent/", {"letter": left.id}).status_code == 303
    assert client.post("/team/letters/unsent/", {"letter": "x"}).status_code == 303
    assert len(unsent.left_behind(linde)) == 1
    assert client.post("/team/letters/unsent/", {"letter": left.id}).status_code == 303
    assert 'data-testid="left"' not in client.get("/team/letters/").content.decode()


def test_a_day_at_work_warns_of_nothing(linde, case) -> None:
    client = at.browser(linde)
    day = timezone.localdate() + timedelta(days=5)

    at.write(client, case, "later", "Für später", version=0, day=day.isoformat(), time="08:00")

    assert 'data-testid="away' not in at.page(client, case).content.decode()
