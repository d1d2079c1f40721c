"""Meetings in other systems' rooms: who gets in and when, what is kept, and the way back to the room here."""

import json
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from blended.domain import elsewhere, meetings
from blended.domain.rooms import NotYet, RoomDown, RoomRefused, configured
from blended.models import Appointment, Meeting, Room
from counselling.cases.domain import handover
from counselling.cases.models import CountRow
from counselling.errors import Conflict, DomainError, NotAllowed, NotFound
from counselling.people.domain import access, rotation
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Team
from counselling.vault import operational
from tests.blended import call_world, rooms_world
from tests.support import world
from tests.support.fake_rooms import SECRET, TOKEN, FakeRooms
from tests.support.world import Chat

pytestmark = pytest.mark.django_db
ALL = ["jitsi", "bbb", "webex"]


@pytest.fixture(autouse=True)
def relay(settings) -> None:
    settings.TURN_URLS, settings.TURN_SECRET, settings.DEMO = ("turn:turn.example.org",), "geheim", False


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def ole(team: Team) -> Actor:
    return world.staff(team, "Ole", "administrator")


@pytest.fixture
def chat(team: Team, mara: Actor) -> Chat:
    return world.chat(team, mara)


@pytest.fixture(params=ALL)
def meeting(request: pytest.FixtureRequest, ole: Actor, team: Team, chat: Chat, house: FakeRooms) -> UUID:
    rooms_world.room(ole, team, request.param, house)
    return rooms_world.meeting(chat)


@pytest.fixture
def at_bbb(ole: Actor, team: Team, chat: Chat, house: FakeRooms) -> UUID:
    rooms_world.room(ole, team, "bbb", house)
    return rooms_world.meeting(chat)


@pytest.fixture
def by_link(ole: Actor, team: Team, chat: Chat, house: FakeRooms) -> UUID:
    rooms_world.room(ole, team, "link", house)
    return rooms_world.meeting(chat)


def moved(meeting: UUID, **by: float) -> None:
    """Its time is another one."""
    row = rooms_world.row(meeting)
    row.opens_at, row.ends_at = row.opens_at + timedelta(**by), row.ends_at + timedelta(**by)
    row.save()


# --- in --------------------------------------------------------------------------------------------------------------


def test_looking_asks_the_other_system_nothing(house: FakeRooms, chat: Chat, meeting: UUID) -> None:
    for actor in (chat.seeker, chat.counsellor):
        assert elsewhere.look(actor, meeting).here
    assert house.asked == []


def test_both_come_into_one_room_and_the_case_says_so(house: FakeRooms, chat: Chat, meeting: UUID) -> None:
    doors = [elsewhere.enter(actor, meeting) for actor in (chat.counsellor, chat.seeker)]

    assert all(door.url for door in doors)
    assert len({room_of(door.url) for door in doors}) == 1
    assert world.notices(chat.case)[-1] == "call_elsewhere"
    assert rooms_world.row(meeting).began_at
    elsewhere.enter(chat.seeker, meeting)
    assert world.notices(chat.case).count("call_elsewhere") == 1


def room_of(url: str) -> str:
    fields = dict(parse_qsl(urlsplit(url).query))
    return fields.get("meetingID") or fields.get("MTID") or urlsplit(url).path


def test_one_alone_is_no_conversation(chat: Chat, at_bbb: UUID) -> None:
    elsewhere.enter(chat.seeker, at_bbb)
    elsewhere.enter(chat.seeker, at_bbb)

    assert rooms_world.row(at_bbb).began_at is None
    assert "call_elsewhere" not in world.notices(chat.case)


def test_a_young_person_has_no_name_there(house: FakeRooms, chat: Chat, at_bbb: UUID) -> None:
    guest = dict(parse_qsl(urlsplit(elsewhere.enter(chat.seeker, at_bbb).url).query))
    host = dict(parse_qsl(urlsplit(elsewhere.enter(chat.counsellor, at_bbb).url).query))

    assert (guest["fullName"], guest["role"], guest["guest"]) == ("Gast", "VIEWER", "true")
    assert (host["fullName"], host["role"]) == ("Mara", "MODERATOR")
    told = json.dumps([[one.path, one.query, list(one.headers.values()), one.body.decode()] for one in house.asked])
    ours = (world.NICKNAME, "Otter", str(chat.case), str(at_bbb), str(chat.seeker.id), "Mara")
    assert [word for word in ours if word in told] == []


def test_what_is_remembered_is_sealed_under_the_case_key(chat: Chat, meeting: UUID) -> None:
    door = elsewhere.enter(chat.seeker, meeting)

    sealed = bytes(rooms_world.row(meeting).sealed or b"")
    assert sealed
    assert room_of(door.url).strip("/").encode() not in sealed
    Meeting.objects.filter(pk=meeting).update(sealed=b"tampered")
    assert elsewhere.enter(chat.counsellor, meeting).url  # another room is made


