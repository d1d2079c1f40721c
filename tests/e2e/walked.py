"""Which walk sees which address: with axe, light and dark, phone and desktop, 320 px and right to left.

`tests/test_addresses.py` compares this with the URL resolver, so that a new page cannot be forgotten. What has
arguments or shows only after a form (errors, the code, the room's views) stands in the walks themselves.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Seen by test_every_page.py as they are, without anybody having done anything.
PUBLIC: Final[Mapping[str, str]] = MappingProxyType(
    {
        "help": "centre:help",
        "anonymous": "centre:anonymous",
        "imprint": "centre:imprint",
        "privacy": "centre:privacy",
        "accessibility": "centre:accessibility",
        "accessibility-thanks": "centre:accessibility_thanks",
        "easy": "centre:easy",
        "letter": "mail:letter",
        "appointment": "blended:appointment",
        "local": "blended:local",
        "handed-over": "blended:handed_over",
    }
)
# The administrator's, by the same file: the front page, a list with rows, a form.
ADMIN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "admin": "admin:index",
        "admin-list": "admin:centre_helpcontact_changelist",
        "admin-form": "admin:centre_helpcontact_add",
    }
)
# The one who sees it, and how it is reached, is in that file.
ELSEWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "start": "test_seeker_pages.py",
        "chat:begin": "test_seeker_pages.py",
        "chat:room": "test_seeker_pages.py",
        "own:delete": "test_seeker_pages.py",
        "own:return": "test_seeker_pages.py",
        "chat:end": "test_every_page.py",
        "own:return_words": "test_vault_seeker.py",
        "own:lost": "test_vault_seeker.py",
        "own:keep": "test_vault_seeker.py",
        "own:kept": "test_vault_seeker.py",
        "own:mine": "test_vault_seeker.py",
        "own:copy": "test_vault_seeker.py",
        "own:read": "test_vault_seeker.py",
        "blended:my_dates": "test_booking.py",
        "blended:my_wish": "test_booking.py",
        "mail:inbox": "test_mail_seeker.py",
        "mail:write": "test_mail_seeker.py",
        "cases:desk": "test_desk_pages.py",
        "cases:sign_out": "test_desk_pages.py",
        "cases:deletions": "test_vault_audit.py",
        "panel:records": "test_case_panel.py",
        "panel:agreed": "test_case_panel.py",
        "panel:consultations": "test_case_panel.py",
        "panel:where": "test_case_panel.py",
        "mail:unsent": "test_mail_case.py",
        "mail:second_looks": "test_mail_case.py",
        "mail:on_call": "test_danger_words.py",
        "mail:modules": "test_mail_case.py",
        "mail:notify": "test_mail_notify.py",
        "mail:absence": "test_mail_notify.py",
        "mail:locked_files": "test_mail_files.py",
        "mail:team": "test_mail_team.py",
        "mail:load": "test_mail_team.py",
        "statistics:shift": "test_live_load.py",
        "statistics:campaigns": "test_campaigns.py",
        "statistics:button": "test_campaigns.py",
        "statistics:steering": "test_steering.py",
        "statistics:steering_hours": "test_steering.py",
        "statistics:steering_announcements": "test_steering.py",
        "statistics:steering_help": "test_steering.py",
        "statistics:steering_help_new": "test_steering.py",
        "statistics:steering_topics": "test_steering.py",
        "statistics:steering_capacity": "test_steering.py",
        "statistics:steering_on_call": "test_steering.py",
        "statistics:steering_absences": "test_steering.py",
        "statistics:reports": "test_statistics_report.py",
        "blended:calendar": "test_calendar.py",
        "blended:offer": "test_calendar.py",
        "blended:places": "test_calendar.py",
        "blended:feed": "test_calendar.py",
        "blended:change": "test_media_change.py",
        "blended:together": "test_media_change.py",
        "blended:cards": "test_partners.py",
        "blended:partners": "test_partners.py",
        "blended:partner_new": "test_partners.py",
        "blended:partners_table": "test_partners.py",
        "people:sign_in": "test_desk_pages.py",
        "people:audit": "test_vault_audit.py",
        "people:welcome": "test_vault_accounts.py",
        "people:sessions": "test_vault_accounts.py",
        "people:password": "test_vault_accounts.py",
        "people:password_changed": "test_vault_rest.py",
        "people:locked": "test_vault_accounts.py",
        "people:first": "test_vault_accounts.py",
        "people:first_done": "test_vault_rest.py",
        "people:second_step": "test_vault_factors.py",
        "people:factors": "test_vault_factors.py",
        "people:proof": "test_vault_factors.py",
        "people:factor_app": "test_vault_factors.py",
        "people:factor_app_remove": "test_vault_factors.py",
        "people:factor_codes": "test_vault_factors.py",
        "people:factor_passkey": "test_vault_factors.py",
        "people:vault": "test_vault_team.py",
        "people:vault_paper": "test_vault_team.py",
        "people:vault_copied": "test_vault_team.py",
        "admin:people_staff_changelist": "test_vault_accounts.py",
        "admin:people_staff_add": "test_vault_rest.py",
    }
)
NO_PAGE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cases:state": "JSON for the desk's script",
        "cases:case": "JSON for the desk's script",
        "panel:waiting": "JSON for the bell's script",
        "statistics:button_script": "a script for other websites",
        "statistics:button_state": "JSON for the button on other websites",
        "statistics:shift_now": "JSON for the page's script",
        "panel:agreed_now": "JSON for an open chat",
        "own:on_top": "JSON for an open chat",
        "panel:agreed_of": "JSON for the desk",
        "blended:change_now": "JSON for the card of an open chat",
        "blended:team_change_now": "JSON for the desk",
        "blended:team_chats": "JSON for the desk",
        "blended:together_now": "JSON for the page's script",
        "blended:team_together_now": "JSON for the page's script",
        "chat:challenge": "JSON for the form's script",
        "mail:team_state": "numbers for the list's script",
        "mail:team_search": "a form's target: what is looked for never stands in an address",
        "people:left": "JSON for the lock's script",
        "centre:brand": "a style sheet",
        "web:exit": "goes elsewhere at once; seen by tests/web/test_exit_browser.py",
        "web:language": "a form's target: goes back to where one was",
        "admin:autocomplete": "JSON for the admin's script",
        "admin:jsi18n": "a script",
        "admin:login": "leads to people:sign_in",
        "admin:logout": "leads to cases:sign_out",
        "admin:password_change": "leads to people:password",
        "admin:password_change_done": "nothing of ours leads there",
    }
)
# Drawn by Django from the same two templates as the list and the form that are walked.
ALIKE: Final = frozenset(
    f"admin:{model}_{page}"
    for model in (
        "blended_room",
        "centre_barrierreport",
        "centre_centre",
        "centre_hoursexception",
        "centre_openinghour",
        "centre_topic",
        "mail_mailrules",
        "mail_oncall",
        "people_team",
    )
    for page in ("changelist", "add")
)
