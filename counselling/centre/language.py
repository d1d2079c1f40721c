"""Texts that a centre enters in German and, if it likes, in English."""

from django.utils.translation import get_language


def prefer(german: str, english: str) -> str:
    """The English text for readers of anything but German, where there is one; else the German one."""
    return english if english and not (get_language() or "de").startswith("de") else german
