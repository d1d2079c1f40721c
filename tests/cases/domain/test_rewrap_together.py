"""Epochs come and go while cases are opened: no case is ever sealed to a key that is destroyed."""

import pytest

from counselling.cases.domain import keys, rewrap
from counselling.cases.models import Case, Seal
from counselling.people.domain import presence
from counselling.people.models import TeamKey
from tests.people import vault_hands as hands
from tests.support import world

CASES, EPOCHS = 40, 12


@pytest.mark.django_db(transaction=True)
def test_cases_opened_while_people_leave_stay_readable() -> None:
    team = world.team()
    mara = hands.person(team, "Mara")
    hands.found(mara, team)
    presence.set_status(mara, "here")

    def open_cases() -> None:
        for _ in range(CASES):
            world.waiting(team)

    def come_and_go() -> None:
        for number in range(EPOCHS):
            guest = hands.person(team, f"Gast {number}")
            hands.let_in(hands.anew(mara), team, guest)
            hands.leave(guest, team)
            rewrap.catch_up(hands.anew(mara))

    def renew() -> None:
        for _ in range(EPOCHS):
            rewrap.catch_up(hands.anew(mara))

    assert world.together(open_cases, come_and_go, renew) == [None, None, None]

    rewrap.catch_up(hands.anew(mara))
    cases = list(Case.objects.values_list("pk", flat=True))
    assert len(cases) == CASES
    assert set(keys.case_keys(hands.anew(mara), cases)) == set(cases)
    assert list(TeamKey.objects.values_list("epoch", flat=True)) == [EPOCHS + 1]
    assert set(Seal.objects.filter(holder_kind="team").values_list("epoch", flat=True)) == {EPOCHS + 1}
