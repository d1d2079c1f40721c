"""Whatever happens in whatever order: exactly the right people read each case, after every single step.

The model beside the machine knows people, who was let in by whom, and nothing of keys, seals or epochs.
"""

import base64
import os
import secrets
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as live
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from counselling.cases.domain import keys, rewrap
from counselling.cases.domain.erasing import erase_case
from counselling.cases.models import Case, Seal
from counselling.errors import DomainError, Invalid, NotAllowed
from counselling.people.domain import access, canary, members, papers, passphrases, rotation, staffkeys, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.domain.rings import Ring
from counselling.people.models import Staff, Team, TeamKey
from counselling.vault import keyfile
from counselling.vault.keys import new_key
from tests.people import vault_hands as hands

pytestmark = [] if live.EMBEDDED else [pytest.mark.long]
PASSWORD = "Kiesel im Schuh 7"
MOST_PEOPLE, MOST_CASES = 10, 6
EXAMPLES, STEPS = (60 if os.environ.get("BIG") else 8 if live.EMBEDDED else 4), 30
PICK, TEAMS = st.integers(0, 9), st.integers(0, 2)


class Person:
    """A member of staff: their sign-in is what they know, nothing that lies in a ring."""

    def __init__(self, staff: Staff) -> None:
        self.id, self.alias = staff.pk, staff.alias
        self.password = ""
        self.team: UUID | None = None
        self.active = True
        self.role = "counsellor"

    def sign_in(self) -> Actor:
        """A fresh session by password: what it opens, it opens anew."""
        known = staffkeys.recognise(self.alias, self.password)
        staff = Staff.objects.get(pk=self.id)
        return Actor.for_staff(staff, f"of {self.alias}", Ring(known[1]) if known else None)

    def set_password(self) -> None:
        self.password = f"{PASSWORD} {secrets.token_hex(4)}"
        staffkeys.set_password(Staff.objects.get(pk=self.id), self.password)


class Young:
    """A young person: a cookie, perhaps a passphrase, and their one case."""

    def __init__(self, token: str, seeker: UUID, case: UUID, team: UUID, key: bytes) -> None:
        self.token: str = token
        self.seeker, self.case, self.team, self.key = seeker, case, team, key
        self.words = ""


