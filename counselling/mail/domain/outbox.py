"""Mails without content that wait to be sent: each claimed once, tried again while the mail server is away.

Sending has a thread of its own in each process: no clock, no page and no letter ever waits for a mail server.
"""

import logging
import threading
import time
from datetime import datetime, timedelta
from email.utils import make_msgid
from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import DatabaseError, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from counselling import meters
from counselling.mail import backend
from counselling.mail.domain import news, wording
from counselling.mail.models import OutgoingMail
from counselling.vault import operational
from counselling.vault.master import KeyFileProblem
from counselling.vault.sealing import Unreadable

log = logging.getLogger("counselling.mail")

LONGEST_PAUSE = timedelta(minutes=64)
AT_ONCE = 50  # of a round; the next one begins with the next tick
_FOR_GOOD = 500  # from here on a mail server means it
_sending = threading.Lock()


def is_there() -> bool:
    """Whether this server can send mail at all."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def queue(kind: str, to: str, *, language: str, life: timedelta, seeker: UUID | None = None, code: str = "") -> None:
    """Have a mail sent as soon as this transaction is committed, and again and again for `life`; needs `atomic`."""
    now = timezone.now()
    OutgoingMail.objects.create(
        kind=kind,
        to=operational.seal_operational(to, address_purpose(seeker)),
        code=operational.seal_operational(code, code_purpose(seeker)) if code else None,
        language=language,
        seeker_id=seeker,
        not_before=now,
        until=now + life,
    )
    transaction.on_commit(lambda: start(timezone.now()), robust=True)


def start(now: datetime) -> int:
    """Begin to send what is due, unless this process is at it; how many are due then. Returns at once."""
    number = _due(now).count()
    if not number or not _sending.acquire(blocking=False):
        return 0
    try:
        threading.Thread(target=_work, args=(now,), name="outbox", daemon=True).start()
    except RuntimeError:  # no thread to be had: the next tick tries again
        _sending.release()
        return 0
    return number


def deliver(now: datetime) -> int:
    """Send what is due; how many were taken. Several processes may do this at once: each mail is sent by one."""
    began, taken = time.monotonic(), 0
    for mail in list(_due(now).order_by("until", "pk")[:AT_ONCE]):
        moment = now + timedelta(seconds=time.monotonic() - began)
        if _is_wanted(mail, moment) and _claim(mail, moment):
            taken += _send(mail, moment)
    return taken


def pause(tries: int) -> timedelta:
    """How long to wait after so many tries: 2, 4, 8 … 64 minutes. Longer than any try takes, so nobody sends twice."""
    return min(timedelta(minutes=2 ** min(tries, 10)), LONGEST_PAUSE)


def address_purpose(seeker: UUID | None) -> str:
    """What a sealed address is bound to: its young person, or the team's on-call list."""
    return f"notify|v1|{seeker}" if seeker else "page|v1"


def code_purpose(seeker: UUID | None) -> str:
    """What a sealed code is bound to."""
    return f"notify-code|v1|{seeker}"


def reseal() -> int:
    """Bring every waiting mail under the active master key; how many moved."""
    return sum(_reseal(mail) for mail in OutgoingMail.objects.order_by("pk"))


def under(kid: str) -> int:
    """How many waiting mails need this master key still."""
    rows = OutgoingMail.objects.values_list("to", "code")
    return sum(kid in {operational.kid_of(sealed) for sealed in row if sealed} for row in rows)


def _work(now: datetime) -> None:
    try:
        deliver(now)
    except DatabaseError as problem:
        log.warning("database away while sending mail: %s", type(problem).__name__)
    finally:
        connections.close_all()
        _sending.release()


def _due(now: datetime) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(not_before__lte=now)


def _is_wanted(mail: OutgoingMail, now: datetime) -> bool:
    """Otherwise it is dropped, or postponed to the next day."""
    verdict: news.Verdict = "drop" if mail.until <= now else "send"
    if verdict == "send" and mail.kind == OutgoingMail.Kind.NEWS and mail.seeker_id:
        verdict = news.verdict(mail.seeker_id, now)
    same = OutgoingMail.objects.filter(pk=mail.pk, tries=mail.tries, not_before=mail.not_before)
    with transaction.atomic():
        if verdict == "drop":
            same.delete()
        if verdict == "later":
            same.update(not_before=mail.not_before + news.DAY)
    return verdict == "send"


def _claim(mail: OutgoingMail, now: datetime) -> bool:
    """Take it for one try: nobody else does before its pause is over, also if this process dies."""
    tries = mail.tries + 1
    with transaction.atomic():
        same = OutgoingMail.objects.filter(pk=mail.pk, tries=mail.tries, not_before=mail.not_before)
        if same.update(tries=tries, not_before=now + pause(tries)) != 1:
            return False
    mail.tries = tries
    return True


def _send(mail: OutgoingMail, now: datetime) -> bool:
    """One try, outside of any transaction. What failed stays for the next; what can never succeed goes."""
    try:
        _message(mail).send()
    except (Unreadable, KeyFileProblem):
        return _give_up(mail, "it does not open")
    except SMTPRecipientsRefused as problem:
        codes = [code for code, _said in problem.recipients.values()]
        if all(code >= _FOR_GOOD for code in codes):
            return _give_up(mail, "its recipient is refused")
        return _failed(mail, type(problem).__name__)
    except (OSError, ValueError) as problem:  # OSError is also what every trouble of SMTP is
        return _failed(mail, type(problem).__name__)
    if mail.kind == OutgoingMail.Kind.NEWS and mail.seeker_id:
        news.told(mail.seeker_id, now)
    _remove(mail)
    return True


def _message(mail: OutgoingMail) -> EmailMessage:
    to = operational.open_operational(mail.to, address_purpose(mail.seeker_id))
    code = operational.open_operational(mail.code, code_purpose(mail.seeker_id)) if mail.code else ""
    subject, text = wording.of(mail.kind, mail.language, code)
    # The id would otherwise carry this machine's name.
    headers = {"Message-ID": make_msgid(domain=backend.sender_domain()), "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, text, to=[to], headers=headers)


def _failed(mail: OutgoingMail, why: str) -> bool:
    log.warning("a mail (%s) was not taken at try %d: %s", mail.kind, mail.tries, why)
    meters.FAILURES.add("mail")
    return False


def _give_up(mail: OutgoingMail, why: str) -> bool:
    log.warning("a mail (%s) is given up: %s", mail.kind, why)
    _remove(mail)
    return False


def _remove(mail: OutgoingMail) -> None:
    with transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).delete()


def _reseal(mail: OutgoingMail) -> bool:
    try:
        to = operational.reseal(mail.to, address_purpose(mail.seeker_id))
        code = operational.reseal(mail.code, code_purpose(mail.seeker_id)) if mail.code else None
    except (Unreadable, KeyFileProblem):
        return False
    if to == bytes(mail.to):
        return False
    with transaction.atomic():
        return OutgoingMail.objects.filter(pk=mail.pk).update(to=to, code=code) == 1
