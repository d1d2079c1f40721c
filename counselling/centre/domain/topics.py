"""What it may be about, for the start of a chat and the closing form."""

from counselling.centre.models import Topic


def active() -> list[tuple[str, str]]:
    """(code, label) of the topics on offer, in order, labels in the reader's language."""
    return [(topic.code, topic.name) for topic in Topic.objects.filter(active=True)]


def codes() -> set[str]:
    """The codes that a new answer may use."""
    return set(Topic.objects.filter(active=True).values_list("code", flat=True))


def labels() -> dict[str, str]:
    """Every topic's label, switched-off ones too: what earlier answers meant."""
    return {topic.code: topic.name for topic in Topic.objects.all()}
