"""The key file fits the database, or the server does not start."""

from collections.abc import Callable

import pytest

from counselling.people.domain import canary
from counselling.people.models import KeyCanary
from counselling.vault.master import KeyFileProblem
from tests.support import world
from tests.support.key_files import key_line

pytestmark = pytest.mark.django_db
Use = Callable[..., None]
OLD = key_line("old", b"o" * 32)


@pytest.fixture
def started(use_keys: Use) -> None:
    """A server ran here before, with the key "old"."""
    use_keys(OLD)
    canary.check()


def kids() -> set[str]:
    return set(KeyCanary.objects.values_list("kid", flat=True))


def refused() -> str:
    """The one sentence; a refused start has written nothing."""
    before = sorted(KeyCanary.objects.values_list("kid", "sealed"))
    with pytest.raises(KeyFileProblem) as problem:
        canary.check()
    assert sorted(KeyCanary.objects.values_list("kid", "sealed")) == before
    assert "\n" not in str(problem.value)
    return str(problem.value)


def test_the_first_start_remembers_the_key(started: None) -> None:
    assert kids() == {"old"}


def test_every_further_start_passes_and_writes_nothing(started: None) -> None:
    before = list(KeyCanary.objects.values())
    canary.check()

    assert list(KeyCanary.objects.values()) == before


def test_another_key_under_the_same_name_is_refused(started: None, use_keys: Use) -> None:
    use_keys(key_line("old", b"x" * 32))

    assert "old" in refused()


def test_a_key_file_made_anew_is_refused(started: None, use_keys: Use) -> None:
    use_keys(key_line("fresh"))

    assert "old" in refused()


def test_a_key_added_first_passes_and_is_remembered(started: None, use_keys: Use) -> None:
    use_keys(key_line("new"), OLD)
    canary.check()

    assert kids() == {"old", "new"}


def test_a_key_that_is_still_needed_may_not_leave(started: None, use_keys: Use) -> None:
    new = key_line("new")
    use_keys(new, OLD)
    canary.check()
    use_keys(new)

    assert "old" in refused()


def test_a_key_added_last_seals_nothing_and_may_leave_again(started: None, use_keys: Use) -> None:
    use_keys(OLD, key_line("spare"))
    canary.check()
    assert kids() == {"old"}

    use_keys(OLD)
    canary.check()


@pytest.mark.parametrize("sealed", [b"", b"\x03old", b"\x03old" + b"x" * 34, b"\x05other" + b"x" * 34])
def test_a_damaged_canary_is_refused(started: None, sealed: bytes) -> None:
    KeyCanary.objects.update(sealed=sealed)

    assert refused()


@pytest.mark.django_db(transaction=True)
def test_processes_that_start_together_remember_the_key_once(use_keys: Use) -> None:
    use_keys(OLD)

    assert world.together(*[canary.check] * 4) == [None] * 4
    assert kids() == {"old"}
