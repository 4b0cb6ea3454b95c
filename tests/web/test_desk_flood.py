"""A flood of alerts from one tablet hides no other cell: the order, the grouping, the mark."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.people.model import Place
from bot.safety.model import Level
from tests.support.desk import DeskKit, make_kit

_CARDS = re.compile(r'<article class="alert [a-z]+" id="alert-([^"]+)"')
_CHIPS = re.compile(r'class="chip ([a-z]+)" href="#alert-([^"]+)"><b>([^<]+)</b> ([^<]+)<')


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def flood(kit: DeskKit, count: int, level: Level = Level.EMERGENCY) -> list[str]:
    """So many people, one after the other, on the tablet of cell A1-01."""
    records = []
    for number in range(count):
        records.append(kit.say(kit.person(f"f{number}"), f"help {number}", level))
        kit.clock.move(seconds=1)
    return records


def in_cell(kit: DeskKit, name: str, cell: str, words: str, level: Level) -> str:
    person = replace(kit.person(name, "B"), place=Place("B", "B1", cell))
    with kit.product.database.writing() as work:
        work.persons.save(person)
    return kit.say(person, words, level)


def test_fifty_alarms_from_one_tablet_do_not_hide_another_cell(kit: DeskKit) -> None:
    many = flood(kit, 50)
    other = in_cell(kit, "quiet", "B1-09", "cant go on", Level.EMERGENCY)

    page = kit.signed_in("wing").get("/board").text

    cards = _CARDS.findall(page)
    assert sorted(cards) == sorted([*many, other]), "not one is dropped"
    # Open on the page stand one of the fifty and the other cell's; the rest lie behind one line.
    outside = re.sub(r"<details class=\"folded\".*?</details>", "", page, flags=re.DOTALL)
    assert _CARDS.findall(outside) == [many[0], other]
    assert _CHIPS.findall(page) == [
        ("emergency", many[0], "A1-01", "Emergency, 50 alerts"),
        ("emergency", other, "B1-09", "Emergency"),
    ]
    assert "Cell A1-01: 49 more alerts from the same tablet (49 Emergency)" in page
    assert "51 not acknowledged" in page


def test_a_graver_alert_of_another_cell_stands_above_fifty_milder_ones_that_are_older(kit: DeskKit) -> None:
    many = flood(kit, 50, Level.URGENT)
    other = in_cell(kit, "quiet", "B1-09", "doing it now", Level.EMERGENCY)

    page = kit.signed_in("wing").get("/board").text

    assert _CARDS.findall(page)[:2] == [other, many[0]]


def test_fifty_messages_of_one_person_are_one_alert_and_every_one_sounds(kit: DeskKit) -> None:
    loud = kit.person("loud")
    sounded = []
    for number in range(50):
        kit.say(loud, f"help {number}")
        (live,) = kit.signed_in("wing").get("/api/board?html=false").json()["alerts"]
        sounded.append(live["times"])
    other = in_cell(kit, "quiet", "B1-09", "cant go on", Level.EMERGENCY)

    page = kit.signed_in("wing").get("/board").text

    assert sounded == list(range(1, 51))
    assert len(_CARDS.findall(page)) == 2
    assert other in page
    assert "50 messages" in page


def test_many_alarms_from_one_tablet_are_marked_whether_they_were_answered_or_not(kit: DeskKit) -> None:
    for record in flood(kit, 9):
        kit.post("wing", f"/alerts/{record}/check", seen="yes", spoke="yes", response="A joke, he says")
    before = kit.signed_in("wing").get("/board").text

    kit.say(kit.person("tenth"), "help")
    other = in_cell(kit, "quiet", "B1-09", "cant go on", Level.CONCERN)
    after = kit.signed_in("wing").get("/board").text
    kit.clock.move(hours=25)
    next_day = kit.signed_in("wing").get("/board")

    assert "Many alarms from this tablet" not in before
    assert "Many alarms from this tablet: 10 messages in 24 hours" in after
    assert after.index("Many alarms") < after.index(f'id="alert-{other}"')
    assert after.count("Many alarms") == 1
    assert next_day.status_code == 303 or "Many alarms" not in next_day.text


def test_two_alerts_of_one_cell_stand_open_both(kit: DeskKit) -> None:
    first, second = flood(kit, 2)

    page = kit.signed_in("wing").get("/board").text

    assert _CARDS.findall(page) == [first, second]
    assert 'class="folded"' not in page


def test_within_one_level_who_waits_longest_stands_first(kit: DeskKit) -> None:
    first = in_cell(kit, "one", "B1-01", "words", Level.URGENT)
    kit.clock.move(minutes=1)
    second = in_cell(kit, "two", "B1-02", "words", Level.URGENT)
    kit.clock.move(minutes=1)
    concern = in_cell(kit, "three", "B1-03", "words", Level.CONCERN)
    kit.clock.move(minutes=1)
    grave = in_cell(kit, "four", "B1-04", "words", Level.EMERGENCY)

    page = kit.signed_in("wing").get("/board").text

    assert _CARDS.findall(page) == [grave, first, second, concern]
