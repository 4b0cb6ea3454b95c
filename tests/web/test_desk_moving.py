"""Moving a person at the desk: everything open goes along, in plain words, and a second officer is told."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.people.model import Staff, StaffRole
from bot.queue import service
from bot.queue.model import Request, State
from tests.support.desk import DeskKit, make_kit
from tests.support.offering import offered

OTHER = "fernhill"


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    with kit.product.database.writing() as work:
        work.staff.add(Staff("far", OTHER, "wing", "Officer Far", "hash of correct horse", (StaffRole.WING,)))
    yield kit
    kit.product.database.close()


def now_of(kit: DeskKit, request: Request) -> Request:
    with kit.product.database.reading() as work:
        found = work.requests.get(request.id)
    assert found is not None
    return found


def move(kit: DeskKit, where: str, account: str = "wing", **fields: str):  # type: ignore[no-untyped-def]
    sent = {"standing": "oakmoor/A/A1/A1-01", "where": where, **fields}
    return kit.post(account, "/people/sam/move", **sent)


def test_a_wing_officer_moves_a_person_and_reads_how_much_went_along(kit: DeskKit) -> None:
    request = kit.ask(kit.person("sam"))

    answer = move(kit, "oakmoor:B/B1", cell="b1-03")
    page = kit.signed_in("wing").get(answer.headers["location"]).text

    assert "Requests that went along: 1." in page
    assert now_of(kit, request).place.cell == "B1-03"
    assert f"/requests/{request.id}" in page
    story = kit.signed_in("wing").get(f"/requests/{request.id}").text
    assert "Officer Wing moved the person. The request went along." in story
    assert "From and to: A A1-01 → B B1-03" in story


def test_an_alert_goes_along_and_the_page_says_so(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")

    answer = move(kit, "oakmoor:B/B1", cell="B1-03")
    page = kit.signed_in("wing").get(answer.headers["location"]).text
    log = kit.signed_in("safer").get(f"/safety/{record}").text

    assert "An alert that nobody has checked went along too." in page
    assert "B1-03" in kit.signed_in("wing").get("/board").text
    assert "Officer Wing moved the person. The record went along." in log
    assert "oakmoor A A1-01 → oakmoor B B1-03" in log


def test_the_supporter_who_cannot_follow_hands_it_back_and_the_story_says_why(kit: DeskKit) -> None:
    request = kit.ask(kit.person("sam"))
    lee = kit.supporter("lee")
    with kit.product.database.writing() as work:
        supporter = work.supporters.get(lee.id)
        assert supporter is not None
        work.supporters.put(replace(supporter, wings=("A",)))
        offered(work, request.id, lee.id, now=kit.clock.time, prison=kit.product.prison)
        service.accept(work, request.id, lee.id, deadlines=kit.product.prison, now=kit.clock.time)

    move(kit, "oakmoor:B/B1", cell="B1-03")

    story = kit.signed_in("wing").get(f"/requests/{request.id}").text
    assert now_of(kit, request).state is State.WAITING
    assert "handed it back. It waits again." in story
    assert "Reason: the person was moved" in story


def test_to_a_prison_of_this_database_everything_goes_along_and_leaves_this_board(kit: DeskKit) -> None:
    request = kit.ask(kit.person("sam"))

    answer = move(kit, f"{OTHER}:Ash/Ash2", cell="ASH2-14")

    assert answer.status_code == 200
    assert "moved to where your account does not see" in answer.text
    assert now_of(kit, request).prison_id == OTHER
    assert request.id not in kit.signed_in("wing").get("/board").text
    assert kit.signed_in("wing").get("/people/sam").status_code == 404


def test_a_prison_that_has_no_desk_here_is_no_goal(kit: DeskKit) -> None:
    kit.person("sam")

    page = kit.signed_in("wing").get("/people/sam").text
    answer = move(kit, "larkmere:North/North1", cell="1")

    assert "fernhill:Ash/Ash1" in page
    assert "larkmere" not in page
    assert answer.status_code == 400


def test_who_goes_away_has_requests_ended_with_what_was_offered(kit: DeskKit) -> None:
    request = kit.ask(kit.person("sam"))

    silent = move(kit, "away")
    told = move(kit, "away", offered="Told the next prison")
    page = kit.signed_in("wing").get(told.headers["location"]).text

    assert silent.status_code == 409
    assert "Say what was offered instead." in silent.text
    assert now_of(kit, request).state is State.COULD_NOT
    assert "marked as away. Requests that ended: 1." in page
    assert "This person has left." in page


def test_an_alert_of_who_goes_away_stands_and_is_said_loudly(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")

    answer = move(kit, "away")
    page = kit.signed_in("wing").get(answer.headers["location"]).text

    assert "AN ALERT STANDS OPEN for this person" in page
    assert f"alert-{record}" in kit.signed_in("wing").get("/board").text


@pytest.mark.parametrize("where", ["", "oakmoor:B/A1", "oakmoor:C/C1", "elsewhere:A/A1", "B/B1"])
def test_a_goal_that_is_not_on_the_list_changes_nothing(kit: DeskKit, where: str) -> None:
    kit.person("sam")

    answer = move(kit, where, cell="B1-03")

    assert answer.status_code == 400
    assert "Choose to where" in answer.text


def test_the_second_of_two_officers_is_told_that_the_person_has_been_moved(kit: DeskKit) -> None:
    kit.person("sam")
    move(kit, "oakmoor:B/B1", account="orderly", cell="B1-03")

    late = move(kit, "oakmoor:A/A2", cell="A2-01")

    assert late.status_code == 409
    assert "A colleague was faster" in late.text
    assert "Wing B, landing B1" in late.text


def test_the_cell_where_the_person_is_already_is_said_kindly(kit: DeskKit) -> None:
    kit.person("sam")

    answer = move(kit, "oakmoor:A/A1", cell="A1-01")

    assert answer.status_code == 409
    assert "in this cell already" in answer.text


def test_a_person_of_another_wing_or_prison_is_not_there_to_be_moved(kit: DeskKit) -> None:
    kit.person("sam", "B")
    kit.person("tom", prison=OTHER)

    answers = [
        kit.post("a_wing", "/people/sam/move", standing="oakmoor/B/B1/B1-01", where="away", offered="x"),
        kit.post("wing", "/people/tom/move", standing=f"{OTHER}/A/A1/A1-01", where="away", offered="x"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_who_comes_back_has_one_row_and_can_be_added_again(kit: DeskKit) -> None:
    kit.person("sam")
    move(kit, "away")
    fields = {"number": "SAM1", "first_name": "Sam", "landing": "B/B1", "cell": "B1-09", "pin": "2468"}

    answer = kit.post("admin", "/people", **fields)

    with kit.product.database.reading() as work:
        people = work.persons.list_of("oakmoor")
    assert answer.headers["location"] == "/people?done=added"
    assert [(p.id, p.active, p.place.cell) for p in people] == [("sam", True, "B1-09")]


def test_an_unchecked_alert_goes_along_with_who_comes_back_in_another_cell(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")
    move(kit, "away")
    fields = {"number": "SAM1", "first_name": "Sam", "landing": "B/B1", "cell": "B1-09", "pin": "2468"}

    answer = kit.post("admin", "/people", **fields)

    with kit.product.database.reading() as work:
        found = work.safety.get_for_change(record)
    log = kit.signed_in("safer").get(f"/safety/{record}").text
    assert answer.headers["location"] == "/people?done=added"
    assert found is not None
    assert found.place.cell == "B1-09"
    assert "oakmoor A A1-01 → oakmoor B B1-09" in log


def test_who_comes_back_to_the_same_cell_finds_the_alert_there(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")
    move(kit, "away")
    fields = {"number": "SAM1", "first_name": "Sam", "landing": "A/A1", "cell": "A1-01", "pin": "2468"}

    answer = kit.post("admin", "/people", **fields)

    assert answer.headers["location"] == "/people?done=added"
    assert f"alert-{record}" in kit.signed_in("wing").get("/board").text


def test_a_wing_that_is_no_longer_in_the_file_breaks_nothing(kit: DeskKit) -> None:
    request = kit.ask(kit.person("sam", "C"))
    record = kit.say(kit.person("tom", "C"), "help")

    board = kit.signed_in("wing").get("/board").text
    pages = [f"/requests/{request.id}", f"/alerts/{record}", "/people/sam"]
    answers = [kit.signed_in("wing").get(path) for path in pages]
    moved = kit.post(
        "wing", "/people/sam/move", standing="oakmoor/C/C1/C1-01", where="oakmoor:A/A1", cell="A1-05"
    )

    assert f"row-{request.id}" in board
    assert f"alert-{record}" in board
    assert [answer.status_code for answer in answers] == [200] * 3
    assert moved.status_code == 303
    assert now_of(kit, request).place.wing == "A"
