"""The second step in a real browser, in production mode: set-up, app, passkey, spare codes, keyboard, looks."""

import base64
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.factor_hands import Hand, code, hand_on, seed
from tests.e2e.looks import LOOKS, Walk, options
from tests.support.server import LIGHT, Ground, Server

pytestmark = pytest.mark.e2e

Hands = Callable[..., Hand]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Passkeys need a name: the same server under http://localhost and under its number. Every browser comes from an
    address of its own, as a proxy would say, so that nobody waits for another test's tries."""
    ground = Ground(settings=LIGHT)
    name, number = f"http://localhost:{ground.port}", ground.settings["COUNSELLING_ORIGINS"]
    ground.settings |= {"COUNSELLING_ORIGINS": f"{name},{number}", "COUNSELLING_HOSTS": "localhost,127.0.0.1"}
    ground.settings["COUNSELLING_BEHIND_PROXY"] = "1"
    with ground, Server(ground) as server:
        yield server


@pytest.fixture
def hands(server: Server, browser: Browser) -> Iterator[Hands]:
    """Browsers at http://localhost; `numbered` for those at http://127.0.0.1."""
    with ExitStack() as stack:

        def hand(*, numbered: bool = False, **options: Any) -> Hand:
            address = server.url if numbered else f"http://localhost:{server.port}"
            return stack.enter_context(hand_on(server, browser, address, **options))

        yield hand


def test_first_sign_in_sets_up_the_app(server: Server, hands: Hands) -> None:
    seed(server, linde={})
    linde = hands()
    linde.password()
    expect(linde.page.get_by_role("heading", name="Zweiter Schritt beim Anmelden")).to_be_visible()
    breaches = linde.breaches()
    linde.page.goto("/team/")
    expect(linde.page.get_by_test_id("sign-in")).to_be_visible()
    linde.page.goto("/team/factors/")
    linde.page.get_by_test_id("add-app").click()
    assert linde.page.locator("img.qr").evaluate("(e) => e.complete && e.naturalWidth > 100")
    secret = linde.secret()
    breaches += linde.breaches()
    linde.page.locator("#id_code").fill("000000")
    linde.page.get_by_test_id("confirm-app").click()
    expect(linde.page.get_by_text("Der Code passt nicht.")).to_be_visible()
    linde.page.locator("#id_code").fill(code(secret))
    linde.page.get_by_test_id("confirm-app").click()
    codes = linde.codes()
    breaches += linde.breaches()
    linde.page.reload()
    assert linde.codes() == codes
    linde.keep_codes()
    linde.is_at_the_desk()
    breaches += linde.breaches()

    other = hands()
    other.password()
    other.second(code(secret, steps=1))  # the one of this step was used
    other.is_at_the_desk()
    assert len(set(codes)) == 10
    assert breaches + other.breaches() == []


def test_first_sign_in_sets_up_a_passkey_and_the_next_one_uses_it(server: Server, hands: Hands) -> None:
    seed(server, linde={})
    linde = hands()
    device = linde.authenticator()
    linde.password()
    linde.page.get_by_test_id("add-passkey").click()
    linde.page.get_by_label("Wie soll er heißen?").fill("Mein Handy")
    breaches = linde.breaches()
    linde.page.get_by_test_id("make-passkey").click()
    linde.keep_codes()
    linde.is_at_the_desk()
    assert len(device.held()) == 1
    assert device.held()[0]["rpId"] == "localhost"

    sign_out(linde)
    linde.password(path="/team/factors/")
    expect(linde.page.get_by_test_id("use-passkey")).to_be_visible()
    breaches += linde.breaches()
    linde.page.get_by_test_id("use-passkey").click()
    expect(linde.page.get_by_test_id("factor-passkey")).to_contain_text("Mein Handy")
    assert breaches + linde.breaches() == []


