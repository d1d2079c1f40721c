"""The key figures of what came of it: closing forms, referrals, danger, appointments, feedback."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from counselling.statistics.domain.shapes import Figure

OUTCOMES: Final = (
    Figure(
        "filed",
        _("Ausgefüllte Abschlussbögen"),
        "count",
        _(
            "Wie oft die Beratung nach einem Chat oder am Ende der Briefe den Bogen ausfüllte. Gespräche, zu denen "
            "das niemand tat, fehlen in allen Tabellen daraus."
        ),
    ),
    Figure(
        "referrals",
        _("Weiterverweisungen"),
        "count",
        _("Wie viele Bögen einen Ort nennen, an den weiterverwiesen wurde. Ob jemand hinging, sagt die Zahl nicht."),
    ),
    Figure(
        "announced",
        _("Ankündigungen mit Ausgang"),
        "count",
        _(
            "Gemeinsam geschriebene Ankündigungen an andere Stellen, deren Ausgang das Team eingetragen hat. Offene"
            " fehlen."
        ),
    ),
    Figure(
        "risk",
        _("Gefährdungsstufen"),
        "count",
        _(
            "Wie oft eine Stufe in einem Fall zum ersten Mal eingeschätzt wurde. Ein Fall kann in mehreren Stufen "
            "stehen; es sind Einschätzungen, keine Vorfälle."
        ),
    ),
    Figure(
        "serious",
        _("Fälle mit ernster Gefahr"),
        "count",
        _("In wie vielen Fällen zum ersten Mal Orange oder Rot eingeschätzt wurde. Was niemand einschätzte, fehlt."),
    ),
    Figure(
        "dates",
        _("Termine mit Ausgang"),
        "count",
        _("Vereinbarte Termine, zu denen eingetragen ist, ob sie stattfanden. Abgesagte zählen nicht."),
    ),
    Figure(
        "missed",
        _("Versäumte Termine"),
        "share",
        _("Anteil der Termine mit Ausgang, die nicht stattfanden. Wer nicht kam oder warum, sagt die Zahl nicht."),
        "%",
        "dates",
    ),
    Figure(
        "feedback",
        _("Rückmeldungen"),
        "count",
        _("Wie viele nach einem Gespräch freiwillig geantwortet haben. Sie stehen nicht für alle anderen."),
    ),
    Figure(
        "helped",
        _("Es hat geholfen"),
        "share",
        _(
            "Anteil der Rückmeldungen mit 4 oder 5 von 5. Wer die Frage übersprang, zählt nicht dazu, aber im "
            "Ganzen mit."
        ),
        "%",
        "feedback",
    ),
)
