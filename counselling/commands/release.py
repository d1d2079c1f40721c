"""Publish what is due: quarters and years whose numbers have settled. The systemd timer's command, also by hand."""

import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """No options: what is due follows from the calendar."""


def run(_words: argparse.Namespace) -> str:
    """Freeze every period that is due; with a year its count rows are destroyed. Safe to repeat."""
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    from django.utils import timezone  # noqa: PLC0415 -- after setup()

    from counselling.statistics.domain import releases  # noqa: PLC0415 -- as above

    done = releases.freeze_due(timezone.now())
    return f"Published: {', '.join(done)}." if done else "Nothing is due: a period is published 21 days after its end."
