"""How we speak to the mail server: as the sender's domain, since every server on the way writes our name down."""

import smtplib
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend


def sender_domain() -> str:
    """What follows the @ in DEFAULT_FROM_EMAIL; "localhost" where nothing does."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


class NeutralBackend(EmailBackend):
    """Django's, which would introduce itself by this machine's full name; mails carry that in their headers."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """What `open` of Django's backend makes its connection with."""
        return _Neutral


class _Neutral(smtplib.SMTP):
    def __init__(self, host: str, port: int, **more: Any) -> None:
        super().__init__(host, port, **more | {"local_hostname": sender_domain()})
