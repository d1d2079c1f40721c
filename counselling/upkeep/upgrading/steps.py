"""The steps of an upgrade in their order. Each is on disk before it begins; one that was stopped is gone on with."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from counselling.people.domain import canary
from counselling.upkeep.backup import release, writing
from counselling.upkeep.backup.problems import BackupProblem
from counselling.upkeep.upgrading import UpgradeProblem, before, code, schema, state, trace
from counselling.upkeep.upgrading.alone import alone
from counselling.upkeep.upgrading.trace import Trace

Tell = Callable[[str], None]

NOTHING: Final = "Nothing to upgrade: tables and static files are those of this code."
_BROKE_OFF: Final = (
    "The migration {} was not done ({}): nothing of it was kept, and those before it are. Servers of the release "
    "before may go on. Run `counselling upgrade` again when it is quieter; to go back: {}"
)
_FEWER: Final = (
    "After the migrations there are fewer rows than before: {}. Where servers run, people may have deleted them in "
    "these seconds, and then `counselling upgrade --even-so` ends this well. If not: {}"
)
_CHANGED: Final = "The migrations changed sealed texts, which nobody can open now. {}"


@dataclass(frozen=True)
class Upgraded:
    """How it ended."""

    ran: list[str]  # migrations
    back: str  # how to go back


def look(*, backup: bool) -> list[str]:
    """What `run` would do, a line each; changes nothing. Raises UpgradeProblem with what it would refuse."""
    before.reachable()
    last, wanted = trace.read(settings.VAR), schema.to_run()
    if _is_done(last, wanted):
        return [NOTHING]
    half = last is not None and last.is_half
    backup = backup and not half and _is_endangered(wanted)
    _refuse(before.problems(backup=backup))
    lines = [f"Would go on with the upgrade of {last.began}, which stopped at: {last.step}."] if last and half else []
    if backup:
        lines.append(f"Would write a backup to {settings.BACKUP_DIRECTORY}.")
    lines += [f"Would migrate: {name}." for name in wanted] or ["Would migrate nothing: the tables are up to date."]
    return [*lines, f"Would collect static files in {settings.STATIC_ROOT}."]


def run(tell: Tell, *, backup: bool, even_so: bool) -> Upgraded | None:
    """All steps; None when there is nothing to do. Raises UpgradeProblem, KeyFileProblem, OSError.

    `backup`: write one before migrations. `even_so`: take fewer rows than before for what people deleted meanwhile.
    """
    before.reachable()
    with alone():
        last, wanted = trace.read(settings.VAR), schema.to_run()
        if _is_done(last, wanted):
            return None
        if last and last.is_half:
            tell(f"Going on with the upgrade of {last.began}, which stopped at: {last.step}.")
            now = replace(last, code=code.fingerprint(), release=release.name())
        else:
            now = _begun(last, wanted)
        backup = backup and not now.is_half and _is_endangered(wanted)
        _refuse(before.problems(backup=backup))
        return _go(now, tell, backup=backup, even_so=even_so)


def _is_done(last: Trace | None, wanted: list[str]) -> bool:
    return not wanted and last is not None and last.step == "done" and last.code == code.fingerprint()


def _is_endangered(wanted: list[str]) -> bool:
    """Whether something is going to be done to somebody's rows."""
    return bool(wanted) and not schema.is_empty()


def _begun(last: Trace | None, wanted: list[str]) -> Trace:
    return Trace(
        step="backup",
        began=timezone.now().strftime("%Y-%m-%d %H:%M:%S UTC"),
        code=code.fingerprint(),
        release=release.name(),
        release_before=last.release if last else "",
        migrations=wanted,
    )


def _refuse(problems: list[str]) -> None:
    if problems:
        raise UpgradeProblem("\n".join(problems))


def _go(now: Trace, tell: Tell, *, backup: bool, even_so: bool) -> Upgraded:
    if not now.is_half:
        _note(now)
        now = _backed_up(now, tell) if backup else now
        now = replace(now, step="migrate", counts=state.counts(), sealed=_sealed())
    _note(now)
    _migrate(now, tell)
    now = replace(now, step="verify")
    _note(now)
    _verify(now, tell, even_so=even_so)
    now = replace(now, step="static")
    _note(now)
    _collect(tell)
    _note(replace(now, step="done"))
    return Upgraded(now.migrations, back(now))


def _note(now: Trace) -> None:
    try:
        trace.write(settings.VAR, now)
    except OSError as problem:
        raise UpgradeProblem(f"{settings.VAR} cannot be written to: {problem.strerror}.") from None


def _sealed() -> dict[str, str]:
    return {} if "cases_entry" not in state.tables() else state.sealed()


def _backed_up(now: Trace, tell: Tell) -> Trace:
    directory = settings.BACKUP_DIRECTORY
    if directory is None:
        raise UpgradeProblem(before.NO_BACKUP)
    tell(f"Writing a backup to {directory}.")
    try:
        written = writing.write(directory)
    except BackupProblem as problem:
        raise UpgradeProblem(f"{problem} Nothing was changed.") from None
    return replace(now, backup=written.name)


def _migrate(now: Trace, tell: Tell) -> None:
    wanted = schema.to_run()
    tell(f"Migrating: {', '.join(wanted)}." if wanted else "Migrating nothing: the tables are up to date.")
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as problem:
        left = schema.to_run()
        raise UpgradeProblem(_BROKE_OFF.format(left[0] if left else "?", type(problem).__name__, back(now))) from None


def _verify(now: Trace, tell: Tell, *, even_so: bool) -> None:
    """What was there is there, and as it was. Raises UpgradeProblem, KeyFileProblem."""
    tell("Comparing with before.")
    canary.check()
    still = state.still_sealed(now.sealed)
    if any(digest != now.sealed[number] for number, digest in still.items()):
        raise UpgradeProblem(_CHANGED.format(back(now)))
    after = state.counts()
    fewer = {table: (rows, after.get(table, 0)) for table, rows in now.counts.items() if after.get(table, 0) < rows}
    if fewer and not even_so:
        told = ", ".join(f"{table} {now} (before: {rows})" for table, (rows, now) in fewer.items())
        raise UpgradeProblem(_FEWER.format(told, back(now)))


def _collect(tell: Tell) -> None:
    """Beside those of the release before, which its processes still hand out."""
    tell("Collecting static files.")
    call_command("collectstatic", interactive=False, verbosity=0)


def back(now: Trace) -> str:
    """The commands that undo this upgrade."""
    release_before = f" ({now.release_before})" if now.release_before else ""
    code_back = f"put the code of the release before{release_before} back"
    if not now.migrations:
        return f"{code_back} and restart; the tables are the same."
    if not now.backup:
        return f"stop all servers, {code_back}, restore your own backup, and start. What was written since is lost."
    return (
        f"stop all servers, {code_back}, then run: counselling restore {settings.BACKUP_DIRECTORY} --at {now.backup} "
        "--replace --identity FILE. What was written since that backup is lost."
    )
