"""The simulated prison: the same for the same seed, under the product's own rules, and cheap to match in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

from bot.queue.rules import Reach
from bot.settings import ROOT
from bot.simulation.draw import Draw
from bot.simulation.matching_cost import Cost, measure
from bot.simulation.report import line_of, picture, write
from bot.simulation.world import CONTACTS_FOR_EACH_PERSON, USUAL, time_of_day
from bot.simulation.year import askings, run

MONTH = replace(USUAL, days=30)
SEED = 1


def test_the_same_seed_gives_the_same_year_and_another_seed_another() -> None:
    assert run(MONTH, SEED) == run(MONTH, SEED)
    assert run(MONTH, SEED).waits != run(MONTH, SEED + 1).waits


def test_every_plan_meets_the_same_people_at_the_same_moments() -> None:
    fewer = replace(MONTH, listeners=12)

    assert list(askings(MONTH, Draw(SEED))) == list(askings(fewer, Draw(SEED)))


def test_as_many_ask_in_a_year_as_is_published() -> None:
    count = sum(1 for _ in askings(USUAL, Draw(SEED)))

    expected = USUAL.people * CONTACTS_FOR_EACH_PERSON
    assert abs(count - expected) < 4 * expected**0.5


def test_nobody_is_lost() -> None:
    outcome = run(MONTH, SEED)

    assert len(outcome.waits) == sum(1 for _ in askings(MONTH, Draw(SEED)))
    assert sum(outcome.contacts) == sum(each.minutes is not None for each in outcome.waits)


def test_where_no_door_is_opened_at_night_people_wait_until_morning() -> None:
    shut = replace(MONTH, rules=replace(MONTH.rules, reach={"night": Reach.NOBODY}))

    assert line_of(run(shut, SEED)).night_half > 2 * line_of(run(MONTH, SEED)).night_half


def test_with_fewer_listeners_people_wait_longer() -> None:
    few = replace(MONTH, listeners=3)

    assert line_of(run(few, SEED)).nine_in_ten > line_of(run(MONTH, SEED)).nine_in_ten


def test_a_longer_rest_never_lets_more_people_be_met_at_once() -> None:
    busy = replace(MONTH, demand=8.0)
    long = replace(busy, rules=replace(busy.rules, rest=timedelta(hours=48)))

    assert line_of(run(long, SEED)).nine_in_ten >= line_of(run(busy, SEED)).nine_in_ten


def test_doors_are_shut_over_lunch_and_at_night() -> None:
    def at(hour: int) -> str:
        return time_of_day(datetime(2026, 11, 23, hour, tzinfo=UTC))

    assert [at(hour) for hour in (3, 9, 13, 15, 18, 22)] == [
        "night",
        "unlocked",
        "night",
        "unlocked",
        "evening",
        "night",
    ]


def test_matching_costs_no_more_than_linearly_with_supporters_on_duty() -> None:
    few, many = measure((200, 1_600), tries=25)

    # Eight times as many: twice as much again is allowed, for a machine that does something else meanwhile.
    assert many.microseconds < few.microseconds * 8 * 2


def test_the_page_says_its_seed_and_its_pictures_are_whole(tmp_path: Path) -> None:
    write(tmp_path, [line_of(run(replace(USUAL, days=10), SEED))], [Cost(25, 40.0), Cost(50, 80.0)], SEED)

    page = (tmp_path / "simulation.md").read_text("utf-8")
    assert "seed 1" in page
    assert "| usual |" in page
    for name in ("waits", "nights", "cost"):
        assert f"simulation/{name}.svg" in page
        ElementTree.parse(tmp_path / "simulation" / f"{name}.svg")


def test_the_page_of_the_repository_says_what_the_command_would_write(tmp_path: Path) -> None:
    """All words but the figures: nobody changes one of the two alone."""
    write(tmp_path, [line_of(run(replace(USUAL, days=10), SEED))], [Cost(25, 40.0), Cost(50, 80.0)], SEED)
    made = (tmp_path / "simulation.md").read_text("utf-8")
    kept = (ROOT / "docs/simulation.md").read_text("utf-8")

    def words(page: str) -> str:
        after = page.partition("## What is published")[2].partition("## What matching costs")[0]
        return " ".join(after.split())

    assert words(made) == words(kept) != ""
    assert "Where it is not what the product does" in kept


def test_a_picture_keeps_a_name_with_marks() -> None:
    assert "a &lt;b&gt; &amp; c" in picture("t", [("a <b> & c", 1, 2)])
