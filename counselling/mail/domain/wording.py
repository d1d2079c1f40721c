"""What our mails say: nothing that tells somebody else who reads over a shoulder what this is about."""

from django.utils import translation
from django.utils.translation import gettext as _

from counselling.mail.models import OutgoingMail


def of(kind: str, language: str, code: str = "") -> tuple[str, str]:
    """Subject and text of a mail in this language; `code` is for a confirming one."""
    with translation.override(language):
        match kind:
            case OutgoingMail.Kind.NEWS:
                return _("Es gibt etwas Neues"), _news()
            case OutgoingMail.Kind.CONFIRM:
                return _("Dein Code"), _confirm() % {"code": code}
            case OutgoingMail.Kind.DANGER:
                return _("Bitte in die Liste schauen"), _("In der Liste „Gefahr“ fehlt ein zweiter Blick.")
            case OutgoingMail.Kind.NOBODY:
                return _("Gerade ist niemand da"), _("Es ist geöffnet, aber niemand ist angemeldet.")
            case OutgoingMail.Kind.SHIFT:
                shift = _("In der Schicht ist eine Grenze erreicht, die ihr festgelegt habt.")
                return _("Bitte auf die Schicht schauen"), shift
            case _:
                return _("Bitte melde dich an"), _("Ein Brief kann nicht warten. Bitte melde dich an.")


def _news() -> str:
    return _(
        "Hallo,\n\n"
        "es gibt etwas Neues. Schau nach, wenn du einen ruhigen Moment hast.\n\n"
        "Auf diese Mail kannst du nicht antworten. Du willst keine mehr? Schalte sie dort aus, wo du sie "
        "eingeschaltet hast.\n"
    )


def _confirm() -> str:
    return _(
        "Hallo,\n\n"
        "dein Code ist: %(code)s\n\n"
        "Er gilt 30 Minuten. Tipp ihn dort ein, wo du deine Adresse angegeben hast.\n\n"
        "Du hast nichts angegeben? Dann musst du nichts tun, und es kommt nichts mehr.\n"
    )
