"""`counselling upgrade` killed by SIGKILL at every step: the next run knows where it stood, and ends it well."""

import random
from collections.abc import Callable

import pytest

from tests.upgrade.conftest import Old

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

# The function before whose first line it dies, the step that the trace names then, and whether the next run goes on.
PLACES = {
    "_begun": ("", False),
    "_backed_up": ("backup", False),
    "_appear": ("backup", False),  # of the backup's parcels: all are written, none has its name
    "counts": ("backup", False),
    "_migrate": ("migrate", True),
    "install": ("migrate", True),  # within the migration: its table is made, its triggers are not
    "_verify": ("verify", True),
    "still_sealed": ("verify", True),
    "_collect": ("static", True),
}


@pytest.mark.parametrize("place", PLACES)
def test_the_next_run_ends_it(old: Old, place: str) -> None:
    ends_well(old, place, *PLACES[place])


@pytest.mark.long
@pytest.mark.parametrize("place", PLACES)
def test_the_next_run_ends_it_on_postgres(installed: Callable[[str], Old], place: str) -> None:
    ends_well(installed("postgres"), place, *PLACES[place])


def ends_well(old: Old, place: str, step: str, goes_on: bool) -> None:
    assert old.upgrade(cut=place)[0] == -9
    assert (old.trace()["step"] if (old.var / "upgrade.json").exists() else "") == step
    first = old.trace()["backup"] if goes_on else ""

    code, said = old.upgrade()

    assert code == 0, said
    assert said.startswith(f"Going on with the upgrade of {old.trace()['began']}, which stopped at: {step}.") == goes_on
    assert (old.trace()["step"], old.trace()["backup"] == first) == ("done", goes_on)
    assert old.ask("SELECT count(*) FROM django_migrations WHERE name = '0008_erased'") == 1
    assert list(old.backups.rglob(".unfinished*")) == []


@pytest.mark.long
def test_killed_anywhere_again_and_again(old: Old) -> None:
    for _ in range(12):
        old.upgrade(cut=str(random.randrange(1, 60_000)))

    assert old.upgrade("--without-backup")[0] == 0
    assert old.look()["chat"] == old.known["seen"]["chat"]
