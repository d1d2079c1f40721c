"""A text that both sides write: nobody loses words, an approval holds for one version, both make an agreement."""

import pytest

from blended.domain import referrals, together
from blended.domain.together import Stale
from blended.models import JointText
from counselling.cases.domain import agreements, closing
from counselling.cases.models import Agreement, Entry
from counselling.errors import Closed, Conflict, Empty, NotAllowed, NotFound, TooLong
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Team
from tests.blended import changes_world as ways
from tests.blended import partners_world
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db
TEXT = "Du rufst am Dienstag deine Schwester an."


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def chat(team: Team) -> Chat:
    return world.chat(team, world.counsellor(team, "Mara"))


@pytest.fixture
def begun(chat: Chat) -> Chat:
    """At version 2, with a text."""
    together.begin(chat.counsellor, chat.case)
    together.write(chat.counsellor, chat.case, TEXT, 1)
    return chat


def agreed(chat: Chat) -> list[str | None]:
    return [one.text for one in agreements.of_case(chat.seeker, chat.case, world.key(chat.case))]


def text(actor: Actor, chat: Chat) -> str | None:
    view = together.read(actor, chat.case)
    return view.text if view else None


def test_both_see_what_either_writes(chat: Chat) -> None:
    assert together.read(chat.seeker, chat.case) is None
    together.begin(chat.counsellor, chat.case)
    first = together.write(chat.seeker, chat.case, "Ich rufe an.", 1)
    assert (first.version, first.writing, first.side) == (2, False, "seeker")

    there = together.read(chat.counsellor, chat.case)

    assert there
    assert (there.text, there.version, there.writing, there.limit) == ("Ich rufe an.", 2, True, 1000)
    assert world.notices(chat.case)[-1] == "together_began"
    assert b"anruf" not in bytes(ways.joint(chat.case).sealed)


def test_only_the_counsellor_begins_and_an_open_one_stays(begun: Chat) -> None:
    again = together.begin(begun.counsellor, begun.case, "Etwas anderes")

    assert (again.text, JointText.objects.count()) == (TEXT, 1)
    assert world.notices(begun.case).count("together_began") == 1
    with pytest.raises(NotAllowed):
        together.begin(begun.seeker, begun.case)


def test_a_stale_version_changes_nothing_and_shows_what_stands_there(begun: Chat) -> None:
    together.write(begun.seeker, begun.case, TEXT + " Und ich bin dabei.", 2)

    with pytest.raises(Stale) as refused:
        together.write(begun.counsellor, begun.case, "Etwas anderes.", 2)

    assert (refused.value.now.text, refused.value.now.version) == (TEXT + " Und ich bin dabei.", 3)
    assert text(begun.counsellor, begun) == TEXT + " Und ich bin dabei."


def test_the_same_words_again_change_nothing_even_from_an_old_page(begun: Chat) -> None:
    assert together.write(begun.seeker, begun.case, TEXT, 1).version == 2


def test_both_for_the_same_version_make_an_agreement_under_the_counsellors_name(begun: Chat) -> None:
    assert together.approve(begun.counsellor, begun.case, 2) is False
    assert world.notices(begun.case)[-1] == "together_asked"

    assert together.approve(begun.seeker, begun.case, 2) is True

    assert agreed(begun) == [TEXT]
    assert Agreement.objects.get().author_id == begun.counsellor.id
    assert (world.notices(begun.case)[-1], Entry.objects.get(code="agreed").about) == ("agreed", {"name": "Mara"})
    assert together.read(begun.counsellor, begun.case) is None
    assert together.kept_last(begun.seeker, begun.case) == ways.joint(begun.case).pk
    assert AuditEntry.objects.filter(event="agreed", subject=begun.counsellor.id, actor=None).count() == 1
    assert together.approve(begun.seeker, begun.case, 2) is True
    assert agreed(begun) == [TEXT]


def test_the_young_person_may_be_first(begun: Chat) -> None:
    assert together.approve(begun.seeker, begun.case, 2) is False
    assert "together_asked" not in world.notices(begun.case)

    assert together.approve(begun.counsellor, begun.case, 2) is True

    assert agreed(begun) == [TEXT]


def test_whoever_changes_it_takes_back_both_approvals(begun: Chat) -> None:
    together.approve(begun.counsellor, begun.case, 2)
    changed = together.write(begun.seeker, begun.case, "Lieber am Mittwoch.", 2)
    assert (changed.mine, changed.theirs) == (False, False)

    assert together.approve(begun.seeker, begun.case, 3) is False
    with pytest.raises(Stale):
        together.approve(begun.counsellor, begun.case, 2)

    assert agreed(begun) == []
    assert together.approve(begun.counsellor, begun.case, 3) is True
    assert agreed(begun) == ["Lieber am Mittwoch."]


def test_the_young_person_is_asked_once_for_however_many_versions(begun: Chat) -> None:
    together.approve(begun.counsellor, begun.case, 2)
    together.write(begun.counsellor, begun.case, TEXT + "!", 2)
    together.approve(begun.counsellor, begun.case, 3)

    assert world.notices(begun.case).count("together_asked") == 1
    assert together.asks(begun.seeker, begun.case) == "asked"