def test_copied_passkey_is_refused_and_a_spare_code_helps(server: Server, hands: Hands) -> None:
    people = seed(server, linde={"codes": True})
    linde = hands()
    device = linde.authenticator()
    linde.password()
    linde.page.get_by_test_id("add-passkey").click()
    linde.page.get_by_test_id("make-passkey").click()
    linde.is_at_the_desk()
    for _ in range(2):
        sign_out(linde)
        linde.password()
        linde.page.get_by_test_id("use-passkey").click()
        linde.is_at_the_desk()
    device.set_back(1)
    sign_out(linde)
    linde.password()

    linde.page.get_by_test_id("use-passkey").click()

    expect(linde.page.get_by_role("alert").filter(has_text="nicht geklappt")).to_be_visible()
    linde.second(people["linde"]["codes"][0].lower())
    expect(linde.page.get_by_test_id("spare-used")).to_contain_text("es sind noch 9 übrig")
    linde.page.get_by_role("link", name="Weiter zur Arbeit").click()
    linde.is_at_the_desk()


def test_device_that_says_no_leaves_everything_as_it_is(server: Server, hands: Hands) -> None:
    seed(server, linde={"app": True, "codes": True})
    linde = hands()
    linde.authenticator(isUserVerified=False, hasUserVerification=True, automaticPresenceSimulation=True)
    linde.password(path="/team/factors/")
    linde.second(code())
    linde.page.get_by_test_id("add-passkey").click()
    linde.page.evaluate(
        "() => { navigator.credentials.create = async () => { throw new DOMException('', 'NotAllowedError'); }; }"
    )

    linde.page.get_by_test_id("make-passkey").click()

    expect(linde.page.get_by_role("alert").filter(has_text="Abgebrochen")).to_be_visible()
    assert linde.page.evaluate("document.activeElement.dataset.testid") == "make-passkey"


def test_device_with_my_passkey_makes_no_second_one(server: Server, hands: Hands) -> None:
    seed(server, linde={"app": True, "codes": True})
    linde = hands()
    linde.authenticator()
    linde.password(path="/team/factors/")
    linde.second(code())
    linde.page.get_by_test_id("add-passkey").click()
    linde.page.get_by_test_id("make-passkey").click()
    expect(linde.page.get_by_test_id("factor-passkey")).to_contain_text("Passkey 1")
    linde.page.get_by_test_id("add-passkey").click()

    linde.page.get_by_test_id("make-passkey").click()

    expect(linde.page.get_by_role("alert").filter(has_text="gibt es schon einen Passkey")).to_be_visible()


def test_page_changes_what_i_have(server: Server, hands: Hands) -> None:
    seed(server, linde={"app": True, "codes": True})
    linde = hands()
    linde.authenticator()
    linde.password(path="/team/factors/")
    linde.second(code())
    page = linde.page
    page.get_by_test_id("add-passkey").click()
    page.get_by_test_id("make-passkey").click()
    passkey = page.get_by_test_id("factor-passkey")
    passkey.get_by_role("link", name="Umbenennen").click()
    page.get_by_label("Name").fill("Bürorechner")
    page.get_by_test_id("rename").click()
    expect(passkey).to_contain_text("Bürorechner")
    page.get_by_test_id("factor-app").get_by_role("link", name="Entfernen").click()
    page.get_by_test_id("remove").click()
    expect(page.get_by_test_id("factor-app")).to_have_count(0)
    page.get_by_test_id("factor-codes").get_by_role("link").click()
    expect(page.get_by_text("gelten nur noch diese")).to_be_visible()
    page.get_by_test_id("codes-kept").click()
    expect(page.get_by_text("Setz den Haken")).to_be_visible()
    linde.keep_codes()
    expect(page.get_by_test_id("factor-codes")).to_contain_text("noch 10 übrig")

    passkey.get_by_role("link", name="Entfernen").click()
    page.get_by_test_id("remove").click()

    expect(page.get_by_text("einziger zweiter Schritt")).to_be_visible()


def test_number_in_the_address_says_why_there_are_no_passkeys(server: Server, hands: Hands) -> None:
    seed(server, linde={"app": True, "codes": True})
    linde = hands(numbered=True)
    linde.password(path="/team/factors/")
    linde.second(code())

    expect(linde.page.get_by_test_id("no-passkeys")).to_be_visible()
    expect(linde.page.get_by_test_id("add-passkey")).to_have_count(0)


