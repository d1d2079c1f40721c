"""Work that ends by SIGKILL at a line of ours: `python -m tests.faults.cut_short AT VERB …`, on a ground, by a fork.

AT is the number of a line of `counselling` as they run, or the name of a function; "-" lets the work end and prints how
many lines it took. So a moment is as good on a busy machine as on a quiet one, and none needs a process to start up.
"""

import io
import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any, Self
from uuid import UUID

from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone

from counselling import errors
from counselling.__main__ import main as counselling
from counselling.cases.domain import erasing
from counselling.cases.models import Case, Deletion, Entry, Seal
from counselling.people.domain import access, audit_proof, canary, staffkeys
from counselling.people.models import AuditEntry, Seeker, Staff, Team
from tests.faults import vault_house
from tests.support import world

OURS = f"{Path(errors.__file__).parent}{os.sep}"
SAID = ["eins", "zwei", "drei"]


class Knife:
    """Follows the lines of the product in this thread; the process is gone before the chosen one runs."""

    def __init__(self, at: str) -> None:
        self.at, self.passed = at, 0

    def __call__(self, frame: FrameType, event: str, _arg: object) -> Self | None:
        """Python's trace function; modules that are read for the first time are no work."""
        code = frame.f_code
        if not code.co_filename.startswith(OURS) or code.co_name == "<module>":
            return None
        self.passed += event == "line"
        if self.at in {str(self.passed), code.co_name}:
            os.kill(os.getpid(), signal.SIGKILL)
        return self


# --- what is cut short -----------------------------------------------------------------------------------------------


def command(typed: str, *words: str) -> int:
    """A command as an operator types it; its exit code."""
    sys.argv, sys.stdin = ["counselling", *words], io.StringIO(typed)
    return counselling()


def wish(token: str) -> int:
    """A young person deletes everything; how many cases there were is nobody's exit code."""
    actor = access.seeker_by_token(token)
    if actor is None:
        return 1
    erasing.erase_all(actor)
    return 0


# --- what there is before, and afterwards ----------------------------------------------------------------------------


def talk(token: str, case: str) -> str:
    """Three messages of a young person; who that is."""
    actor = access.seeker_by_token(token)
    assert actor
    for text in SAID:
        world.say(actor, UUID(case), text)
    return str(actor.id)


def due(count: str) -> None:
    """So many cases whose time is over."""
    before = list(Case.objects.values_list("pk", flat=True))
    vault_house.new_cases(Team.objects.get(slug="linde"), int(count))
    ended = timezone.now() - timedelta(days=3)
    Case.objects.exclude(pk__in=before).update(state=Case.State.CLOSED, closed_at=ended)


def of_wish(token: str, case: str, seeker: str) -> dict[str, Any]:
    """What is left of a young person, and what anybody at all still reads."""
    return {
        "comes_in": access.seeker_by_token(token) is not None,
        "read": readable(UUID(case)),
        "seals": Seal.objects.filter(case=case).count(),
        "rows": Case.objects.filter(pk=case).count() + Entry.objects.filter(case=case).count(),
        "seeker": Seeker.objects.filter(pk=seeker).count(),
        **erased("wish"),
    }


def readable(case: UUID) -> list[str | None]:
    """The messages of a case as somebody with every key of its team reads them."""
    try:
        return world.texts(case)
    except (Case.DoesNotExist, errors.NotFound):
        return []


def of_prune() -> dict[str, Any]:
    """How many cases are due, how many of them still have their seals, and what was counted."""
    closed = Case.objects.filter(state=Case.State.CLOSED)
    whole = closed.filter(Exists(Seal.objects.filter(case=OuterRef("pk"))))
    problems = [problem.kind for problem in audit_proof.verify()]
    return {"due": closed.count(), "whole": whole.count(), "trail": problems, **erased("expired")}


def erased(reason: str) -> dict[str, int]:
    """How many cases were counted as erased, and how often the audit trail says so."""
    counted = Deletion.objects.filter(reason=reason).aggregate(Sum("number"))["number__sum"] or 0
    return {"counted": counted, "noted": AuditEntry.objects.filter(event="erased", code=reason).count()}


def of_staff(name: str, *passwords: str) -> dict[str, Any]:
    """Whether somebody has a row, a password, a key; and which of these passwords opens it."""
    person = Staff.objects.filter(username=name).select_related("key").first()
    return {
        "rows": Staff.objects.filter(username=name).count(),
        "password": bool(person and person.has_usable_password()),
        "key": hasattr(person, "key"),
        "opens": [staffkeys.recognise(name, password) is not None for password in passwords],
    }


def of_keys(passwords: str) -> dict[str, Any]:
    """As `vault_house.everybody`, after what a server asks before it starts."""
    canary.check()
    return vault_house.everybody(json.loads(passwords))


WORK = {"command": command, "wish": wish}
LOOKS = {"talk": talk, "due": due, "wish": of_wish, "prune": of_prune, "staff": of_staff, "keys": of_keys}


def main() -> int:
    """Look when AT is "look", else work."""
    at, verb, *words = sys.argv[1:]
    if at == "look":
        print(json.dumps(LOOKS[verb](*words)))  # type: ignore[operator]  # each takes its words
        return 0
    knife = Knife(at)
    sys.settrace(knife)
    code = WORK[verb](*words)
    sys.settrace(None)
    print(knife.passed)
    return code


if __name__ == "__main__":
    sys.exit(main())
