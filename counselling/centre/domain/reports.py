"""Reports of barriers: taken in without a name, sealed at once, opened only in the administration."""

import datetime as dt

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext

from counselling.centre.models import BarrierReport
from counselling.errors import Empty, TooLong
from counselling.vault.master import KeyFileProblem
from counselling.vault.operational import kid_of, open_operational, seal_operational
from counselling.vault.operational import reseal as reseal_operational
from counselling.vault.sealing import Unreadable

TEXT_LIMIT = 4_000
REPLY_LIMIT = 200
KEPT_DAYS = 180
_TEXT, _REPLY = "barrier-report", "barrier-reply"


def hand_in(text: str, *, reply_to: str, today: dt.date) -> None:
    """Keep a report; `reply_to` may be empty. Raises Empty or TooLong and then keeps nothing."""
    text, reply_to = text.strip(), reply_to.strip()
    if not text:
        raise Empty
    for said, limit in ((text, TEXT_LIMIT), (reply_to, REPLY_LIMIT)):
        if len(said) > limit:
            raise TooLong(_too_long(limit))
    with transaction.atomic():
        BarrierReport.objects.create(
            sealed=seal_operational(text, _TEXT),
            reply_sealed=seal_operational(reply_to, _REPLY) if reply_to else None,
            created_on=today,
        )


def text_of(report: BarrierReport) -> str:
    """What was written; a friendly dash where it can no longer be opened."""
    return _opened(report.sealed, _TEXT)


def reply_of(report: BarrierReport) -> str:
    """Where an answer may go, or an empty text."""
    return _opened(report.reply_sealed, _REPLY) if report.reply_sealed else ""


def prune(today: dt.date) -> int:
    """Delete reports older than 180 days; returns how many. The privacy page promises this."""
    count, _ = BarrierReport.objects.filter(created_on__lt=today - dt.timedelta(days=KEPT_DAYS)).delete()
    return count


def reseal() -> int:
    """Bring every report under the active master key, before an old one is taken out of the file; how many moved."""
    return sum(_reseal(report) for report in BarrierReport.objects.order_by("pk"))


def under(kid: str) -> int:
    """How many reports need this master key still."""
    rows = BarrierReport.objects.values_list("sealed", "reply_sealed")
    return sum(kid in {kid_of(sealed) for sealed in row if sealed} for row in rows)


def _reseal(report: BarrierReport) -> bool:
    try:
        text = reseal_operational(report.sealed, _TEXT)
        reply = reseal_operational(report.reply_sealed, _REPLY) if report.reply_sealed else None
    except (Unreadable, KeyFileProblem):
        return False
    if text == bytes(report.sealed):
        return False
    with transaction.atomic():
        return BarrierReport.objects.filter(pk=report.pk).update(sealed=text, reply_sealed=reply) == 1


def _too_long(limit: int) -> str:
    said = gettext("Das sind mehr als %(limit)s Zeichen. Kürze es bitte etwas, dein Text bleibt stehen.")
    return said % {"limit": number_format(limit, force_grouping=True)}


def _opened(sealed: bytes | memoryview, purpose: str) -> str:
    try:
        return open_operational(bytes(sealed), purpose)
    except Unreadable:
        return "–"
