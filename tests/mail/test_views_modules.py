"""The page of text modules by forms alone, and a second look as its two people click through it."""

import pytest
from django.urls import reverse

from counselling.mail.domain import letters, modules, second_look
from counselling.mail.models import SecondLook, TextModule
from tests.mail import writing_world as at
from tests.support import letters as post
from tests.support import world

NOBODYS = "3b1d8f0e-5c7a-4e52-9d11-0c6f7a2b9e44"
pytestmark = pytest.mark.django_db


def act(browser, step, **fields):
    return browser.post(reverse("mail:modules"), {"step": step, **fields})


def test_a_module_is_made_changed_moved_and_deleted() -> None:
    team = world.team()
    browser = at.browser(world.counsellor(team, "Linde"))
    act(browser, "add", title="Gruß", text="Hallo {nickname},\r\ndanke.", team=str(team.pk))
    act(browser, "add", title="Ende", text="Bis bald", team=str(team.pk))
    first, second = TextModule.objects.order_by("place")
    assert first.text == "Hallo {nickname},\ndanke."

    changed = act(browser, "change", module=first.pk, title="Anfang", text="Hallo")
    act(browser, "down", module=first.pk)

    assert changed.headers["Location"] == f"{reverse('mail:modules')}#module-{first.pk}"
    assert list(TextModule.objects.order_by("place").values_list("title", flat=True)) == ["Ende", "Anfang"]
    act(browser, "delete", module=second.pk)
    assert TextModule.objects.get().title == "Anfang"


@pytest.mark.parametrize("which", ["new", "known"])
def test_what_is_refused_stays_in_its_fields(which: str) -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    known = modules.add(linde, "Alt", "Text", team=None)
    target = {"step": "change", "module": known.pk} if which == "known" else {"step": "add", "team": str(team.pk)}

    answer = at.browser(linde).post(reverse("mail:modules"), {"title": "Mein Titel", "text": "Hallo {wer}", **target})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('role="alert"') == 1
    assert "{wer} gibt es nicht" in page
    assert "Mein Titel" in page
    known.refresh_from_db()
    assert known.title == "Alt"


@pytest.mark.parametrize("module", ["", "x", NOBODYS])
@pytest.mark.parametrize("step", ["change", "delete", "up", "down", "?"])
def test_a_module_that_is_none_is_not_found(step: str, module: str) -> None:
    browser = at.browser(world.counsellor(world.team(), "Linde"))

    assert act(browser, step, module=module, title="T", text="X").status_code == 404


def test_a_title_never_becomes_markup() -> None:
    linde = world.counsellor(world.team(), "Linde")
    case = post.claimed(world.Team.objects.get(), linde).case
    modules.add(linde, "</script><script>alert(1)", "</textarea><b>", team=None)
    browser = at.browser(linde)

    for page in (browser.get(reverse("mail:modules")), at.page(browser, case)):
        assert "<script>alert" not in page.content.decode()
        assert "</textarea><b>" not in page.content.decode()


@pytest.fixture
def shared():
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    made = post.claimed(team, linde, "Was soll ich tun?", nickname="Nachtfalter")
    at.write(at.browser(linde), made.case, "share", "Mein Entwurf", version=0, reader=str(mara.id))
    return linde, mara, made


def test_a_colleague_is_asked_reads_and_answers(shared) -> None:
    linde, mara, made = shared
    browser = at.browser(mara)
    look = SecondLook.objects.get()
    page = reverse("mail:second_look", args=[look.pk])

    listed = browser.get(reverse("mail:second_looks")).content.decode()
    read = browser.get(page).content.decode()
    said = browser.post(page, {"remark": "Vielleicht\r\nwärmer?"})

    assert page in listed
    assert "Nachtfalter" not in listed + read
    assert "Mein Entwurf" in read
    assert "Was soll ich tun?" in read
    assert said.status_code == 303
    assert "Vielleicht\nwärmer?" in browser.get(page).content.decode()
    mine = at.page(at.browser(linde), made.case).content.decode()
    assert "Vielleicht\nwärmer?" in mine
    at.write(at.browser(linde), made.case, "remark", "Mein Entwurf", remark="Ja.", **at.sheet(linde, made.case))
    assert "Ja." in browser.get(page).content.decode()


def test_sharing_keeps_what_stands_in_the_composer_and_needs_a_reader(shared) -> None:
    linde, _mara, made = shared
    SecondLook.objects.all().delete()

    answer = at.write(
        at.browser(linde), made.case, "share", "Mein zweiter Entwurf", reader="", **at.sheet(linde, made.case)
    )

    assert answer.status_code == 422
    assert "Wähle aus, wer gegenlesen soll." in answer.content.decode()
    assert letters.unsent(linde, made.case).text == "Mein zweiter Entwurf"  # type: ignore[union-attr]


def test_an_empty_remark_says_so_on_either_side(shared) -> None:
    linde, mara, made = shared
    look = SecondLook.objects.get()

    theirs = at.browser(mara).post(reverse("mail:second_look", args=[look.pk]), {"remark": " "})
    mine = at.write(at.browser(linde), made.case, "remark", "Mein Entwurf", remark="", **at.sheet(linde, made.case))

    for answer in (theirs, mine):
        assert answer.status_code == 422
        assert "Da steht noch nichts." in answer.content.decode()


def test_a_remark_that_comes_too_late_is_not_lost(shared) -> None:
    linde, mara, made = shared
    look = SecondLook.objects.get()
    at.write(at.browser(linde), made.case, "send", "Mein Entwurf", **at.sheet(linde, made.case))
    text = "Eine lange Anmerkung, die erst kam, als der Brief schon fort war."

    answer = at.browser(mara).post(
        reverse("mail:second_look", args=[look.pk]), {"remark": text}, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert answer.status_code == 404
    assert text in answer.content.decode()


def test_the_writer_stops_showing_it(shared) -> None:
    linde, mara, made = shared
    look = SecondLook.objects.get()

    at.write(at.browser(linde), made.case, "unshare", "Mein Entwurf", **at.sheet(linde, made.case))

    assert at.browser(mara).get(reverse("mail:second_look", args=[look.pk])).status_code == 404
    assert not second_look.asked(mara)


@pytest.mark.parametrize("who", ["colleague", "stranger", "supervisor", "nobody"])
def test_nobody_else_opens_it(shared, who: str) -> None:
    team = world.Team.objects.get()
    others = {
        "colleague": lambda: world.counsellor(team, "Jon"),
        "stranger": lambda: world.counsellor(world.team("Buche"), "Buche"),
        "supervisor": lambda: world.staff(team, "Leitung", "supervisor"),
        "nobody": lambda: None,
    }
    browser = at.browser(others[who]())
    page = reverse("mail:second_look", args=[SecondLook.objects.get().pk])
    status = {"colleague": 404, "stranger": 404, "supervisor": 403, "nobody": 302}[who]

    assert browser.get(page).status_code == status
    assert browser.post(page, {"remark": "Hallo"}).status_code == status


def test_the_writer_is_led_to_the_case(shared) -> None:
    linde, _mara, made = shared

    answer = at.browser(linde).get(reverse("mail:second_look", args=[SecondLook.objects.get().pk]))

    assert answer.headers["Location"] == f"{reverse('mail:case', args=[made.case])}#second-look"