def test_whoever_is_second_takes_the_room_of_the_first(
    house: FakeRooms, chat: Chat, at_bbb: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = configured.BigBlueButton.prepare
    others: list[str] = []

    def meanwhile(self, talk, role, alias):
        door = prepared(self, talk, role, alias)
        if role == "guest" and not others:
            others.append(elsewhere.enter(chat.counsellor, at_bbb).url)
        return door

    monkeypatch.setattr(configured.BigBlueButton, "prepare", meanwhile)
    door = elsewhere.enter(chat.seeker, at_bbb)

    assert room_of(door.url) == room_of(others[0])


def test_nobody_else_gets_in(team: Team, chat: Chat, at_bbb: UUID, house: FakeRooms) -> None:
    jon, stranger = world.counsellor(team, "Jon"), access.new_seeker()[0]
    for actor in (jon, stranger):
        for step in (elsewhere.look, elsewhere.enter, elsewhere.stay_here):
            with pytest.raises(NotFound):
                step(actor, at_bbb)
        with pytest.raises(NotFound):
            elsewhere.bring(actor, at_bbb, "https://rooms.example/x")
    handover.invite(chat.counsellor, chat.case, to=jon.id)
    with pytest.raises(NotFound):
        elsewhere.enter(jon, at_bbb)
    with pytest.raises(NotAllowed):
        elsewhere.enter(world.staff(team, "Ida", "supervisor"), at_bbb)
    with pytest.raises(NotFound):
        elsewhere.enter(chat.seeker, uuid4())
    assert house.asked == []


def test_only_around_the_appointment(chat: Chat, at_bbb: UUID, house: FakeRooms) -> None:
    steps = (elsewhere.look, elsewhere.enter, elsewhere.stay_here, lambda *who: elsewhere.bring(*who, "AB3-4F7-KL9"))
    moved(at_bbb, hours=2)
    for step in steps:
        with pytest.raises(meetings.TooEarly):
            step(chat.counsellor, at_bbb)
    moved(at_bbb, hours=-8)
    for step in steps:
        with pytest.raises(meetings.Over):
            step(chat.counsellor, at_bbb)
    assert house.asked == []


def test_an_appointment_called_off_has_no_way_in(ole: Actor, team: Team, chat: Chat, house: FakeRooms) -> None:
    rooms_world.room(ole, team, "bbb", house)
    date = call_world.date(chat, starts_at=timezone.now() + timedelta(minutes=5))
    meeting = meetings.of_appointment(chat.seeker, date)
    assert elsewhere.enter(chat.seeker, meeting).url
    Appointment.objects.filter(pk=date).update(state="cancelled")

    with pytest.raises(meetings.Over):
        elsewhere.enter(chat.seeker, meeting)


def test_it_may_end_while_the_other_system_thinks(
    chat: Chat, at_bbb: UUID, house: FakeRooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = configured.BigBlueButton.prepare

    def meanwhile(self, talk, role, alias):
        door = prepared(self, talk, role, alias)
        meetings.end(chat.counsellor, at_bbb)
        return door

    monkeypatch.setattr(configured.BigBlueButton, "prepare", meanwhile)
    with pytest.raises(meetings.Over):
        elsewhere.enter(chat.seeker, at_bbb)


def test_a_call_elsewhere_goes_on_though_nobody_here_sees_it(chat: Chat, at_bbb: UUID) -> None:
    for actor in (chat.seeker, chat.counsellor):
        elsewhere.enter(actor, at_bbb)
    now = timezone.now()

    assert meetings.overtime(now + timedelta(minutes=40)) == 0
    assert meetings.overtime(now + timedelta(minutes=61)) == 1
    assert world.notices(chat.case)[-1] == "call_ended"


# --- an outage, and the room here ------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["500", "503", "cut"])
def test_an_outage_keeps_nothing_and_the_room_here_stands_open(
    house: FakeRooms, chat: Chat, meeting: UUID, how: str
) -> None:
    house.then += [how] * 2
    with pytest.raises(RoomDown):
        elsewhere.enter(chat.seeker, meeting)
    assert rooms_world.row(meeting).sealed is None

    elsewhere.stay_here(chat.seeker, meeting)
    elsewhere.stay_here(chat.counsellor, meeting)  # a second tap changes nothing

    assert meetings.enter(chat.seeker, meeting, uuid4()).view.provider == "builtin"
    assert world.notices(chat.case).count("call_here") == 1
    assert CountRow.objects.filter(event="room_left").count() == 1
    with pytest.raises(Conflict):
        elsewhere.enter(chat.counsellor, meeting)


def test_both_may_come_back_from_there(chat: Chat, meeting: UUID) -> None:
    for actor in (chat.seeker, chat.counsellor):
        elsewhere.enter(actor, meeting)

    elsewhere.stay_here(chat.counsellor, meeting)

    assert rooms_world.row(meeting).sealed is None
    assert meetings.enter(chat.seeker, meeting, uuid4()).view.here is False
    assert meetings.enter(chat.counsellor, meeting, uuid4()).view.here is True


def test_without_a_relay_there_is_no_room_here(chat: Chat, at_bbb: UUID, settings) -> None:
    settings.TURN_URLS = ()
    assert not elsewhere.look(chat.seeker, at_bbb).here
    with pytest.raises(Conflict):
        elsewhere.stay_here(chat.seeker, at_bbb)
    assert rooms_world.row(at_bbb).provider == "bbb"


def test_a_team_that_changed_its_room_meanwhile(
    ole: Actor, team: Team, chat: Chat, at_bbb: UUID, house: FakeRooms
) -> None:
    rooms_world.room(ole, team, "webex", house)
    with pytest.raises(RoomRefused) as refusal:
        elsewhere.enter(chat.seeker, at_bbb)
    assert refusal.value.reason == "config"
    Room.objects.all().delete()
    with pytest.raises(RoomRefused):
        elsewhere.enter(chat.seeker, at_bbb)
    assert house.asked == []


# --- a link or code --------------------------------------------------------------------------------------------------


def test_a_link_waits_sealed_until_somebody_consents(house: FakeRooms, chat: Chat, by_link: UUID) -> None:
    with pytest.raises(NotYet):
        elsewhere.enter(chat.seeker, by_link)

    elsewhere.bring(chat.counsellor, by_link, "https://rooms.example/sentinel")

    assert b"sentinel" not in bytes(rooms_world.row(by_link).sealed or b"")
    assert "sentinel" not in repr(elsewhere.look(chat.seeker, by_link))
    assert elsewhere.enter(chat.seeker, by_link).url == "https://rooms.example/sentinel"
    elsewhere.bring(chat.counsellor, by_link, "AB3-4F7-KL9")
    door = elsewhere.enter(chat.seeker, by_link)
    assert (door.url, door.code) == ("", "AB3-4F7-KL9")
    elsewhere.bring(chat.counsellor, by_link, " ")
    with pytest.raises(NotYet):
        elsewhere.enter(chat.seeker, by_link)
    assert house.asked == []


def test_with_the_end_of_the_call_the_way_to_it_is_gone(chat: Chat, by_link: UUID) -> None:
    elsewhere.bring(chat.counsellor, by_link, "https://rooms.example/sentinel")

    meetings.end(chat.counsellor, by_link)

    assert rooms_world.row(by_link).sealed is None


def test_only_the_counsellor_brings_it_and_only_where_it_is_asked_for(chat: Chat, by_link: UUID) -> None:
    with pytest.raises(NotFound):
        elsewhere.bring(chat.seeker, by_link, "https://rooms.example/x")
    with pytest.raises(DomainError):
        elsewhere.bring(chat.counsellor, by_link, "http://rooms.example/x")
    Meeting.objects.filter(pk=by_link).update(provider="bbb")
    with pytest.raises(Conflict):
        elsewhere.bring(chat.counsellor, by_link, "https://rooms.example/x")


# --- the configuration -----------------------------------------------------------------------------------------------


def test_a_secret_is_sealed_and_opens_for_its_kind_and_address_alone(ole: Actor, team: Team, house: FakeRooms) -> None:
    row = rooms_world.room(ole, team, "webex", house)

    assert TOKEN.encode() not in bytes(row.sealed or b"")
    assert configured.secret(row) == TOKEN
    for change in ({"address": "https://elsewhere.example"}, {"provider": "bbb"}):
        Room.objects.filter(pk=row.pk).update(**change)
        assert not configured.has_secret(Room.objects.get())
        with pytest.raises(RoomRefused):
            configured.check(Room.objects.get())
        Room.objects.filter(pk=row.pk).update(address=row.address, provider=row.provider)
    assert house.asked == []
    entry = AuditEntry.objects.filter(event="room_set").latest("at")
    assert (entry.actor, entry.subject, entry.code) == (ole.id, team.pk, "webex")


def test_saving_without_a_secret_keeps_what_fits_and_drops_the_rest(ole: Actor, team: Team, house: FakeRooms) -> None:
    row = rooms_world.room(ole, team, "bbb", house)
    row.label = "BigBlueButton der Stadt"
    configured.save(ole, row, "")
    assert configured.secret(Room.objects.get()) == SECRET
    assert configured.company(team.pk, "bbb") == "BigBlueButton der Stadt"

    row.provider = "jitsi"
    configured.save(ole, row, "")
    assert (Room.objects.get().sealed, Room.objects.get().sealed_at) == (None, None)


def test_a_rotation_brings_the_secrets_along(ole: Actor, team: Team, house: FakeRooms, monkeypatch) -> None:
    row = rooms_world.room(ole, team, "bbb", house)
    assert configured.reseal() == 0
    kid = operational.kid_of(row.sealed or b"")
    assert (configured.under(kid), configured.under("other")) == (1, 0)
    assert rotation.needs(kid, timezone.now())["secrets of rooms"] == 1

    monkeypatch.setattr(operational, "reseal", lambda sealed, purpose: operational.seal_operational(SECRET, purpose))
    assert rotation.renew()["secrets of rooms"] == 1
    assert configured.secret(Room.objects.get()) == SECRET
    Room.objects.update(sealed=b"tampered")
    monkeypatch.undo()
    assert configured.reseal() == 0