class Vaults(RuleBasedStateMachine):
    """Two teams at work, and whatever befalls them."""

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = transaction.atomic()
        self.sandbox.__enter__()
        self.before = live.MASTER_KEY_FILE
        live.MASTER_KEY_FILE = fresh_key_file()
        self.teams = [Team.objects.create(name=name, slug=name.lower()) for name in ("Linde", "Eiche")]
        self.inside: dict[UUID, set[UUID]] = {team.pk: set() for team in self.teams}  # the model: team -> staff
        self.paper: dict[UUID, str] = {}
        self.worn: dict[UUID, list[str]] = {team.pk: [] for team in self.teams}  # papers that were renewed
        self.everybody: dict[UUID, Person] = {}
        self.cases: dict[UUID, Young] = {}
        self.shredded: list[tuple[UUID, UUID]] = []
        self.planted: list[tuple[TeamKey, bytes]] = []  # with the private half that whoever planted it has
        self.gone: list[tuple[UUID, bytes]] = []  # private halves of pairs that were replaced
        # What somebody knew of a team's keys when they went, and the cases that were there by then.
        self.knew: list[tuple[UUID, dict[tuple[UUID, int], bytes], set[UUID]]] = []
        canary.check()
        self._at_work()

    def teardown(self) -> None:
        live.MASTER_KEY_FILE = self.before
        transaction.set_rollback(True)
        self.sandbox.__exit__(None, None, None)

    # --- people ------------------------------------------------------------------------------------------------------

    def _at_work(self) -> None:
        """Each team has a founder and a colleague inside, somebody new outside, and a case."""
        for number, team in enumerate(self.teams):
            founder, colleague, _ = (self._join(number) for _ in range(3))
            self.paper[team.pk] = hands.found(founder.sign_in(), team)
            hands.let_in(founder.sign_in(), team, colleague.sign_in())
            self.inside[team.pk] = {founder.id, colleague.id}
            self._open_case(team)

    @rule(team=TEAMS)
    def join(self, team: int) -> None:
        if len(self.everybody) < MOST_PEOPLE:
            self._join(team)

    @rule()
    def begin_a_team(self) -> None:
        """A third team whose vault nobody set up yet."""
        if len(self.teams) < 3:
            team = Team.objects.create(name="Buche", slug="buche")
            self.teams.append(team)
            self.inside[team.pk], self.worn[team.pk] = set(), []
            self._join(2)

    def _join(self, team: int) -> Person:
        staff = Staff(username=f"p{len(self.everybody)}", alias=f"p{len(self.everybody)}")
        staff.set_unusable_password()
        staff.save(force_insert=True)
        team %= len(self.teams)
        staff.teams.add(self.teams[team])
        person = Person(staff)
        person.set_password()
        person.team = self.teams[team].pk
        self.everybody[person.id] = person
        return person

    @rule(who=PICK)
    def found(self, who: int) -> None:
        person = self._person(who)
        actor, team = person.sign_in(), self._team(person)
        if team.pk in self.paper or not self._counsels(person):
            with pytest.raises(DomainError):
                hands.found(actor, team)
        else:
            self.paper[team.pk] = hands.found(actor, team)
            self.inside[team.pk] = {person.id}

    @rule(who=PICK, whom=PICK)
    def let_in(self, who: int, whom: int) -> None:
        by, newcomer = self._person(who), self._person(whom)
        team = self._team(by)
        allowed = (
            by.id in self.inside[team.pk]
            and self._counsels(newcomer)
            and newcomer.team == team.pk
            and newcomer.id != by.id
        )
        words = hands.words_of(newcomer.id)
        if allowed:
            members.let_in(by.sign_in(), team.pk, newcomer.id, words=words)
            self.inside[team.pk].add(newcomer.id)
        else:
            with pytest.raises(DomainError):
                members.let_in(by.sign_in(), team.pk, newcomer.id, words=words)

    @rule(who=PICK, how=st.sampled_from(["off", "role", "move"]))
    def leave(self, who: int, how: str) -> None:
        person = self._person(who)
        self._remember(person)
        staff = Staff.objects.get(pk=person.id)
        if how == "off":
            person.active = staff.is_active = False
        elif how == "role":
            person.role = staff.role = "supervisor"
        else:
            person.team = next(team.pk for team in self.teams if team.pk != person.team)
            staff.teams.set([person.team])
        staff.save(update_fields=["is_active", "role"])
        for team in self.teams:
            members.reconcile(team.pk)
        for team_id, inside in self.inside.items():
            if not self._counsels(person) or person.team != team_id:
                inside.discard(person.id)

    @rule(who=PICK)
    def come_back(self, who: int) -> None:
        """Switched on again, in the old role: but whoever left is let in anew or not at all."""
        person = self._person(who)
        person.active, person.role = True, "counsellor"
        Staff.objects.filter(pk=person.id).update(is_active=True, role="counsellor")

    @rule(who=PICK)
    def reset(self, who: int) -> None:
        person = self._person(who)
        self._remember(person)
        old = person.sign_in().private
        if old:
            self.gone.append((person.id, old))
        person.set_password()
        for inside in self.inside.values():
            inside.discard(person.id)

    @rule(who=PICK)
    def change_password(self, who: int) -> None:
        person = self._person(who)
        actor = person.sign_in()
        if actor.private:
            person.password = f"{PASSWORD} {secrets.token_hex(4)}"
            staff = Staff.objects.get(pk=person.id)
            staffkeys.change_password(staff, actor.private, person.password, session=person.id)

    # --- the paper ---------------------------------------------------------------------------------------------------

    @rule(who=PICK)
    def recover(self, who: int) -> None:
        person = self._person(who)
        team = self._team(person)
        if team.pk in self.paper and self._counsels(person):
            papers.recover(person.sign_in(), team.pk, self.paper[team.pk])
            self.inside[team.pk].add(person.id)
        else:
            with pytest.raises(DomainError):
                papers.recover(person.sign_in(), team.pk, self.paper.get(team.pk, ""))

    @rule(who=PICK)
    def renew_paper(self, who: int) -> None:
        person = self._person(who)
        team = self._team(person)
        if person.id in self.inside[team.pk]:
            self.worn[team.pk].append(self.paper[team.pk])
            self.knew.append((team.pk, dict(papers.ring_of(team.pk, self.paper[team.pk]).teams), set(self.cases)))
            self.paper[team.pk] = hands.renew(person.sign_in(), team)

    @rule(who=PICK)
    def worn_papers_let_nobody_in(self, who: int) -> None:
        person = self._person(who)
        team = self._team(person)
        for worn in self.worn[team.pk]:
            with pytest.raises((Invalid, NotAllowed, DomainError)):
                papers.recover(person.sign_in(), team.pk, worn)

    # --- somebody who writes the database ----------------------------------------------------------------------------

    @rule(team=TEAMS)
    def plant_an_epoch(self, team: int) -> None:
        team_id = self.teams[team % len(self.teams)].pk
        self.planted.append(hands.plant(team_id))

    # --- what runs by itself -----------------------------------------------------------------------------------------

    @rule(who=PICK)
    def look_at_the_desk(self, who: int) -> None:
        person = self._person(who)
        rewrap.catch_up(person.sign_in())

    @rule(team=TEAMS)
    def rewrap_by_paper(self, team: int) -> None:
        team_id = self.teams[team % len(self.teams)].pk
        if team_id in self.paper:
            rewrap.whole(team_id, self.paper[team_id])
            assert sum(map(teamkeys.is_vouched, TeamKey.objects.filter(team=team_id))) == 1

    @rule()
    def rotate_the_master_key(self) -> None:
        from django.utils import timezone  # noqa: PLC0415 -- only here

        keyfile.add_key(live.MASTER_KEY_FILE, timezone.localdate())
        rotation.renew()
        assert set(rotation.renew().values()) == {0}

    # --- young people ------------------------------------------------------------------------------------------------

    @rule(team=TEAMS)
    def open_case(self, team: int) -> None:
        if len(self.cases) < MOST_CASES:
            self._open_case(self.teams[team % len(self.teams)])

    def _open_case(self, home: Team) -> None:
        actor, token = access.new_seeker()
        case_id = new_case(actor, home, opened=home.pk in self.paper)
        if case_id:
            self.cases[case_id] = Young(token, actor.id, case_id, home.pk, keys.case_key(actor, case_id))

    @precondition(lambda self: self.cases)
    @rule(which=PICK)
    def keep(self, which: int) -> None:
        young = self._young(which)
        actor = self._visit(young)
        assert actor
        young.words = f"kiesel {secrets.token_hex(6)} zwiebelturm"
        passphrases.keep(actor, "Stiller Otter", young.words)

    @precondition(lambda self: self.cases)
    @rule(which=PICK)
    def come_from_elsewhere(self, which: int) -> None:
        """Another browser, by passphrase or code; the first one's cookie is gone."""
        young = self._young(which)
        actor = self._visit(young)
        assert actor
        token = (
            passphrases.sign_in("Stiller Otter", young.words)
            if young.words
            else access.redeem_code(access.issue_code(actor))
        )
        assert token
        access.end_session(actor)
        young.token = token

    @precondition(lambda self: self.cases)
    @rule(which=PICK)
    def delete(self, which: int) -> None:
        young = self._young(which)
        erase_case(Case.objects.get(pk=young.case), reason="wish")
        self.shredded.append((young.case, young.team))
        del self.cases[young.case]

    def _visit(self, young: Young) -> Actor | None:
        return access.seeker_by_token(young.token)

    # --- what must always be so --------------------------------------------------------------------------------------

    @invariant()
    def exactly_those_inside_read(self) -> None:
        """Everybody signs in anew and tries every case."""
        every = list(self.cases)
        for person in self.everybody.values():
            readable = keys.case_keys(person.sign_in(), every)
            right = {
                case: young.key
                for case, young in self.cases.items()
                if person.active and person.id in self.inside[young.team]
            }
            assert readable == right

    @invariant()
    def young_people_read_their_own_alone(self) -> None:
        for young in self.cases.values():
            actor = self._visit(young)
            assert actor
            assert keys.case_keys(actor, list(self.cases)) == {young.case: young.key}

    @invariant()
    def every_paper_in_force_opens_its_team(self) -> None:
        for team, printed in self.paper.items():
            ring = papers.ring_of(team, printed)
            holder = Actor("staff", UUID(int=0), "counsellor", "", ring=ring)
            expected = {case: young.key for case, young in self.cases.items() if young.team == team}
            assert keys.case_keys(holder, list(self.cases)) == expected

    @invariant()
    def replaced_pairs_open_nothing(self) -> None:
        for staff, private in self.gone:
            left = Actor("staff", staff, "counsellor", "", ring=Ring(private))
            assert keys.case_keys(left, list(self.cases)) == {}

    @invariant()
    def what_they_knew_opens_nothing_that_came_later(self) -> None:
        """Not even with an old backup of the team's keys: a new epoch began when they went."""
        for team, halves, then in self.knew:
            later = [case for case, young in self.cases.items() if young.team == team and case not in then]
            rows = Seal.objects.filter(case__in=later, holder_kind="team").values_list("holder_id", "epoch")
            assert not {(UUID(holder), epoch) for holder, epoch in rows} & halves.keys()

    @invariant()
    def planted_keys_open_nothing(self) -> None:
        for key, private in self.planted:
            assert hands.opens(key, private) == 0

    @invariant()
    def nothing_is_left_of_what_was_deleted(self) -> None:
        assert not Seal.objects.filter(case__in=[case for case, _ in self.shredded]).exists()
        assert Seal.objects.filter(holder_kind="master").count() == 0

    @invariant()
    def the_page_says_who_is_inside(self) -> None:
        for team, inside in self.inside.items():
            assert set(teamkeys.openers(team).values_list("pk", flat=True)) == inside

    # --- the model's words -------------------------------------------------------------------------------------------

    def _remember(self, person: Person) -> None:
        """Before somebody goes: what of the team's keys they could have copied."""
        for team in self.teams:
            if person.id in self.inside[team.pk]:
                epochs = TeamKey.objects.filter(team=team).values_list("epoch", flat=True)
                halves = teamkeys.private_halves(person.sign_in(), [(team.pk, epoch) for epoch in epochs])
                self.knew.append((team.pk, halves, set(self.cases)))

    def _person(self, number: int) -> Person:
        return list(self.everybody.values())[number % len(self.everybody)]

    def _young(self, number: int) -> Young:
        return list(self.cases.values())[number % len(self.cases)]

    def _team(self, person: Person) -> Team:
        return next(team for team in self.teams if team.pk == person.team)

    @staticmethod
    def _counsels(person: Person) -> bool:
        return person.active and person.role == "counsellor"


