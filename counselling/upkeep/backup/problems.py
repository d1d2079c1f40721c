"""What a backup or its restoring may refuse with."""


class BackupProblem(Exception):
    """One clear sentence for the person at the console; nothing was changed unless it says so."""
