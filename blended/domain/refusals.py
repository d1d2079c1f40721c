"""What cannot be offered, booked or moved like this, said so that a form can show it where it belongs."""

from django.utils.functional import Promise

from counselling.errors import Conflict, Invalid


class Refused(Invalid):
    """A value that does not work; `field` names where the form says so ("" for the whole form)."""

    def __init__(self, field: str, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.field = field


class Clash(Conflict):
    """Something of one's own stands there already; the sentence names it."""