def fresh_key_file() -> Path:
    path = Path(mkdtemp(prefix="vault-properties-", dir=live.VAR)) / "master.key"
    path.write_text(f"k1 {base64.b64encode(new_key()).decode()}\n")
    path.chmod(0o400)
    return path


def new_case(actor: Actor, team: Team, *, opened: bool) -> UUID | None:
    """A case as `opening` makes it, without a door; None where the team has no vault."""
    import uuid  # noqa: PLC0415 -- only here

    from django.utils import timezone  # noqa: PLC0415 -- only here

    case_id = uuid.uuid4()
    try:
        with transaction.atomic():
            key, made = keys.new_for(case_id, team=team.pk, seeker=actor.id)
            nickname = keys.seal_nickname(key, case_id, "Stiller Otter")
            Case.objects.create(
                pk=case_id, team=team, seeker_id=actor.id, language="de", nickname=nickname, opened_at=timezone.now()
            )
            Seal.objects.bulk_create(made)
    except DomainError:
        assert not opened
        return None
    assert opened
    return case_id


@pytest.mark.django_db
@pytest.mark.timeout(900)
def test_exactly_the_right_people_read_whatever_happens() -> None:
    quiet: list[Any] = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run(
        Vaults,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=quiet,
            print_blob=True,
        ),
    )
