"""How we speak to the mail server: as the sender's domain, since every server on the way writes our name down."""

import smtplib
from contextlib import suppress
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend


def sender_domain() -> str:
    """What follows the @ in DEFAULT_FROM_EMAIL; "localhost" where nothing does."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


class NeutralBackend(EmailBackend):
    """Django's, which would introduce itself by this machine's full name; mails carry that in their headers."""

    def __init__(self, *words: Any, **more: Any) -> None:
        """Without starttls or tls the password stays here: it would cross the network in clear."""
        super().__init__(*words, **more)
        if not (self.use_tls or self.use_ssl):
            self.username = self.password = ""

    def open(self) -> bool | None:
        """As Django's; a connection that came about only by half is closed at once."""
        try:
            return super().open()
        except OSError:
            with suppress(OSError):
                self.close()
            raise

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """What `open` of Django's backend makes its connection with."""
        return _NeutralOverTls if self.use_ssl else _Neutral


class _Neutral(smtplib.SMTP):
    def __init__(self, host: str, port: int, **more: Any) -> None:
        super().__init__(host, port, **more | {"local_hostname": sender_domain()})


class _NeutralOverTls(smtplib.SMTP_SSL):
    def __init__(self, host: str, port: int, **more: Any) -> None:
        super().__init__(host, port, **more | {"local_hostname": sender_domain()})
