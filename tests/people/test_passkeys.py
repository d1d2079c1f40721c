"""Passkeys in the domain: only the right device, on our pages, for this question, and each answer once."""

from typing import Any

import django
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

# ruff: noqa: E402 -- models need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from counselling.errors import Invalid, NotAllowed
from counselling.people.domain import access, factors, passkeys
from counselling.people.domain.actors import Actor
from counselling.people.domain.factors import AlreadySetUp
from counselling.people.domain.passkeys import Party, PasskeyRefused
from counselling.people.models import Passkey, Team
from tests.support import second_factor, world
from tests.support.authenticators import PRESENT, Authenticator

pytestmark = pytest.mark.django_db
OURS = Party("chat.example.org", ("https://chat.example.org",))


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.staff(team, "Mara")


@pytest.fixture
def jon(team: Team) -> Actor:
    return world.staff(team, "Jon")


def device(**more: Any) -> Authenticator:
    return Authenticator(OURS.origins[0], OURS.id, **more)


def registered(actor: Actor, **more: Any) -> Authenticator:
    made = device(**more)
    challenge = passkeys.question_to_add(actor, OURS).challenge
    passkeys.add(actor, OURS, challenge, made.make(challenge), "Handy")
    return made


def ask(actor: Actor) -> bytes:
    return passkeys.question_to_prove(actor.id, OURS).challenge


def proves(actor: Actor, made: Authenticator, challenge: bytes, *, party: Party = OURS, **more: Any) -> bool:
    return passkeys.check(actor.id, party, challenge, made.show(challenge, **more))


# --- Where they work ---


@pytest.mark.parametrize(
    ("origins", "host", "expected"),
    [
        (["https://chat.example.org"], "chat.example.org", OURS),
        (["https://chat.example.org"], "other.example.org", None),
        (["http://chat.example.org"], "chat.example.org", None),
        (
            ["http://127.0.0.1:8000", "http://localhost:8000"],
            "localhost",
            Party("localhost", ("http://localhost:8000",)),
        ),
        (["http://127.0.0.1:8000", "http://localhost:8000"], "127.0.0.1", None),
        (["https://192.0.2.7"], "192.0.2.7", None),
        (["https://[2001:db8::1]"], "2001:db8::1", None),
        (
            ["https://example.org", "https://www.example.org", "https://example.com"],
            "www.example.org",
            Party("example.org", ("https://example.org", "https://www.example.org")),
        ),
        ([], "chat.example.org", None),
    ],
)
def test_party_is_a_name_on_https_or_this_machine(settings, origins: list[str], host: str, expected: object) -> None:
    settings.ORIGINS = origins

    assert passkeys.party(host) == expected


# --- A new one ---


def test_question_names_who_and_leaves_known_devices_out(mara: Actor) -> None:
    made = registered(mara)
    options = passkeys.question_to_add(mara, OURS).options

    assert options["rp"]["id"] == "chat.example.org"
    assert options["user"]["name"] == "Mara"
    assert [known["type"] for known in options["excludeCredentials"]] == ["public-key"]
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert options["attestation"] == "none"
    assert bytes(Passkey.objects.get().credential_id) == made.id


def test_challenges_never_repeat(mara: Actor) -> None:
    assert len({passkeys.question_to_add(mara, OURS).challenge for _ in range(50)}) == 50


def test_passkey_gets_a_name_even_without_one(mara: Actor) -> None:
    made, challenge = device(), passkeys.question_to_add(mara, OURS).challenge
    passkeys.add(mara, OURS, challenge, made.make(challenge), "  ")

    assert Passkey.objects.get().name == "Passkey 1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example.org"},
        {"origin": "http://chat.example.org"},
        {"origin": "https://chat.example.org:8443"},
        {"rp": "example.org"},
    ],
)
def test_passkey_of_another_page_is_not_kept(mara: Actor, wrong: dict[str, str]) -> None:
    made = Authenticator(**{"origin": OURS.origins[0], "rp": OURS.id, **wrong})
    challenge = passkeys.question_to_add(mara, OURS).challenge

    with pytest.raises(PasskeyRefused):
        passkeys.add(mara, OURS, challenge, made.make(challenge), "Handy")
    assert not factors.has_any(mara.id)


