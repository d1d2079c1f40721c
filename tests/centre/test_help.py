"""Help numbers: right at every hour, even when nobody entered any, and nearly free."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import translation

from counselling.centre import defaults
from counselling.centre.default_help import CONTACTS
from counselling.centre.domain import help as help_contacts
from counselling.centre.domain import help_store
from counselling.centre.models import HelpContact, HelpHour
from tests.centre.clock import local

pytestmark = pytest.mark.django_db
MONDAY = local("2026-11-23T00:00")
WEEK = [MONDAY + dt.timedelta(hours=hour) for hour in range(168)]


def open_codes(now: dt.datetime) -> set[str]:
    return {contact.code for contact in help_contacts.open_now(now)}


@pytest.mark.usefixtures("centre")
def test_somebody_to_call_and_to_write_to_at_every_hour_of_the_week() -> None:
    for now in WEEK:
        contacts = help_contacts.open_now(now)
        talking = {contact.channel for contact in contacts if not contact.emergency}
        assert (contacts[0].code, talking) == ("112", {"spoken", "written"}), now
    assert help_contacts.gaps() == []


def test_without_any_record_the_last_resort_stands() -> None:
    for now in WEEK[::12]:
        assert [contact.code for contact in help_contacts.open_now(now)] == ["112", "116123", "krisenchat"]


def test_without_a_database_the_last_resort_needs_no_query(django_assert_num_queries: Callable[..., object]) -> None:
    with django_assert_num_queries(0):
        contacts = help_contacts.built_in(MONDAY)

    assert [contact.channel for contact in contacts] == ["spoken", "spoken", "written"]


@pytest.mark.usefixtures("centre")
def test_112_stands_first_even_when_switched_off_or_moved() -> None:
    HelpContact.objects.filter(code="112").update(active=False, position=999)

    assert help_contacts.open_now(MONDAY)[0].code == "112"


@pytest.mark.usefixtures("centre")
def test_the_first_four_hold_somebody_to_call_and_to_write_to_in_whatever_order() -> None:
    HelpContact.objects.filter(channel="written").update(position=900)
    HelpContact.objects.filter(emergency=True).update(position=0)

    for now in WEEK:
        first = help_contacts.open_now(now)[:4]
        talking = {contact.channel for contact in first if not contact.emergency}
        assert (first[0].code, talking) == ("112", {"spoken", "written"}), now


@pytest.mark.usefixtures("centre")
def test_where_only_an_emergency_service_can_be_written_to_it_is_among_the_first() -> None:
    HelpContact.objects.filter(code="krisenchat").update(active=False)

    assert [contact.code for contact in help_contacts.open_now(MONDAY)[:3]] == ["112", "telefonseelsorge", "nora"]


@pytest.mark.usefixtures("centre")
def test_an_emergency_service_is_nobody_to_talk_to() -> None:
    HelpContact.objects.filter(emergency=False).delete()

    assert {"116123", "krisenchat"} <= open_codes(MONDAY)


@pytest.mark.usefixtures("centre")
def test_a_contact_that_the_centre_switched_off_does_not_come_back() -> None:
    HelpContact.objects.filter(code="krisenchat").update(active=False)

    assert "krisenchat" not in open_codes(MONDAY)


@pytest.mark.usefixtures("centre")
def test_gaps_name_each_hour_without_somebody_to_write_to() -> None:
    HelpContact.objects.filter(code="krisenchat").update(active=False)

    gaps = help_contacts.gaps()

    assert len(gaps) == 168
    assert gaps[3] == "Montag, 3 bis 4 Uhr: niemand zum Schreiben"


@pytest.mark.usefixtures("centre")
def test_a_single_missing_minute_is_a_gap() -> None:
    HelpHour.objects.filter(contact__code="krisenchat", weekday=6).update(closes=dt.time(23, 59))

    assert help_contacts.gaps() == ["Sonntag, 23 bis 24 Uhr: niemand zum Schreiben"]


@pytest.mark.usefixtures("centre")
def test_emergency_services_do_not_hide_a_gap() -> None:
    HelpContact.objects.filter(channel="spoken", emergency=False).delete()

    assert help_contacts.gaps()[0] == "Montag, 0 bis 1 Uhr: niemand zum Anrufen"
    assert len(help_contacts.gaps()) == 168


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23T13:59", False),
        ("2026-11-23T14:00", True),
        ("2026-11-28T19:59", True),
        ("2026-11-28T20:00", False),
        ("2026-11-29T15:00", False),
        ("2026-07-06T14:00", True),
    ],
)
@pytest.mark.usefixtures("centre")
def test_hours_are_local_and_end_on_time(moment: str, expected: bool) -> None:
    assert ("116111" in open_codes(local(moment))) is expected


@pytest.mark.usefixtures("centre")
def test_all_contacts_come_in_the_order_of_the_centre_with_their_state() -> None:
    contacts = help_contacts.all_contacts(MONDAY)

    assert [contact.code for contact in contacts] == [contact.code for contact in CONTACTS]
    assert {contact.code for contact in contacts if contact.answers_later} == {
        "jugendnotmail",
        "bke",
        "telefonseelsorge-online",
    }
    assert not any(contact.open_now for contact in contacts if contact.answers_later)


@pytest.mark.usefixtures("centre")
def test_a_view_says_how_when_and_in_which_languages() -> None:
    by_code = {contact.code: contact for contact in help_contacts.all_contacts(MONDAY)}
    kummer, chat, violence = by_code["116111"], by_code["krisenchat"], by_code["116016"]

    assert (kummer.link, kummer.reach, kummer.site) == ("tel:116111", "116 111", "nummergegenkummer.de")
    assert kummer.hours == ("Montag bis Samstag, 14 bis 20 Uhr",)
    assert (chat.link, chat.reach) == ("https://krisenchat.de", "krisenchat.de")
    assert chat.cost == "kostenlos"
    assert {"Deutsch", "Türkisch", "Gebärdensprache"} <= set(violence.languages)


@pytest.mark.usefixtures("centre")
def test_names_and_notes_follow_the_reader() -> None:
    with translation.override("en"):
        first = help_contacts.open_now(MONDAY)[0]

    assert first.name == "Emergency call 112"
    assert first.note.startswith("When you")


def test_an_unknown_language_code_is_shown_as_it_is() -> None:
    HelpContact.objects.create(code="x", name="X", channel="spoken", number="1", languages="de, tlh")

    assert help_contacts.all_contacts(MONDAY)[1].languages == ("Deutsch", "tlh")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_reads_the_contacts_with_two_queries_and_then_with_none(
    rows: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for number in range(rows):
        contact = HelpContact.objects.create(code=str(number), name="X", channel="spoken", number="1")
        HelpHour.objects.create(contact=contact, weekday=0, opens=dt.time(0), closes=dt.time(0))

    with django_assert_num_queries(2):
        help_contacts.open_now(MONDAY)
    with django_assert_num_queries(0):
        help_contacts.open_now(MONDAY)


@pytest.mark.usefixtures("centre")
def test_kept_contacts_are_read_again_after_30_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(help_store.time, "monotonic", lambda: clock[0])
    assert "116123" in open_codes(MONDAY)
    HelpContact.objects.filter(code="116123").update(active=False)

    clock[0] += 30
    assert "116123" in open_codes(MONDAY)
    clock[0] += 1
    assert "116123" not in open_codes(MONDAY)


@pytest.mark.usefixtures("centre")
def test_ensure_leaves_alone_what_a_centre_changed() -> None:
    HelpContact.objects.filter(code="116123").delete()
    HelpContact.objects.filter(code="bke").update(name="Anders")

    defaults.ensure()

    assert not HelpContact.objects.filter(code="116123").exists()
    assert HelpContact.objects.get(code="bke").name == "Anders"
