"""An assessment in words: what was answered, in the order of the form; what is unknown is left out."""

from datetime import date

from django.utils.formats import date_format

from counselling.cases.domain import risk_words
from counselling.cases.domain.risk_content import Assessment


def _day(text: str) -> str:
    """An ISO day in the reader's words; "" where it is none."""
    try:
        return date_format(date.fromisoformat(text))
    except ValueError:
        return ""


def told(content: Assessment) -> list[tuple[str, str]]:
    """(question, answer) pairs."""
    texts = {name: (label, getattr(content, name)) for name, label in risk_words.TEXTS.items()}
    codes = {
        name: (label, risk_words.label(choices, getattr(content, name)))
        for name, (label, choices) in {**risk_words.LADDER, **risk_words.AROUND}.items()
        if getattr(content, name) != "unknown"
    }
    order = ("said", "observed", *risk_words.LADDER, "protective", *risk_words.AROUND)
    days = {"insofa_on": (risk_words.INSOFA_ON, _day(content.insofa_on))}
    rest = ("participants", "insofa_on", "decision", "next_step")
    known = texts | codes | days
    found = [known[name] for name in (*order, *rest) if name in known]
    return [(str(label), answer) for label, answer in found if answer]
