"""What somebody wrote into a form that came back refused: kept on the page, so that nothing is lost (pitfalls 7)."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest

# Never sent back to a screen.
_SECRET: Final = ("csrfmiddlewaretoken", "password", "passphrase", "recovery")
# A letter, a message: shown however short it is.
_TEXT: Final = "text"
# Longer or multi-line values are what somebody wrote; shorter ones are choices and travel along unseen.
_WRITTEN_FROM: Final = 40


@dataclass(frozen=True)
class Field:
    """One posted value; `written` if a person typed it as text."""

    name: str
    value: str

    @property
    def written(self) -> bool:
        """Worth showing: a sentence, not a choice."""
        said = self.name == _TEXT and bool(self.value.strip())
        return said or len(self.value) >= _WRITTEN_FROM or "\n" in self.value


def fields(request: HttpRequest) -> list[Field]:
    """The posted values without secrets, in order; none where a foreign page sent them.

    A foreign page must not be able to fill a form of ours that a reader then sends with one tap.
    """
    if not _from_our_pages(request):
        return []
    return [
        Field(name, str(value))
        for name, values in request.POST.lists()
        if not any(secret in name for secret in _SECRET)
        for value in values
    ]


def _from_our_pages(request: HttpRequest) -> bool:
    own = f"{request.scheme}://{request.get_host()}"
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site else request.headers.get("Origin") == own