def test_answer_to_another_question_is_not_kept(mara: Actor) -> None:
    mine, other = (passkeys.question_to_add(mara, OURS).challenge for _ in range(2))

    with pytest.raises(PasskeyRefused):
        passkeys.add(mara, OURS, mine, device().make(other), "Handy")


def test_challenge_counts_once_also_for_a_new_one(mara: Actor) -> None:
    challenge = passkeys.question_to_add(mara, OURS).challenge
    passkeys.add(mara, OURS, challenge, device().make(challenge), "Handy")

    with pytest.raises(PasskeyRefused):
        passkeys.add(mara, OURS, challenge, device().make(challenge), "Laptop")


def test_same_device_is_kept_once(mara: Actor, jon: Actor) -> None:
    made = registered(mara)
    challenge = passkeys.question_to_add(jon, OURS).challenge

    with pytest.raises(PasskeyRefused):
        passkeys.add(jon, OURS, challenge, made.make(challenge), "Handy")
    assert not factors.has_any(jon.id)


def test_key_that_could_never_sign_is_not_kept(mara: Actor, monkeypatch) -> None:
    made, challenge = device(), passkeys.question_to_add(mara, OURS).challenge
    monkeypatch.setattr(
        made, "_public", lambda: bytes.fromhex("a5010203262001215820") + bytes(32) + b"\x22\x58\x20" + bytes(32)
    )

    with pytest.raises(PasskeyRefused):
        passkeys.add(mara, OURS, challenge, made.make(challenge), "Handy")


def test_twenty_are_enough(mara: Actor) -> None:
    for number in range(passkeys.MOST):
        second_factor.give_passkey(mara.id, credential=bytes((number,)))

    with pytest.raises(Invalid):
        registered(mara)
    assert Passkey.objects.count() == passkeys.MOST


def test_first_passkey_is_for_who_comes_first(mara: Actor) -> None:
    second_factor.give_app(mara.id)
    challenge = passkeys.question_to_add(mara, OURS).challenge

    with pytest.raises(AlreadySetUp):
        passkeys.add(mara, OURS, challenge, device().make(challenge), "Handy", first=True)


def test_young_people_have_no_passkeys(team: Team) -> None:
    seeker = access.new_seeker()[0]

    for attempt in (
        lambda: passkeys.question_to_add(seeker, OURS),
        lambda: passkeys.add(seeker, OURS, b"", {}, ""),
        lambda: passkeys.remove(seeker, 1),
    ):
        with pytest.raises(NotAllowed):
            attempt()


# --- The second step ---


def test_passkey_proves(mara: Actor) -> None:
    made = registered(mara)

    assert [proves(mara, made, ask(mara)) for _ in range(3)] == [True, True, True]
    assert Passkey.objects.get().sign_count == 3


def test_passkey_without_a_counter_proves_again_and_again(mara: Actor) -> None:
    made = registered(mara, counts=False)

    assert [proves(mara, made, ask(mara)) for _ in range(3)] == [True, True, True]


def test_touch_without_pin_is_enough_but_not_nothing(mara: Actor) -> None:
    made = registered(mara)

    assert proves(mara, made, ask(mara), flags=PRESENT)
    assert not proves(mara, made, ask(mara), flags=0)


@pytest.mark.parametrize("counter", [3, 2, 0])
def test_counter_that_does_not_grow_is_a_copy(mara: Actor, counter: int) -> None:
    made = registered(mara)
    for _ in range(4):
        assert proves(mara, made, ask(mara))
    made.counter = counter

    assert not proves(mara, made, ask(mara))
    assert Passkey.objects.get().sign_count == 4


