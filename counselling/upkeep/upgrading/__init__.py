"""From one release to the next: check, back up, migrate, verify, collect static files, and say how to go back.

Migrations are made so that processes of the release before go on meanwhile (docs/upgrade.md); so they are restarted
one after the other afterwards.
"""


class UpgradeProblem(Exception):
    """One clear sentence, or a line for each, on why an upgrade does not go on."""
