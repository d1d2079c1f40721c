"""Signing in, and what those who do not counsel see afterwards."""

from django.urls import path

from counselling.people.views import (
    audit,
    factor_setup,
    factors,
    invitation,
    lock,
    own_sessions,
    password,
    second_step,
    sign_in,
    vault,
)

app_name = "people"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("second-step/", second_step.page, name="second_step"),
    path("second-step/passkey/question", second_step.question, name="passkey_question"),
    path("second-step/passkey/answer", second_step.answer, name="passkey_answer"),
    path("factors/", factors.page, name="factors"),
    path("factors/proof/", factors.prove, name="proof"),
    path("factors/app/", factor_setup.app, name="factor_app"),
    path("factors/app/remove/", factors.remove_app, name="factor_app_remove"),
    path("factors/codes/", factor_setup.codes, name="factor_codes"),
    path("factors/passkey/question", factor_setup.passkey_question, name="new_passkey_question"),
    path("factors/passkey/answer", factor_setup.passkey, name="new_passkey_answer"),
    path("factors/passkey/", factor_setup.passkey_page, name="factor_passkey"),
    path("factors/passkey/<int:passkey>/", factors.rename, name="factor_rename"),
    path("factors/passkey/<int:passkey>/remove/", factors.remove_passkey, name="factor_remove"),
    path("welcome/", sign_in.welcome, name="welcome"),
    path("locked/", lock.locked, name="locked"),
    path("lock", lock.lock_now, name="lock"),
    path("still-here/", lock.still_here, name="still_here"),
    path("active", lock.active, name="active"),
    path("left.json", lock.left, name="left"),
    path("first/", invitation.first, name="first"),
    path("first/done/", invitation.first_done, name="first_done"),
    path("password/", password.change, name="password"),
    path("password/changed/", password.changed, name="password_changed"),
    path("sessions/", own_sessions.page, name="sessions"),
    path("audit/", audit.page, name="audit"),
    path("audit/export/", audit.export, name="audit_export"),
    path("vault/", vault.page, name="vault"),
    path("vault/paper/", vault.paper, name="vault_paper"),
    path("vault/paper/copied/", vault.copied, name="vault_copied"),
    path("vault/let-in/", vault.let_in, name="vault_let_in"),
    path("vault/recover/", vault.recover, name="vault_recover"),
]
