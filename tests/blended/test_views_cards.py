"""Cards and referrals as both sides meet them, and the page where another place opens what it was handed."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from blended.domain import partner_extras, referral_steps, referrals
from blended.models import PartnerCard, Referral
from counselling.cases.domain import opening
from counselling.cases.domain.facts import FactsInput
from counselling.people.domain import access
from counselling.people.models import Staff, Team
from tests.blended.partners_world import SECRET, TEXT, agreed, asked, begun, carded, handed, written
from tests.e2e.smuggled import PAYLOADS, Marked
from tests.support import key_rings, world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def token() -> str:
    return access.new_seeker()[1]


@pytest.fixture
def chat(team: Team, token: str) -> Chat:
    seeker = access.seeker_by_token(token)
    return world.chat(team, world.counsellor(team, "Linde"), seeker=seeker)


@pytest.fixture
def staff(chat: Chat) -> Client:
    browser = Client()
    key_rings.sign_in(browser, Staff.objects.get(pk=chat.counsellor.id))
    return browser


@pytest.fixture
def young(token: str, chat: Chat) -> Client:
    browser = Client()
    browser.cookies[settings.SEEKER_COOKIE_NAME] = token
    return browser


def test_a_card_is_found_placed_read_and_taken_out(team: Team, chat: Chat, staff: Client, young: Client) -> None:
    number = written(chat.counsellor, team)
    page = f"/team/case/{chat.case}/partners/"
    found = staff.post(page, {"q": "streit", "search": "1"})
    assert "streit" not in found["Location"]
    assert "Lindenhof" in staff.get(found["Location"]).content.decode()

    assert staff.post(page, {"place": str(number)}).status_code == 303
    assert "liegt im Fall" in staff.get(page).content.decode()
    mine = young.get("/mine/cards/").content.decode()
    assert 'href="tel:06990009201"' in mine
    assert "Herausgesucht von <bdi>Linde</bdi>" in mine
    assert 'rel="noreferrer noopener"' in mine

    staff.post(page, {"remove": "1"})
    assert "Hier liegt noch nichts" in young.get(f"/mine/cards/{chat.case}/").content.decode()


def test_cards_lead_from_the_chat_and_from_the_panel(chat: Chat, staff: Client, young: Client) -> None:
    assert 'href="/mine/cards/"' in young.get("/chat/").content.decode()
    assert partner_extras.on_top(chat.seeker, chat.case) == []
    carded(chat, Team.objects.get())
    assert [line.text for line in partner_extras.on_top(chat.seeker, chat.case)] == ["1 Stelle für dich herausgesucht"]
    asked(chat)
    assert [line.icon for line in partner_extras.on_top(chat.seeker, chat.case)] == ["help"]
    assert f"/team/case/{chat.case}/partners/" in staff.get(f"/team/file/{chat.case}/").content.decode()


def test_strange_numbers_and_strangers_get_nothing(team: Team, chat: Chat, staff: Client) -> None:
    page = f"/team/case/{chat.case}/partners/"
    for wrong in ("x", "-1", "0", "9" * 30):
        assert staff.post(page, {"place": wrong}).status_code == 404
        assert staff.post(page, {"remove": wrong}).status_code == 303
    assert staff.post(page, {"begin": "9" * 30}).status_code == 422
    other = Client()
    key_rings.sign_in(other, Staff.objects.get(pk=world.counsellor(team, "Mara").id))
    assert other.get(page).status_code == 404
    assert other.post(page, {"q": "x"}).status_code == 404
    assert Client().get("/mine/cards/").status_code == 302
    assert not PartnerCard.objects.exists()


def test_a_referral_is_written_asked_agreed_and_handed(chat: Chat, staff: Client, young: Client) -> None:
    begun_at = staff.post(f"/team/case/{chat.case}/partners/", {"other": "Anker"})["Location"]
    made = Referral.objects.get().pk
    assert begun_at == f"/team/referrals/{made}/"
    named = f"{world.NICKNAME} sucht Hilfe"

    refused = staff.post(begun_at, {"step": "ask", "text": named, "version": "1"})
    assert (refused.status_code, "<mark>Stiller Otter</mark>" in refused.content.decode()) == (422, True)
    staff.post(begun_at, {"step": "replace", "text": named, "version": "2"})
    assert staff.post(begun_at, {"step": "ask", "text": "X sucht Hilfe", "version": "3"}).status_code == 303

    mine = f"/mine/referrals/{made}/"
    page = young.get(mine).content.decode()
    assert "X sucht Hilfe" in page
    assert young.post(mine, {"step": "agree", "text": "X sucht Hilfe", "version": "3"}).status_code == 303
    assert "Übergeben ist es noch nicht" in young.get(mine).content.decode()

    shown = staff.post(begun_at, {"step": "code"}).content.decode()
    code = shown.split('data-testid="code">')[1].split("<")[0]
    assert code not in staff.get(begun_at).content.decode()
    opened = Client().post("/handed-over/", {"code": code})
    assert (opened.status_code, "X sucht Hilfe" in opened.content.decode()) == (200, True)
    assert "no-store" in opened["Cache-Control"]
    assert staff.post(begun_at, {"step": "close"}).status_code == 422
    staff.post(begun_at, {"step": "close", "outcome": "arrived"})
    assert "Dort angekommen" in staff.get(begun_at).content.decode()


def test_changing_is_not_agreeing_and_refusing_needs_no_text(chat: Chat, young: Client) -> None:
    made = asked(chat)
    mine = f"/mine/referrals/{made}/"

    saved = young.post(mine, {"step": "save", "text": "Meine Worte", "version": "2"})
    page = young.get(saved["Location"]).content.decode()
    assert "Zugestimmt hast du damit noch nicht" in page
    assert Referral.objects.get().state == "asked"
    young.post(mine, {"step": "agree", "text": "Meine Worte", "version": "3"})
    assert "Wir sehen noch einmal auf deine" in young.get(mine).content.decode()
    assert young.post(mine, {"step": "refuse"}).status_code == 303
    assert Referral.objects.get().state == "refused"


def test_a_text_that_came_too_late_is_not_lost(chat: Chat, young: Client, staff: Client) -> None:
    made = asked(chat)
    referrals.save(chat.counsellor, made, "Von Linde", version=2)

    late = young.post(f"/mine/referrals/{made}/", {"step": "save", "text": "Von mir", "version": "2"})
    assert late.status_code == 409
    assert "Von mir" in late.content.decode()
    assert "Von Linde" in late.content.decode()
    theirs = staff.post(f"/team/referrals/{made}/", {"step": "ask", "text": "Von mir", "version": "2"})
    assert (theirs.status_code, "Von mir" in theirs.content.decode()) == (409, True)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"step": "x"},
        {"step": "agree"},
        {"step": "save", "text": "x", "version": "0"},
        {"step": "save", "text": "x" * 30_000, "version": "2"},
    ],
)
def test_strange_forms_change_nothing(chat: Chat, young: Client, staff: Client, data: dict[str, str]) -> None:
    made = asked(chat)
    assert young.post(f"/mine/referrals/{made}/", data).status_code == 422
    assert staff.post(f"/team/referrals/{made}/", data).status_code in {400, 409, 422}
    assert referrals.one(chat.seeker, made).text == TEXT
    assert Referral.objects.get().state == "asked"


def test_others_find_no_referral(team: Team, chat: Chat) -> None:
    made, draft = asked(chat), uuid4()
    token = access.new_seeker()[1]
    stranger = Client()
    stranger.cookies[settings.SEEKER_COOKIE_NAME] = token
    seeker = access.seeker_by_token(token)
    assert seeker
    opening.begin_chat(seeker, team_id=team.pk, nickname="Anderer Otter", facts=FactsInput(), language="de")
    for one in (made, draft):
        assert stranger.get(f"/mine/referrals/{one}/").status_code == 404
        assert stranger.post(f"/mine/referrals/{one}/", {"step": "refuse"}).status_code == 404
    assert Client().get(f"/mine/referrals/{made}/").status_code == 302


def test_a_draft_is_not_there_for_the_young_person(chat: Chat, young: Client) -> None:
    made = begun(chat, SECRET)
    assert young.get(f"/mine/referrals/{made}/").status_code == 404
    assert SECRET not in young.get("/mine/cards/").content.decode()


def test_the_sheet_holds_the_text_and_the_centre(chat: Chat, staff: Client) -> None:
    made = agreed(chat)
    assert staff.get(f"/team/referrals/{made}/print/").status_code == 409
    sheet = staff.post(f"/team/referrals/{made}/", {"step": "print"})["Location"]

    page = staff.get(sheet).content.decode().split('<article class="sheet"')[1].split("</article>")[0]

    assert TEXT in page
    assert "Suchtberatung Anker" in page
    assert world.NICKNAME not in page
    assert "Linde" not in page
    assert staff.post(f"/team/referrals/{made}/", {"step": "drop"}).status_code == 409


def test_dropping_leads_back(chat: Chat, staff: Client) -> None:
    made = begun(chat)
    answer = staff.post(f"/team/referrals/{made}/", {"step": "drop"})
    assert answer["Location"] == f"/team/case/{chat.case}/partners/"
    assert staff.get(f"/team/referrals/{made}/").status_code == 404


def test_codes_used_and_over_are_gone_others_were_never_there(chat: Chat) -> None:
    made, code = handed(chat)
    browser = Client()
    for unknown in ("AAAA-BBBB-CCCC-DDDD", "x", "\u200b", "<script>"):
        answer = browser.post("/handed-over/", {"code": unknown})
        assert (answer.status_code, Marked(answer.content.decode()).found) == (404, [])
    assert browser.post("/handed-over/", {}).status_code == 422
    assert browser.post("/handed-over/", {"code": code}).status_code == 200
    gone = browser.post("/handed-over/", {"code": code})
    assert gone.status_code == 410
    assert TEXT not in gone.content.decode()
    assert Referral.objects.get(pk=made).state == "opened"


def test_guessing_ends_soon(chat: Chat) -> None:
    _made, code = handed(chat)
    browser = Client()
    answers = [browser.post("/handed-over/", {"code": "AAAA-BBBB-CCCC-DDDD"}).status_code for _ in range(11)]
    assert answers == [404] * 10 + [429]
    assert browser.post("/handed-over/", {"code": code}).status_code == 429
    assert referral_steps.open_by_code(code).text == TEXT


@pytest.mark.parametrize("payload", PAYLOADS[::9])
def test_whatever_is_written_is_text(team: Team, chat: Chat, staff: Client, young: Client, payload: str) -> None:
    carded(chat, team, name=payload[:120], purpose=payload, address=payload)
    made = referrals.begin(chat.counsellor, chat.case, other=payload[:120])
    referrals.save(chat.counsellor, made, payload, version=1)
    referrals.ask(chat.counsellor, made, version=2, checked=True)
    pages = [staff.get(f"/team/case/{chat.case}/partners/"), staff.get(f"/team/referrals/{made}/")]
    pages += [young.get("/mine/cards/"), young.get(f"/mine/referrals/{made}/")]
    referrals.approve(chat.seeker, made, version=2)
    code = referral_steps.hand_by_code(chat.counsellor, made)
    pages += [staff.get(f"/team/referrals/{made}/print/"), Client().post("/handed-over/", {"code": code})]

    assert [page.status_code for page in pages] == [200] * 6
    assert [Marked(page.content.decode()).found for page in pages] == [[]] * 6