def test_rather_not_needs_no_reason_and_nothing_waits_any_more(begun: Chat) -> None:
    together.approve(begun.counsellor, begun.case, 2)

    together.object_to(begun.seeker, begun.case)

    assert together.asks(begun.seeker, begun.case) == "open"
    assert text(begun.counsellor, begun) == TEXT
    with pytest.raises(NotAllowed):
        together.object_to(begun.counsellor, begun.case)
    together.approve(begun.seeker, begun.case, 2)
    assert agreed(begun) == []


def test_discarded_is_gone(begun: Chat) -> None:
    for _ in range(2):
        together.discard(begun.counsellor, begun.case)
    with pytest.raises(NotAllowed):
        together.discard(begun.seeker, begun.case)
    for refused in (
        lambda: together.write(begun.seeker, begun.case, "a", 2),
        lambda: together.approve(begun.seeker, begun.case, 2),
    ):
        with pytest.raises(Conflict):
            refused()
    assert (JointText.objects.count(), together.asks(begun.seeker, begun.case)) == (0, "")


def test_nothing_and_too_much_are_refused(chat: Chat) -> None:
    together.begin(chat.counsellor, chat.case)
    with pytest.raises(Empty):
        together.approve(chat.counsellor, chat.case, 1)
    with pytest.raises(TooLong):
        together.write(chat.seeker, chat.case, "x" * 1001, 1)
    assert together.write(chat.seeker, chat.case, "x" * 1000, 1).version == 2


def test_whoever_has_no_part_learns_nothing(team: Team, begun: Chat) -> None:
    stranger = world.chat(team, world.counsellor(team, "Ole"))
    for actor in (stranger.seeker, stranger.counsellor):
        for act in (
            lambda who=actor: together.read(who, begun.case),
            lambda who=actor: together.write(who, begun.case, "Hallo", 2),
            lambda who=actor: together.approve(who, begun.case, 2),
        ):
            with pytest.raises(NotFound):
                act()
    assert together.asks(stranger.seeker, begun.case) == ""
    assert text(begun.seeker, begun) == TEXT


def test_a_case_that_is_over_takes_no_agreement(begun: Chat) -> None:
    closing.close(begun.counsellor, begun.case, topics=[], ending="helped")
    for act in (
        lambda: together.write(begun.seeker, begun.case, "x", 2),
        lambda: together.approve(begun.seeker, begun.case, 2),
    ):
        with pytest.raises(Closed):
            act()


def test_an_agreement_of_before_stays_in_the_history(begun: Chat) -> None:
    agreements.write(begun.counsellor, begun.case, "Was vorher galt.")
    together.approve(begun.counsellor, begun.case, 2)
    together.approve(begun.seeker, begun.case, 2)

    assert agreed(begun) == [TEXT, "Was vorher galt."]


def test_what_does_not_open_is_said_and_not_agreed_on(begun: Chat) -> None:
    JointText.objects.update(sealed=b"broken")

    assert text(begun.seeker, begun) is None
    with pytest.raises(Empty):
        together.approve(begun.seeker, begun.case, 2)


def test_a_summary_is_written_the_same_way_once_the_young_person_is_asked(chat: Chat) -> None:
    made = partners_world.begun(chat)
    assert together.read(chat.seeker, chat.case, "referral") is None
    with pytest.raises(Conflict):
        together.write(chat.seeker, chat.case, "Ich", 2, "referral")
    referrals.ask(chat.counsellor, made, version=2)

    changed = together.write(chat.seeker, chat.case, "Ich möchte das anders sagen. " * 50, 2, "referral")

    assert (changed.version, changed.limit) == (3, 4000)
    assert referrals.one(chat.counsellor, made).text == "Ich möchte das anders sagen. " * 50
    assert together.read(chat.seeker, chat.case) is None


@pytest.mark.django_db(transaction=True)
def test_both_approve_while_one_edits_and_only_what_both_saw_is_agreed_on(team: Team) -> None:
    mara = world.counsellor(team, "Mara")
    for _ in range(4):
        chat = world.chat(team, mara)
        together.begin(mara, chat.case, TEXT)

        world.together(
            lambda chat=chat: together.approve(chat.counsellor, chat.case, 1),  # type: ignore[misc]
            lambda chat=chat: together.approve(chat.seeker, chat.case, 1),  # type: ignore[misc]
            lambda chat=chat: together.write(chat.seeker, chat.case, "Anders.", 1),  # type: ignore[misc]
        )

        view = together.read(mara, chat.case)
        if view is None:
            assert agreed(chat) == [TEXT]
        else:
            assert (view.text, view.mine, view.theirs, agreed(chat)) == ("Anders.", False, False, [])
        closing.end(chat.seeker, chat.case)


@pytest.mark.django_db(transaction=True)
def test_both_write_at_once_and_one_is_told(team: Team) -> None:
    chat = world.chat(team, world.counsellor(team, "Mara"))
    together.begin(chat.counsellor, chat.case)

    results = world.together(
        lambda: together.write(chat.seeker, chat.case, "Von mir.", 1),
        lambda: together.write(chat.counsellor, chat.case, "Von uns.", 1),
    )

    assert world.kinds(results) == ["Stale", "TextView"]
    stale = next(one for one in results if isinstance(one, Stale))
    assert stale.now.text == text(chat.seeker, chat)
