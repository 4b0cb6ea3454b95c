"""What is said in an open prison is true there: its shop, the tag, smoking and phones."""

import re
from datetime import UTC, datetime

import pytest

from bot.answers import Answer, load_answers
from bot.content import load_texts
from bot.directory.saying import service_line
from bot.editions.rules import texts_of
from bot.prison import Prison
from bot.prison_file import load_prison
from bot.settings import ROOT
from bot.taxonomy import load_taxonomy

CONTENT = ROOT / "content"
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def larkmere() -> Prison:
    return load_prison(CONTENT, "larkmere")


def answer(topic: str) -> Answer:
    return load_answers(CONTENT / "answers", load_taxonomy(CONTENT).topics).get(topic)


def sentences(topic: str, about: str) -> list[str]:
    """Every sentence of the answer that speaks of it."""
    texts = (text for name, text in texts_of(answer(topic)) if name != "title")
    found = [each for text in texts for each in re.split(r"(?<=[.?!])\s+", text)]
    return [each for each in found if re.search(about, each, re.IGNORECASE)]


def test_the_canteen_of_a_prison_with_a_shop_is_its_shop(larkmere: Prison) -> None:
    canteen = answer("canteen")

    assert "shop next to the gym" in larkmere.local["canteen"]
    for text in (canteen.short, canteen.where):
        assert "In some prisons you go to the shop." in text


def test_the_tag_is_asked_about_where_the_answer_says(larkmere: Prison) -> None:
    texts = load_texts(CONTENT / "messages")

    assert [service.id for service in larkmere.services_for("tag_hdc")] == ["omu"]
    line = service_line(texts, larkmere, "tag_hdc", "en", NOW)
    assert line.startswith("Offender management unit (OMU)")
    assert "ROTL" not in line


@pytest.mark.parametrize(
    ("topic", "about"),
    [("vapes_smoking", r"cannot smoke|no smoking|smoking was|stopped smoking"), ("prison_rules", "tobacco")],
)
def test_a_ban_of_closed_prisons_is_said_of_them_only(topic: str, about: str) -> None:
    found = sentences(topic, about)

    assert found
    assert all("closed prisons" in each.lower() for each in found)


def test_a_phone_of_your_own_is_where_the_prison_allows_it(larkmere: Prison) -> None:
    assert "Mobile phones are for work outside only." in larkmere.local["phone"]
    assert sentences("prison_rules", "phone") == [
        "A phone of your own is only allowed where the prison says so."
    ]
