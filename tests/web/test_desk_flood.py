"""A flood of alerts from one tablet hides no other cell: the order, the grouping, the mark."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.people.model import Person, Place
from bot.safety.floods import BATCH
from bot.safety.model import Level
from bot.safety.record import Entry
from tests.support.chain import head, verify, walk
from tests.support.desk import DeskKit, make_kit

_CARDS = re.compile(r'<article class="alert [a-z ]+" id="alert-([^"]+)"')
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
    # Within a level the single alert stands before the flood.
    assert _CARDS.findall(outside) == [other, many[0]]
    assert _CHIPS.findall(page) == [
        ("emergency", other, "B1-09", "Emergency"),
        ("emergency", many[0], "A1-01", "Emergency, 50 alerts"),
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


def floods(kit: DeskKit, cells: int, each: int, level: Level = Level.EMERGENCY) -> list[list[str]]:
    """So many alerts from each of so many tablets, all before anybody looked."""
    found = []
    for cell in range(cells):
        place = Place("A", "A1", f"A1-{cell:02d}")
        people = [replace(kit.person(f"p{cell}-{number}"), place=place) for number in range(each)]
        with kit.product.database.writing() as work:
            for person in people:
                work.persons.save(person)
        found.append([kit.say(person, f"help {person.id}", level) for person in people])
        kit.clock.move(seconds=1)
    return found


def outside_of_folds(page: str) -> list[str]:
    return _CARDS.findall(re.sub(r"<details class=\"folded\".*?</details>", "", page, flags=re.DOTALL))


def moved(kit: DeskKit, person: Person, cell: str) -> Person:
    """Signed in on another tablet: the person's place is that tablet's."""
    found = replace(person, place=Place("A", "A1", cell))
    with kit.product.database.writing() as work:
        work.persons.save(found)
    return found


def test_fifty_alarms_of_one_person_moved_from_tablet_to_tablet_are_one_alert_and_hide_nobody(
    kit: DeskKit,
) -> None:
    loud = kit.person("loud")
    for number in range(50):
        loud = moved(kit, loud, f"A1-{number % 5:02d}")
        record = kit.say(loud, f"help {number}")
        kit.clock.move(seconds=1)
    other = in_cell(kit, "quiet", "A1-00", "cant go on", Level.EMERGENCY)

    page = kit.signed_in("wing").get("/board").text

    assert outside_of_folds(page) == [record, other]
    assert _CHIPS.findall(page) == [
        ("emergency", record, "A1-04", "Emergency"),
        ("emergency", other, "A1-00", "Emergency"),
    ]
    assert "50 messages" in page


def test_one_person_who_moves_to_the_tablet_of_another_stands_open_beside_that_one(kit: DeskKit) -> None:
    loud = moved(kit, kit.person("loud"), "A1-07")
    quiet = moved(kit, kit.person("quiet"), "A1-00")
    first = kit.say(loud, "help")
    second = kit.say(quiet, "cant go on")
    kit.say(moved(kit, loud, "A1-00"), "help again")

    page = kit.signed_in("wing").get("/board").text

    assert outside_of_folds(page) == [first, second]


@pytest.mark.parametrize("level", [Level.EMERGENCY, Level.URGENT, Level.CONCERN])
def test_three_hundred_open_alerts_hide_no_single_one_of_another_cell(kit: DeskKit, level: Level) -> None:
    many = floods(kit, 6, 50)
    other = in_cell(kit, "quiet", "B1-09", "cant go on", level)

    page = kit.signed_in("wing").get("/board").text

    first_ones = [records[0] for records in many]
    wanted = [other, *first_ones] if level is Level.EMERGENCY else [*first_ones, other]
    assert outside_of_folds(page) == wanted
    assert len(_CARDS.findall(page)) == 301, "not one is dropped"
    assert page.count('<details class="folded"') == 6
    assert len(page) < 500_000


def test_an_emergency_stands_before_three_hundred_milder_ones(kit: DeskKit) -> None:
    floods(kit, 6, 50, Level.URGENT)
    other = in_cell(kit, "quiet", "B1-09", "doing it now", Level.EMERGENCY)

    assert outside_of_folds(kit.signed_in("wing").get("/board").text)[0] == other


def test_of_three_hundred_cells_each_has_its_place_in_the_list_at_the_top(kit: DeskKit) -> None:
    many = [records[0] for records in floods(kit, 300, 1, Level.URGENT)]
    other = in_cell(kit, "quiet", "B1-09", "cant go on", Level.EMERGENCY)

    page = kit.signed_in("wing").get("/board").text

    strip = page.split('class="cells dense"')[1].split("</div>")[0]
    assert re.findall(r'href="#alert-([^"]+)"', strip) == [other, *many]
    assert re.findall(r"<h3>([^<]+)</h3>", strip) == ["Emergency", "Urgent"]
    assert _CARDS.findall(page)[0] == other


# -- acknowledging a flood of one cell


def entries_of(kit: DeskKit, records: list[str]) -> dict[str, list[Entry]]:
    with kit.product.database.reading() as work:
        verify(walk(work), head(work))
        return work.safety.entries_of_each(records)


def form_of(page: str, record: str) -> dict[str, str]:
    """The fields of the form that acknowledges the flood which this alert leads."""
    form = page.split(f'id="all-{record}"')[1].split("</form>", maxsplit=1)[0]
    assert 'action="/alerts/acknowledge-all"' in form
    return dict(re.findall(r'name="(wing|cell|until)" value="([^"]+)"', form))


def test_a_flood_of_one_cell_is_acknowledged_with_one_press_and_each_alert_has_its_entry(
    kit: DeskKit,
) -> None:
    many = flood(kit, 50)
    other = in_cell(kit, "quiet", "B1-09", "cant go on", Level.EMERGENCY)
    page = kit.signed_in("wing").get("/board").text

    answer = kit.post("wing", "/alerts/acknowledge-all", **form_of(page, many[0]))

    found = entries_of(kit, [*many, other])
    live = kit.signed_in("wing").get("/api/board").json()["alerts"]
    assert "Yes, acknowledge all 50 of cell A1-01" in page
    assert (answer.status_code, answer.headers["location"]) == (303, "/board")
    assert {record: [entry.kind.value for entry in entries] for record, entries in found.items()} == {
        **{record: ["noticed", "acknowledged"] for record in many},
        other: ["noticed"],
    }
    assert {entries[1].body["together"] for record, entries in found.items() if record != other} == {50}
    assert {entries[1].actor_id for record, entries in found.items() if record != other} == {"staff-wing"}
    assert [alert["id"] for alert in live] == [other]
    assert "50 alerts of the cell together" in kit.signed_in("safer").get(f"/safety/{many[7]}").text


def test_what_came_after_the_page_is_acknowledged_by_nobody(kit: DeskKit) -> None:
    many = flood(kit, 5)
    fields = form_of(kit.signed_in("wing").get("/board").text, many[0])
    again = kit.person("f9")
    later = kit.say(again, "help, a new one")
    with kit.product.database.reading() as work:
        first = work.people.get("f0")
    assert first is not None
    kit.say(first, "i mean it")

    kit.post("wing", "/alerts/acknowledge-all", **fields)

    live = {alert["id"] for alert in kit.signed_in("wing").get("/api/board").json()["alerts"]}
    assert live == {many[0], later}


def test_each_of_them_still_waits_for_its_own_check(kit: DeskKit) -> None:
    many = flood(kit, BATCH + 5)
    fields = form_of(kit.signed_in("wing").get("/board").text, many[0])

    kit.post("wing", "/alerts/acknowledge-all", **fields)

    page = kit.signed_in("wing").get("/board").text
    assert page.count("not checked yet") == BATCH + 5
    with kit.product.database.reading() as work:
        records = [work.safety.get(record) for record in many]
    assert all(record is not None and record.climb_at is not None for record in records)


def test_pressed_twice_or_after_a_colleague_it_says_that_nothing_was_left(kit: DeskKit) -> None:
    many = flood(kit, 3)
    fields = form_of(kit.signed_in("wing").get("/board").text, many[0])

    answers = [kit.post(account, "/alerts/acknowledge-all", **fields) for account in ("wing", "orderly")]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert "nothing of this cell was left to acknowledge" in answers[1].text
    assert all(len(entries) == 2 for entries in entries_of(kit, many).values())


@pytest.mark.parametrize(
    "changed",
    [
        {"until": "soon"},
        {"until": ""},
        {"until": "2026-11-23T10:00:00"},
        {"wing": "B"},
        {"wing": ""},
    ],
)
def test_a_form_made_by_hand_acknowledges_nothing(kit: DeskKit, changed: dict[str, str]) -> None:
    many = flood(kit, 3)
    fields = form_of(kit.signed_in("wing").get("/board").text, many[0])

    answer = kit.post("a_wing", "/alerts/acknowledge-all", **{**fields, **changed})

    assert answer.status_code == 404
    assert all(len(entries) == 1 for entries in entries_of(kit, many).values())


def test_an_account_of_another_wing_cannot_acknowledge_a_flood(kit: DeskKit) -> None:
    place = Place("B", "B1", "B1-01")
    people = [replace(kit.person(f"b{number}", "B"), place=place) for number in range(3)]
    many = [kit.say(person, "help") for person in people]
    fields = form_of(kit.signed_in("wing").get("/board").text, many[0])

    answer = kit.post("a_wing", "/alerts/acknowledge-all", **fields)

    assert answer.status_code == 404
    assert all(len(entries) == 1 for entries in entries_of(kit, many).values())


def test_one_alert_or_two_of_a_cell_have_no_such_button(kit: DeskKit) -> None:
    flood(kit, 2)

    assert "/alerts/acknowledge-all" not in kit.signed_in("wing").get("/board").text
