"""The command line's verbs. Each module has `add(parser)` and `run(words) -> str`: one sentence, safe to repeat."""


class Refusal(Exception):
    """One clear sentence on why a command does not run."""
