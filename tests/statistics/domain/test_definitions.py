"""What is published, as declared: sound, with the codes of the rooms below, and each with its sentence."""

import ast

import pytest
from django.utils.functional import Promise

from blended.domain import referral_steps
from blended.models.times import Channel
from counselling.cases import own_forms
from counselling.cases.domain import closing, facts
from counselling.cases.models import Level
from counselling.centre import default_topics
from counselling.centre.models import Topic
from counselling.mail.domain import lights
from counselling.statistics.domain import counted_rules, definitions
from counselling.statistics.domain import definitions_dimensions as by
from counselling.statistics.domain.shapes import Dimension, codes_of
from counselling.statistics.models import Campaign
from tests.support.source import ROOT

pytestmark = pytest.mark.django_db
BY_THE_CENTRE = {"topic", "campaign", "language"}  # names, in whatever language they are


@pytest.fixture(autouse=True)
def links(topics: None) -> None:
    Campaign.objects.create(code="schule-am-berg", label="Schule am Berg", since="2026-07-01")


def dimensions() -> list[Dimension]:
    return [one for table in definitions.tables() for one in table.dimensions]


def test_codes_are_unique_and_found() -> None:
    for every, one in ((definitions.figures(), definitions.figure), (definitions.tables(), definitions.table)):
        codes = [found.code for found in every]
        assert len(set(codes)) == len(codes)
        assert [one(code).code for code in codes] == codes  # type: ignore[operator]
        with pytest.raises(KeyError):
            one("nothing")


def test_tables_have_one_or_two_dimensions_and_belong_to_a_figure_that_counts() -> None:
    for table in definitions.tables():
        assert len(table.dimensions) in {1, 2}
        assert definitions.figure(table.figure).kind == "count"


def test_shares_and_statistics_have_their_base() -> None:
    bases = set(definitions.values())
    assert bases == set(counted_rules.VALUES)
    for figure in definitions.figures():
        if figure.kind == "share":
            assert definitions.figure(figure.base).kind == "count"
        elif figure.kind in {"count", "hours"}:
            assert figure.base == ""
        else:
            assert figure.base in bases


def test_everything_declared_has_a_rule_and_every_rule_is_declared() -> None:
    counted = {one.code for one in definitions.figures() if one.kind in {"count", "hours", "share"}}
    assert counted == set(counted_rules.FIGURES)
    assert {one.code for one in dimensions()} == set(counted_rules.DIMENSIONS)
    assert {value.figure for value in counted_rules.VALUES.values()} <= counted


def test_every_part_of_a_share_lies_within_its_base() -> None:
    for figure in definitions.figures():
        if figure.kind == "share":
            part, base = counted_rules.FIGURES[figure.code], counted_rules.FIGURES[figure.base]
            assert set(part.events) <= set(base.events)


def test_merges_join_at_least_two_known_codes_under_a_new_one() -> None:
    for dimension in dimensions():
        codes = codes_of(dimension.values)
        assert len(set(codes)) == len(codes)
        for new, _label, old in dimension.merges:
            assert new not in codes
            assert len(set(old)) == len(old) >= 2
            assert set(old) <= set(codes)


def test_the_last_union_of_a_dimension_never_splits_an_earlier_one() -> None:
    for dimension in dimensions():
        for number, (_new, _label, old) in enumerate(dimension.merges):
            for _earlier, _its_label, before in dimension.merges[:number]:
                assert set(before) <= set(old) or not set(before) & set(old)


def test_codes_are_those_of_the_rooms_below() -> None:
    known = {one.code: codes_of(one.values) for one in dimensions()}
    assert known["age_band"] == [*codes_of(facts.AGE_BANDS), "none"]
    assert known["gender"] == codes_of(facts.GENDERS)
    assert known["strain"] == [*codes_of(facts.STRAINS), "none"]
    assert known["for_whom"] == [*codes_of(facts.FOR_WHOM), "none"]
    assert known["language"] == [*(code for code, _name in own_forms.LANGUAGES), "other"]
    assert known["ending"] == codes_of(closing.ENDINGS)
    assert known["referral"] == codes_of(closing.REFERRALS)
    assert known["helped"] == [*map(str, closing.HELPED), "none"]
    assert known["level"] == Level.values
    assert known["outcome"] == [code for code, _label in referral_steps.OUTCOMES]
    assert known["how"] == Channel.values
    assert known["answer"] == [code for code, _limit in lights._BANDS] + [lights.LONGEST]
    assert known["contacts"] == ["0", *(code for _most, code in closing._BANDS), "11plus"]


def test_topics_are_the_centres_and_every_default_one_has_a_group() -> None:
    Topic.objects.create(code="sport", label="Sport", label_en="Sports")
    Topic.objects.filter(code="money").update(active=False)

    topic = by.topic()

    assert set(codes_of(topic.values)) == {*(code for code, *_names in default_topics.TOPICS), "sport", "none"}
    grouped = [code for _new, _label, old in topic.merges for code in old]
    assert sorted(grouped) == sorted(set(codes_of(topic.values)) - {"none"})
    assert topic.merges[-1][2] == ("sport", "other")


def test_without_links_there_is_no_table_of_links() -> None:
    Campaign.objects.all().delete()

    assert "campaigns" not in {table.code for table in definitions.tables()}


def test_each_has_a_name_and_a_sentence_that_ends() -> None:
    for one in (*definitions.figures(), *definitions.tables()):
        assert str(one.label).strip()
        assert str(one.means).endswith(".")
        assert len(str(one.means)) > 30


def test_words_are_chosen_when_they_are_read() -> None:
    """Whoever reads first must not decide in which language all others read."""
    texts = [text for one in (*definitions.figures(), *definitions.tables()) for text in (one.label, one.means)]
    texts += [label for one in dimensions() for _new, label, _old in one.merges]
    texts += [label for one in dimensions() for _code, label in one.values if one.code not in BY_THE_CENTRE]

    assert [text for text in texts if not isinstance(text, Promise)] == []


def test_every_event_that_is_counted_is_written_somewhere() -> None:
    """A figure of an event that nobody writes would be zero for ever."""
    folders = ("counselling/cases", "counselling/mail", "counselling/statistics", "blended", "chat")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py") if file.name != "counted_rules.py"]
    words = {
        node.value
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    refused = {"full", "closed", "nobody"}
    for rule in counted_rules.FIGURES.values():
        for event in rule.events:
            assert event in words or event.removeprefix("refused_") in refused
