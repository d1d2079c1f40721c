"""The report for others holds nothing that somebody typed."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from counselling.centre.models import Centre
from counselling.people.models import Team
from counselling.upkeep.checks import everything, support
from tests.support import world

pytestmark = pytest.mark.django_db

SENTINELS = {
    "ALLOWED_HOSTS": ["quittenhost.example"],
    "ORIGINS": ["http://quittenhost.example", "https://schlehe.example:8443"],
    "REDIS_URL": "redis://quittenuser:mispelwort@127.0.0.9:1/0",
    "EMAIL_HOST": "quittenmail.example",
    "DEFAULT_FROM_EMAIL": "quitten@localhost",
    "TURN_URLS": ("quittenturn.example",),
    "TURN_SECRET": "mispelwort",
    "EXIT_URL": "https://quittenexit.example/",
}
WORDS = ("quitten", "schlehe", "mispel", "127.0.0", "example", "/", "@", "brombeer", "linde", "otter")


def test_report_is_states_and_rounded_numbers(settings: Settings) -> None:
    for name, value in SENTINELS.items():
        setattr(settings, name, value)
    settings.EMAIL_PORT = 1
    linde = world.counsellor(world.team("Brombeerteam"), "Linde")
    chat = world.chat(Team.objects.get(), linde)
    world.say(chat.seeker, chat.case, "Brombeersommer")
    Centre.objects.update_or_create(id=1, defaults={"operator": "Brombeerstadt", "email": "brombeer@example.org"})

    said = support.report(everything.looked())

    assert [word for word in WORDS if word in said.casefold()] == []
    shown = (
        "counselling 0.1.0",
        "2 origins",
        "case under 10",
        "TURN_SECRET set",
        "settings: demo, no_",
        "Redis: redis_away",
    )
    assert [line for line in shown if line not in said] == []
    assert f"{timezone.now().year}-" not in said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "under 10"),
        (9, "under 10"),
        (10, "about 10"),
        (99, "about 90"),
        (4321, "about 4000"),
        (50_000, "about 50000"),
    ],
)
def test_numbers_are_rounded(number: int, said: str) -> None:
    assert support.rounded(number) == said