def test_answer_counts_once(mara: Actor) -> None:
    made, challenge = registered(mara, counts=False), ask(mara)
    answer = made.show(challenge)

    assert [passkeys.check(mara.id, OURS, challenge, answer) for _ in range(2)] == [True, False]


def test_answer_to_another_question_is_refused(mara: Actor) -> None:
    made, mine, other = registered(mara), ask(mara), ask(mara)

    assert not passkeys.check(mara.id, OURS, mine, made.show(other))


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://evil.example"}, {"origin": "https://chat.example.org.evil.example"}, {"rp": "evil.example"}],
)
def test_answer_of_another_page_is_refused(mara: Actor, wrong: dict[str, str]) -> None:
    made = registered(mara)
    for name, value in wrong.items():
        setattr(made, name, value)

    assert not proves(mara, made, ask(mara))


def test_passkey_of_somebody_else_is_refused(mara: Actor, jon: Actor) -> None:
    registered(mara)

    assert not proves(mara, registered(jon), ask(mara))


def test_unknown_device_with_a_known_id_is_refused(mara: Actor) -> None:
    known = registered(mara)

    assert not proves(mara, device(id=known.id, counter=5), ask(mara))


def test_handle_of_somebody_else_is_refused(mara: Actor, jon: Actor) -> None:
    made = registered(mara)
    made.handle = mara.id.bytes
    assert proves(mara, made, ask(mara))
    made.handle = jon.id.bytes
    assert not proves(mara, made, ask(mara))


def test_answer_for_a_new_one_is_no_proof(mara: Actor) -> None:
    made, challenge = registered(mara), ask(mara)

    assert not passkeys.check(mara.id, OURS, challenge, made.make(challenge))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=20), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("id", "rawId", "type", "response")
QUICK = hypothesis_settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def spoilt(data: st.DataObject, answer: dict[str, Any], inner: tuple[str, ...]) -> Any:
    """The answer with one of its parts replaced or missing, or something else altogether."""
    name = data.draw(st.sampled_from(FIELDS + inner))
    place = answer if name in FIELDS else answer["response"]
    if data.draw(st.booleans()):
        place.pop(name)
    else:
        place[name] = data.draw(JUNK)
    return data.draw(st.sampled_from([answer, answer, answer.get("response"), [answer], None, "x"]))


@given(data=st.data())
@QUICK
def test_made_up_proofs_are_refused_and_never_an_error(mara: Actor, data: st.DataObject) -> None:
    Passkey.objects.all().delete()
    made = registered(mara)
    challenge = ask(mara)
    answer = spoilt(data, made.show(challenge), ("clientDataJSON", "authenticatorData", "signature"))

    assert not passkeys.check(mara.id, OURS, challenge, answer)


@given(data=st.data())
@QUICK
def test_made_up_passkeys_are_refused_and_never_an_error(mara: Actor, data: st.DataObject) -> None:
    challenge = passkeys.question_to_add(mara, OURS).challenge
    answer = spoilt(data, device().make(challenge), ("clientDataJSON", "attestationObject"))

    with pytest.raises(PasskeyRefused):
        passkeys.add(mara, OURS, challenge, answer, "Handy")


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7), part=st.sampled_from(["authenticatorData", "signature"]))
@QUICK
def test_one_turned_bit_is_refused_and_never_an_error(mara: Actor, place: int, bit: int, part: str) -> None:
    Passkey.objects.all().delete()
    made = registered(mara)
    challenge = ask(mara)
    answer = made.show(challenge)
    turned = bytearray(base64url_to_bytes(answer["response"][part]))
    turned[place % len(turned)] ^= 1 << bit
    answer["response"][part] = bytes_to_base64url(bytes(turned))

    assert not passkeys.check(mara.id, OURS, challenge, answer)
