"""The way to the mail server: in clear only without a password, over TLS only to whom its certificate names."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import mail
from pytest_django import Settings

from tests.support import certificates
from tests.support.smtp import MailServer, mail_server

PASSWORD = "Kiesel im Schuh 7"


def send(settings: Settings, server: MailServer, security: str) -> None:
    settings.EMAIL_BACKEND = "counselling.mail.backend.NeutralBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", server.port
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = security == "starttls", security == "tls"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "haus", PASSWORD
    settings.DEFAULT_FROM_EMAIL = "noreply@sender.example"
    mail.send_mail("Neues", "Es gibt etwas Neues.", None, ["nachts@example.org"])


@pytest.fixture(params=["starttls", "tls"])
def secured(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, MailServer, Path]]:
    """A server of each kind, and the file that trusts it."""
    certificate, context = certificates.for_localhost(tmp_path)
    with mail_server(tls=context, at_once=request.param == "tls") as server:
        yield request.param, server, certificate


def test_over_tls_the_account_signs_in_and_the_sender_stays_neutral(
    secured: tuple[str, MailServer, Path], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    security, server, certificate = secured
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    send(settings, server, security)

    assert server.to == ["nachts@example.org"]
    assert server.greeted == "sender.example"
    words = base64.b64encode(f"\0haus\0{PASSWORD}".encode()).decode()
    assert server.signed_in == [f"SSLSocket {words}"]


def test_a_server_that_nobody_vouches_for_gets_nothing(
    secured: tuple[str, MailServer, Path], settings: Settings
) -> None:
    security, server, _certificate = secured

    with pytest.raises(OSError, match="certificate verify failed"):
        send(settings, server, security)

    assert (server.to, server.signed_in) == ([], [])


def test_a_server_without_starttls_gets_nothing(settings: Settings) -> None:
    with mail_server() as server:
        with pytest.raises(OSError, match="STARTTLS"):
            send(settings, server, "starttls")

        assert server.to == []


def test_in_clear_no_password_goes_out(settings: Settings, tmp_path: Path) -> None:
    _certificate, context = certificates.for_localhost(tmp_path)
    with mail_server(tls=context) as server:
        send(settings, server, "")

        assert (server.to, server.signed_in) == (["nachts@example.org"], [])
