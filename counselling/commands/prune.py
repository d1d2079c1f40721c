"""Erase what is past its time: the systemd timer's command."""

import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """No options: the times are settings."""


def run(_words: argparse.Namespace) -> str:
    """Cases, sessions, codes, samples, old entries of trail and admin; then the database's own leftovers.

    The trail's head in the summary reaches the system's journal with it, away from the database (pitfalls 23).
    """
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    from django.utils import timezone  # noqa: PLC0415 -- after setup()

    from counselling.cases.domain import deletions, retention  # noqa: PLC0415 -- as above
    from counselling.mail.domain import uploads  # noqa: PLC0415 -- as above
    from counselling.people.domain import audit_chain, audit_proof  # noqa: PLC0415 -- as above

    now = timezone.now()
    half = uploads.sweep(now)
    done = retention.prune(now) | {"half uploads": half}
    audit_chain.chain()
    head = audit_proof.examine(last=0).head
    return (
        f"Erased: {listed(done)}.\n"
        f"Deletion log of this month: {listed(deletions.this_month(timezone.localdate(now)))}.\n"
        f"Audit trail: {f'head {head}' if head else 'empty'}."
    )


def listed(numbers: dict[str, int]) -> str:
    """Such as "3 cases, 0 accesses"."""
    return ", ".join(f"{number} {what}" for what, number in numbers.items())