def test_codes_work_without_scripts(server: Server, hands: Hands) -> None:
    seed(server, linde={})
    linde = hands(java_script_enabled=False)
    linde.password(path="/team/factors/")
    linde.page.get_by_test_id("add-passkey").click()
    expect(linde.page.get_by_text("Dieser Browser kann gerade keine Passkeys.")).to_be_visible()
    linde.page.get_by_role("link", name="Zum Code aus einer App").click()
    linde.page.locator("#id_code").fill(code(linde.secret()))
    linde.page.get_by_test_id("confirm-app").click()
    linde.keep_codes()

    expect(linde.page.get_by_test_id("factor-app")).to_be_visible()


def test_keyboard_alone_signs_in_and_sets_up(server: Server, hands: Hands) -> None:
    seed(server, linde={})
    linde = hands()
    page = linde.page
    page.goto("/team/factors/")
    reach(page, "[name=username]")
    page.keyboard.type("linde")
    reach(page, "[name=password]")
    page.keyboard.type("drei-Worte-und-mehr")
    page.keyboard.press("Enter")
    reach(page, "[data-testid=add-app]")
    page.keyboard.press("Enter")
    reach(page, "details.fold > summary")
    page.keyboard.press("Enter")
    secret = page.get_by_test_id("secret").inner_text().replace(" ", "")
    reach(page, "#id_code")
    page.keyboard.type(code(base64.b32decode(secret)))
    page.keyboard.press("Enter")
    reach(page, "#id_kept")
    page.keyboard.press("Space")
    reach(page, "[data-testid=codes-kept]")
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("factor-app")).to_be_visible()


def reach(page: Page, selector: str) -> None:
    """By Tab alone, within twenty steps, and visible where one is."""
    page.wait_for_selector(selector)
    for _ in range(20):
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", selector
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {selector}")


def sign_out(hand: Hand) -> None:
    hand.page.goto("/team/sign-out/")
    hand.page.get_by_test_id("sign-out").click()
    expect(hand.page).to_have_url(re.compile("(sign-in|localhost:[0-9]+/$)"))


# --- How it looks ---


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing(server: Server, hands: Hands, language: str) -> None:
    seed(server, linde={})
    linde = hands(**options(language))
    linde.authenticator()
    seen, breaches = Walk(language, "factors"), []
    for name in walk(linde):
        seen.see(linde.page, name, whole=True)
        breaches += linde.breaches()

    assert seen.found == {}
    assert breaches == []


def walk(linde: Hand) -> Iterator[str]:
    """Every page of the second step, one after the other, by name."""
    page = linde.page
    linde.password(path="/team/factors/")
    yield "first"
    page.get_by_test_id("add-app").click()
    secret = linde.secret()
    page.locator("#id_code").fill("123")
    page.get_by_test_id("confirm-app").click()
    yield "app"
    page.locator("#id_code").fill(code(secret))
    page.get_by_test_id("confirm-app").click()
    page.locator("#id_kept").evaluate("(e) => { e.required = false; }")
    page.get_by_test_id("codes-kept").click()
    yield "codes"
    linde.keep_codes()
    page.get_by_test_id("add-passkey").click()
    yield "passkey"
    page.locator("#id_name").fill("Mein Laptop mit dem langen Namen")
    page.get_by_test_id("make-passkey").click()
    page.get_by_test_id("factor-passkey").wait_for()
    yield "mine"
    page.get_by_test_id("factor-passkey").get_by_role("link").first.click()
    yield "rename"
    page.go_back()
    page.get_by_test_id("factor-passkey").get_by_role("link").last.click()
    yield "remove"
    page.goto("/team/factors/proof/")
    page.get_by_test_id("prove").click()
    yield "proof"
    sign_out(linde)
    linde.password()
    page.get_by_test_id("use-passkey").wait_for()
    linde.second("123456")
    yield "second"
    page.get_by_test_id("spare").click()
    yield "spare"
    page.goto("/team/sign-in/?late=1")
    yield "late"
