"""What a check finds."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One thing that would hurt.

    `code` is a word of our source. `says` is for the administrator and says what to do; it may name a team, a file or a
    host, so it is for the console, and only `code` goes into a report for others.
    """

    code: str
    says: str
