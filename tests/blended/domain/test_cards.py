"""Cards in a case: sealed, for both sides, once each."""

import pytest

from blended.domain import cards, partner_extras, partners
from blended.models import Partner, PartnerCard
from counselling.cases.domain import newsworthy
from counselling.cases.models import Case, CountRow
from counselling.errors import Closed, Invalid, NotAllowed, NotFound
from counselling.people.models import Team
from tests.blended.partners_world import SECRET, carded, written
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def chat(team: Team) -> Chat:
    return world.chat(team, world.counsellor(team, "Linde"))


def names(chat: Chat) -> list[str]:
    found = cards.of_case(chat.seeker, chat.case, world.key(chat.case))
    return [card.shown.fields.name if card.shown else "?" for card in found]


def test_it_stays_as_it_was_that_day(team: Team, chat: Chat) -> None:
    number = carded(chat, team, purpose=SECRET)
    written(chat.counsellor, team, name="Anker")
    Partner.objects.filter(pk=number).update(name="Anders", active=False)

    assert names(chat) == ["Lindenhof"]
    assert world.notices(chat.case)[-1] == "card_placed"
    assert SECRET.encode() not in bytes(PartnerCard.objects.get().sealed)
    row = CountRow.objects.get(event="card")
    assert str(number) not in row.codes.values()
    Partner.objects.all().delete()
    assert names(chat) == ["Lindenhof"]


def test_placing_twice_places_once_and_it_is_taken_out_again(team: Team, chat: Chat) -> None:
    number = carded(chat, team)
    cards.place(chat.counsellor, chat.case, number)
    cards.place(chat.counsellor, chat.case, written(chat.counsellor, team, name="Anker"))
    assert names(chat) == ["Anker", "Lindenhof"]
    assert world.notices(chat.case).count("card_placed") == 2

    cards.remove(chat.counsellor, chat.case, 1)
    cards.remove(chat.counsellor, chat.case, 1)

    assert names(chat) == ["Anker"]


def test_who_has_no_seat_places_nothing(team: Team, chat: Chat) -> None:
    number = written(chat.counsellor, team)
    other = world.counsellor(team, "Mara")
    for actor, refusal in (
        (other, NotFound),
        (chat.seeker, NotAllowed),
        (world.staff(team, "Uli", "supervisor"), NotAllowed),
    ):
        with pytest.raises(refusal):
            cards.place(actor, chat.case, number)
        with pytest.raises(refusal):
            cards.remove(actor, chat.case, 1)
    assert not PartnerCard.objects.exists()


def test_what_is_switched_off_or_not_there_is_not_placed_nor_into_a_closed_case(team: Team, chat: Chat) -> None:
    number = written(chat.counsellor, team)
    partners.switch(chat.counsellor, number, on=False)
    for wrong in (number, 0, number + 1):
        with pytest.raises(NotFound):
            cards.place(chat.counsellor, chat.case, wrong)
    partners.switch(chat.counsellor, number, on=True)
    Case.objects.filter(pk=chat.case).update(state="closed", closed_at=world.row(chat.case).opened_at)
    with pytest.raises(Closed):
        cards.place(chat.counsellor, chat.case, number)


def test_a_card_of_another_place_does_not_open(team: Team, chat: Chat) -> None:
    carded(chat, team)
    cards.place(chat.counsellor, chat.case, written(chat.counsellor, team, name="Anker"))
    first, second = PartnerCard.objects.order_by("number")
    PartnerCard.objects.filter(pk=second.pk).update(sealed=first.sealed)

    assert names(chat) == ["?", "Lindenhof"]


def test_there_is_an_end(team: Team, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "MOST", 1)
    carded(chat, team)
    with pytest.raises(Invalid):
        cards.place(chat.counsellor, chat.case, written(chat.counsellor, team, name="Anker"))


def test_whoever_tells_young_people_hears_of_it(team: Team, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[object] = []
    monkeypatch.setattr(newsworthy, "_tellers", [lambda case: heard.append(case.pk)])

    carded(chat, team)

    assert heard == [chat.case]


def test_it_goes_with_its_case_and_stands_in_the_copy(team: Team, chat: Chat) -> None:
    carded(chat, team)
    assert partner_extras.stored([chat.case]) == {chat.case: ["1 Stelle vor Ort, die wir dir herausgesucht haben."]}
    passage = partner_extras.copied(chat.seeker, chat.case)[0]
    assert "069 90009 201" in passage.paragraphs[0]

    Case.objects.get(pk=chat.case).delete()
    assert not PartnerCard.objects.exists()
