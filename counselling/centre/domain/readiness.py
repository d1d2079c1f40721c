"""What a centre still has to enter before it opens: asked by `counselling check`."""

from counselling.centre.models import Centre

# Imprint (§ 5 DDG), data protection (Art. 13 GDPR), the analogue door, and somebody to tell when nobody is there.
NEEDED = (
    "telephone",
    "address",
    "operator",
    "operator_address",
    "representative",
    "email",
    "data_protection_officer",
    "supervisory_authority",
    "accessibility_body",
    "alert_email",
)


def missing() -> list[str]:
    """The labels of the centre's fields that are needed and still empty, in German or the active language."""
    centre = Centre.load()
    fields = Centre._meta.fields  # noqa: SLF001 -- Django's documented way to ask a model about its fields
    return [str(field.verbose_name) for field in fields if field.name in NEEDED and not getattr(centre, field.name)]
