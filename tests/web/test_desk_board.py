"""The board: what needs somebody first, nothing that was typed, and the steps that staff take."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.people.model import Actor, ActorKind
from bot.queue import service
from bot.queue.model import Change, Kind, State, Urgency
from bot.safety.message import Direction, Message
from bot.safety.model import Level
from bot.store.outbox import MAX_ATTEMPTS
from tests.support.desk import DeskKit, make_kit

_KEYS = re.compile(r'id="(?:row|alert)-([^"]+)" data-key')


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def rows_in(page: str) -> list[str]:
    return _KEYS.findall(page)


def state_of(kit: DeskKit, request_id: str) -> State:
    with kit.product.database.reading() as work:
        request = work.requests.get(request_id)
    assert request is not None
    return request.state


def test_alerts_come_first_then_late_ones_then_the_longest_waiting_then_what_is_under_way(
    kit: DeskKit,
) -> None:
    short = kit.ask(kit.person("ann"), ago=5)
    longer = kit.ask(kit.person("bob"), ago=40)
    late = kit.ask(kit.person("cat"), ago=70)
    raised = kit.ask(kit.person("dan"), Kind.STAFF, ago=31, urgency=Urgency.RAISED)
    going = kit.ask(kit.person("eve"), ago=50)
    with kit.product.database.writing() as work:
        by = Actor(ActorKind.STAFF, "staff-wing")
        service.move(work, going.id, Change.BEGUN, by, now=kit.clock.time)
    concern = kit.say(kit.person("fay"), "low", Level.CONCERN)
    emergency = kit.say(kit.person("gus"), "help")

    page = kit.signed_in("wing").get("/board").text

    expected = [emergency, concern, raised.id, late.id, longer.id, short.id, going.id]
    assert rows_in(page) == expected


def test_a_request_stays_late_after_the_worker_gave_it_a_new_deadline(kit: DeskKit) -> None:
    request = kit.ask(kit.person("ann"), ago=70)
    with kit.product.database.writing() as work:
        service.miss_deadlines(work, kit.product.prison, now=kit.clock.time)

    page = kit.signed_in("wing").get("/board").text

    assert f'class="row late" id="row-{request.id}"' in page


def test_the_request_that_an_alert_raised_shows_on_the_alert_alone(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "cant go on")

    assert rows_in(kit.signed_in("wing").get("/board").text) == [record]


def test_an_alert_shows_cell_name_exact_words_time_and_what_is_not_known(kit: DeskKit) -> None:
    kit.say(kit.person("sam"), "first words")
    kit.clock.move(minutes=2)
    kit.say(kit.person("tom", "B"), "<script>alert('x')</script>")

    page = kit.signed_in("wing").get("/board").text

    for part in ("A1-01", "Sam", "first words", "10:00", "Conscious and breathing: not known", "Acknowledge"):
        assert part in page
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_a_request_shows_kind_cell_name_waiting_time_state_and_reference_and_nothing_typed(
    kit: DeskKit,
) -> None:
    sam = kit.person("sam")
    request = kit.ask(sam, ago=12)
    with kit.product.database.writing() as work:
        typed = Message("m", "sam", "d", Direction.FROM_PERSON, "private words", kit.clock.time, "k")
        work.messages.add(typed)

    page = kit.signed_in("wing").get("/board").text

    for part in ("Listener", "A1-01", "Sam", "12 min", "Nobody has taken it", request.reference):
        assert part in page
    assert "private words" not in page
    assert sam.number not in page


def test_the_latest_message_of_an_alert_is_the_one_that_shows(kit: DeskKit) -> None:
    sam = kit.person("sam")
    kit.say(sam, "the first words")
    kit.say(sam, "the second words")

    page = kit.signed_in("wing").get("/board").text

    assert "the second words" in page
    assert "the first words" not in page
    assert "2 messages" in page


def test_nothing_open_is_said_in_one_quiet_line_that_proves_nothing(kit: DeskKit) -> None:
    page = kit.signed_in("wing").get("/board").text

    assert "Nothing needs you now." in page
    assert "Nothing noticed proves nothing." in page


def test_under_a_warning_nobody_reads_that_nothing_is_needed(kit: DeskKit) -> None:
    with kit.product.database.writing() as work:
        work.outbox.put("alert", "oakmoor", "record", kit.clock.time, {})
        notice = work.outbox.claim(kit.clock.time, timedelta(minutes=1))[0]
        work.outbox.failed(replace(notice, attempts=MAX_ATTEMPTS), kit.clock.time)

    page = kit.signed_in("wing").get("/board").text

    assert "could not be delivered outside this board: 1" in page
    assert "Nothing needs you now." not in page


def test_above_an_unanswered_question_nobody_reads_that_nothing_is_needed(kit: DeskKit) -> None:
    request, officer = kit.ask(kit.person("ann"), ago=120), Actor(ActorKind.STAFF, "staff-wing")
    with kit.product.database.writing() as work:
        for change in (Change.BEGUN, Change.FINISHED):
            service.move(work, request.id, change, officer, now=kit.clock.time - timedelta(minutes=100))

    page = kit.signed_in("wing").get("/board").text

    assert "Not answered yet: 1." in page
    assert "Nothing needs you now." not in page


def test_a_quiet_wing_says_that_other_wings_are_not_shown(kit: DeskKit) -> None:
    kit.ask(kit.person("ann", "A"))

    page = kit.signed_in("wing").get("/board?wing=B").text

    assert "Nothing on wing B needs you now. Other wings are not shown." in page
    assert "Nothing needs you now." not in page


def test_the_wing_filter_narrows_requests_and_never_alerts(kit: DeskKit) -> None:
    in_a, in_b = kit.ask(kit.person("ann", "A")), kit.ask(kit.person("bob", "B"))
    alert = kit.say(kit.person("cat", "A"), "help")

    page = kit.signed_in("wing").get("/board?wing=B").text

    assert rows_in(page) == [alert, in_b.id]
    assert in_a.id not in page


def test_an_account_of_one_wing_sees_that_wing_alone_whatever_it_asks_for(kit: DeskKit) -> None:
    in_a = kit.ask(kit.person("ann", "A"))
    kit.ask(kit.person("bob", "B"))
    kit.say(kit.person("cat", "B"), "help")

    pages = [kit.signed_in("a_wing").get(f"/board{tail}").text for tail in ("", "?wing=B", "?wing=A")]
    live = kit.signed_in("a_wing").get("/api/board").json()

    assert [rows_in(page) for page in pages] == [[in_a.id]] * 3
    assert live["alerts"] == []


def test_a_manager_sees_the_board_and_has_nothing_to_press(kit: DeskKit) -> None:
    kit.ask(kit.person("ann"))
    kit.say(kit.person("cat"), "help")

    page = kit.signed_in("manager").get("/board").text

    assert "/seen" not in page
    assert "/acknowledge" not in page
    assert 'data-rings=""' in page


def test_notices_that_could_not_be_delivered_are_a_warning(kit: DeskKit) -> None:
    kit.ask(kit.person("ann"))
    with kit.product.database.writing() as work:
        notice = work.outbox.claim(kit.clock.time, timedelta(minutes=1))[0]
        work.outbox.failed(replace(notice, attempts=MAX_ATTEMPTS), kit.clock.time)

    page = kit.signed_in("wing").get("/board").text

    assert "could not be delivered outside this board: 1" in page


def test_the_steps_follow_each_other_and_come_back_to_the_board_as_it_was(kit: DeskKit) -> None:
    request = kit.ask(kit.person("ann"))

    answers = [
        kit.post("wing", f"/requests/{request.id}/{change}", back="board", wing="A")
        for change in ("seen", "arranged", "begun", "finished")
    ]

    assert [answer.headers.get("location") for answer in answers] == ["/board?wing=A"] * 4
    assert state_of(kit, request.id) is State.DONE


def test_the_way_back_is_only_ever_one_of_our_own_pages(kit: DeskKit) -> None:
    request = kit.ask(kit.person("ann"))

    answer = kit.post("wing", f"/requests/{request.id}/seen", back="board", wing="//elsewhere.example")

    assert answer.headers["location"] == "/board"


def test_the_second_of_two_officers_reads_that_a_colleague_was_faster(kit: DeskKit) -> None:
    request = kit.ask(kit.person("ann"))
    kit.post("orderly", f"/requests/{request.id}/could_not", reason="no_staff", offered="phone")

    answer = kit.post("wing", f"/requests/{request.id}/arranged", back="board")

    assert answer.status_code == 409
    assert "was faster" in answer.text
    assert state_of(kit, request.id) is State.COULD_NOT


@pytest.mark.parametrize(
    "fields",
    [{}, {"reason": "no_staff"}, {"offered": "phone"}, {"reason": "lazy", "offered": "phone"}],
)
def test_could_not_needs_a_reason_from_the_list_and_what_was_offered(
    kit: DeskKit, fields: dict[str, str]
) -> None:
    request = kit.ask(kit.person("ann"))

    answer = kit.post("wing", f"/requests/{request.id}/could_not", **fields)

    assert answer.status_code == 409
    assert "Choose a reason" in answer.text
    assert state_of(kit, request.id) is State.WAITING
    assert ('value="phone"' in answer.text) == ("offered" in fields)


def test_the_timeline_names_staff_and_never_the_person_or_the_supporter(kit: DeskKit) -> None:
    sam, lee = kit.person("sam"), kit.supporter("lee")
    request = kit.ask(sam)
    with kit.product.database.writing() as work:
        service.accept(work, request.id, lee.id, deadlines=kit.product.prison, now=kit.clock.time)
    kit.post("wing", f"/requests/{request.id}/could_not", reason="roll_count", offered="<i>tea</i>")

    page = kit.signed_in("wing").get(f"/requests/{request.id}").text

    for part in (
        "The person opened the request.",
        "A supporter said yes to it.",
        "Officer Wing marked: could not be done.",
        "Reason: roll count",
        "Offered instead: &lt;i&gt;tea&lt;/i&gt;",
        "23 Nov 2026, 10:00:00",
    ):
        assert part in page
    assert "Lee" not in page


@pytest.mark.parametrize("change", ["accepted", "cancelled", "reached", "asked", "nonsense"])
def test_a_change_that_is_not_staffs_to_make_is_no_address(kit: DeskKit, change: str) -> None:
    request = kit.ask(kit.person("ann"))

    answer = kit.post("wing", f"/requests/{request.id}/{change}")

    assert answer.status_code == 404
    assert state_of(kit, request.id) is State.WAITING


def test_requests_of_another_wing_or_prison_are_not_there(kit: DeskKit) -> None:
    other_wing = kit.ask(kit.person("bob", "B"))
    elsewhere = kit.ask(kit.person("cat", "A", prison="elsewhere"))

    answers = [
        kit.signed_in("a_wing").get(f"/requests/{other_wing.id}"),
        kit.post("a_wing", f"/requests/{other_wing.id}/seen"),
        kit.signed_in("wing").get(f"/requests/{elsewhere.id}"),
        kit.post("wing", f"/requests/{elsewhere.id}/seen"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert elsewhere.id not in kit.signed_in("wing").get("/board").text


def test_a_first_name_with_marks_in_it_is_shown_as_text(kit: DeskKit) -> None:
    sam = replace(kit.person("sam"), first_name='<img src=x onerror="alert(1)">')
    kit.ask(sam)

    page = kit.signed_in("wing").get("/board").text

    assert "<img" not in page
    assert "&lt;img src=x" in page


def test_the_live_list_is_the_pages_list_and_its_mark_changes_only_with_it(kit: DeskKit) -> None:
    kit.ask(kit.person("ann"))
    client = kit.signed_in("wing")

    first, same = client.get("/api/board").json(), client.get("/api/board").json()
    kit.ask(kit.person("bob"))
    other = client.get("/api/board").json()

    assert rows_in(other["html"]) == rows_in(client.get("/board").text)
    assert first["mark"] == same["mark"] != other["mark"]


def test_the_live_board_tells_which_alerts_sound_and_how_often_somebody_spoke(kit: DeskKit) -> None:
    sam = kit.person("sam")
    kit.say(sam, "one", Level.CONCERN)
    record = kit.say(sam, "two", Level.URGENT)

    live = kit.signed_in("wing").get("/api/board?html=false").json()

    assert live["alerts"] == [{"id": record, "level": "urgent", "times": 2, "told": "", "unanswered": False}]
    assert live["html"] == ""
    assert live["bar"].startswith("Alerts that nobody has acknowledged: 1")


def test_every_other_page_says_that_an_alert_is_unanswered_without_any_script(kit: DeskKit) -> None:
    kit.say(kit.person("sam"), "help")

    page = kit.signed_in("wing").get("/tablets").text

    assert "Alerts that nobody has acknowledged: 1" in page


def test_an_unanswered_question_shows_on_the_board_and_on_the_request(kit: DeskKit) -> None:
    request = kit.ask(kit.person("ann"), ago=70)

    board = kit.signed_in("wing").get("/board").text
    page = kit.signed_in("wing").get(f"/requests/{request.id}").text

    assert 'class="came asked"' in board
    assert "Asked: did somebody come? No answer since 09:50." in page


def test_a_no_is_shown_clearly_until_somebody_was_there(kit: DeskKit) -> None:
    request = kit.ask(kit.person("ann"), ago=70)
    with kit.product.database.writing() as work:
        now = kit.clock.time
        service.somebody_came(work, request.id, "ann", came=False, deadlines=kit.product.prison, now=now)

    board = kit.signed_in("wing").get("/board").text
    page = kit.signed_in("wing").get(f"/requests/{request.id}").text

    assert 'class="came no"' in board
    assert "The person said at 10:00: nobody came." in page


def test_the_story_says_who_hears_of_a_missed_deadline_and_when_the_clock_was_set_back(kit: DeskKit) -> None:
    request = kit.ask(kit.person("ann"), ago=70)
    with kit.product.database.writing() as work:
        service.miss_deadlines(work, kit.product.prison, now=kit.clock.time)
    kit.clock.move(hours=-2)
    kit.post("wing", f"/requests/{request.id}/seen")

    page = kit.signed_in("wing").get(f"/requests/{request.id}").text

    assert "Passed on to the orderly officer" in page
    assert "The clock of the machine was set back before this step." in page


def test_another_reason_needs_words_and_what_was_typed_is_kept(kit: DeskKit) -> None:
    request = kit.ask(kit.person("ann"))

    answer = kit.post("wing", f"/requests/{request.id}/could_not", reason="other", offered="phone", note=" ")

    assert answer.status_code == 409
    assert "say which one, in a few words" in answer.text
    assert 'value="phone"' in answer.text
    assert '<option value="other" selected>' in answer.text
    assert state_of(kit, request.id) is State.WAITING


@pytest.mark.parametrize(
    "reason", ["no_staff", "roll_count", "no_listener", "refused", "security", "moved", "other"]
)
def test_every_reason_of_the_prisons_list_is_stored_with_what_was_offered(kit: DeskKit, reason: str) -> None:
    request = kit.ask(kit.person("ann"))

    answer = kit.post(
        "wing", f"/requests/{request.id}/could_not", reason=reason, offered="phone", note="a fault"
    )

    with kit.product.database.reading() as work:
        last = work.requests.events_of(request.id)[-1]
    assert answer.status_code == 303
    assert reason in kit.product.prison.could_not_reasons
    assert (last.reason, last.offered, state_of(kit, request.id)) == (reason, "phone", State.COULD_NOT)
