"""An alert from its first sound to its review, and the safety log that keeps each step."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.queue.model import Kind, State
from bot.safety import review
from bot.safety.model import FAULT, Level, Reason, Risk, Verdict
from bot.safety.record import RecordState, SafetyRecord
from bot.store import tables as t
from tests.support.chain import head, verify, walk
from tests.support.desk import DeskKit, make_kit

CHECK = {"seen": "yes", "spoke": "yes", "response": "He talked. <b>Tea</b> brought."}
REVIEW = {"outcome": "acct_opened", "note": "Plan made with him."}


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


def a_verdict_of(*reasons: tuple[str, str], version: str) -> Verdict:
    """An emergency, for these reasons, each with the part of the message that gives it."""
    found = tuple(Reason(Risk.SUICIDE, Level.EMERGENCY, words, "phrase:x", part) for words, part in reasons)
    return Verdict(Level.EMERGENCY, (Risk.SUICIDE,), found, "en", version)


def record_of(kit: DeskKit, record_id: str) -> SafetyRecord:
    with kit.product.database.reading() as work:
        record = work.safety.get(record_id)
    assert record is not None
    return record


def entries_of(kit: DeskKit, record_id: str) -> list[str]:
    """The kinds of the record's entries, after the whole chain was verified."""
    with kit.product.database.reading() as work:
        verify(walk(work), head(work))
        return [entry.kind.value for entry in work.safety.entries_of(record_id)]


def audit_of(kit: DeskKit) -> list[tuple[str, str]]:
    with kit.product.database.reading() as work:
        rows = work.session.execute(sa.select(t.audit.c.action, t.audit.c.staff_id).order_by(t.audit.c.seq))
        return [(action, staff) for action, staff in rows if "signed" not in action]


def test_an_alert_is_acknowledged_checked_and_reviewed_and_the_log_holds_each_step(kit: DeskKit) -> None:
    sam = kit.person("sam")
    record = kit.say(sam, "cant do this no more")

    answers = [
        kit.post("wing", f"/alerts/{record}/acknowledge"),
        kit.post("orderly", f"/alerts/{record}/check", **CHECK),
        kit.post("safer", f"/safety/{record}/review", **REVIEW),
    ]

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert record_of(kit, record).state is RecordState.REVIEWED
    assert entries_of(kit, record) == ["noticed", "acknowledged", "checked", "reviewed"]


def test_a_check_closes_the_request_that_the_alert_raised(kit: DeskKit) -> None:
    sam = kit.person("sam")
    record = kit.say(sam, "help")

    kit.post("wing", f"/alerts/{record}/check", **CHECK)

    with kit.product.database.reading() as work:
        request = work.requests.of_person(sam.id)[0]
    assert (request.kind, request.state) == (Kind.STAFF, State.DONE)


def test_not_seen_is_an_answer_and_keeps_the_alert_open(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")

    kit.post("wing", f"/alerts/{record}/check", seen="no", spoke="no", response="Cell empty, at healthcare?")

    assert record_of(kit, record).state is RecordState.ACKNOWLEDGED
    assert entries_of(kit, record) == ["noticed", "checked"]
    assert record in kit.signed_in("wing").get("/board").text


@pytest.mark.parametrize("missing", ["seen", "spoke", "response"])
def test_a_check_needs_seen_spoke_and_response_and_keeps_what_was_typed(kit: DeskKit, missing: str) -> None:
    record = kit.say(kit.person("sam"), "help")
    fields = {name: value for name, value in CHECK.items() if name != missing}

    answer = kit.post("wing", f"/alerts/{record}/check", **fields)

    assert answer.status_code == 400
    assert entries_of(kit, record) == ["noticed"]
    assert ("He talked. &lt;b&gt;Tea&lt;/b&gt; brought." in answer.text) == (missing != "response")


def test_the_second_to_acknowledge_reads_that_a_colleague_was_faster(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")
    kit.post("orderly", f"/alerts/{record}/acknowledge")

    answer = kit.post("wing", f"/alerts/{record}/acknowledge")

    assert answer.status_code == 409
    assert "A colleague was faster" in answer.text
    assert entries_of(kit, record) == ["noticed", "acknowledged"]


def test_a_check_that_comes_second_is_not_stored_and_not_lost(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")
    kit.post("orderly", f"/alerts/{record}/check", **CHECK)

    answer = kit.post("wing", f"/alerts/{record}/check", seen="yes", spoke="no", response="My own words")

    assert answer.status_code == 409
    assert "My own words" in answer.text
    assert entries_of(kit, record) == ["noticed", "checked"]


def test_a_further_message_sounds_again_after_it_was_acknowledged(kit: DeskKit) -> None:
    sam = kit.person("sam")
    record = kit.say(sam, "help")
    kit.post("wing", f"/alerts/{record}/acknowledge")

    kit.say(sam, "doing it now")

    live = kit.signed_in("wing").get("/api/board").json()
    assert [(one["id"], one["level"], one["times"]) for one in live["alerts"]] == [(record, "emergency", 2)]


def test_a_review_comes_after_a_check_and_only_once(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")

    early = kit.post("safer", f"/safety/{record}/review", **REVIEW)
    kit.post("wing", f"/alerts/{record}/check", **CHECK)
    first = kit.post("safer", f"/safety/{record}/review", **REVIEW)
    again = kit.post("safer", f"/safety/{record}/review", **REVIEW)

    assert [answer.status_code for answer in (early, first, again)] == [409, 303, 409]
    assert entries_of(kit, record) == ["noticed", "checked", "reviewed"]


@pytest.mark.parametrize(
    "fields", [{"outcome": "", "note": "x"}, {"outcome": "odd", "note": "x"}, {"outcome": "csip"}]
)
def test_a_review_needs_an_outcome_from_the_list_and_words(kit: DeskKit, fields: dict[str, str]) -> None:
    record = kit.say(kit.person("sam"), "help")
    kit.post("wing", f"/alerts/{record}/check", **CHECK)

    answer = kit.post("safer", f"/safety/{record}/review", **fields)

    assert answer.status_code == 400
    assert entries_of(kit, record) == ["noticed", "checked"]


def test_the_orderly_officer_reads_the_log_and_cannot_review(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")
    kit.post("wing", f"/alerts/{record}/check", **CHECK)

    page = kit.signed_in("orderly").get(f"/safety/{record}").text
    answer = kit.post("orderly", f"/safety/{record}/review", **REVIEW)

    assert f"/safety/{record}/review" not in page
    assert answer.status_code == 403


def test_opening_a_record_or_an_alert_is_written_down_with_who(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")

    kit.signed_in("manager").get(f"/safety/{record}")
    kit.signed_in("wing").get(f"/alerts/{record}")

    assert audit_of(kit) == [("safety_record_viewed", "staff-manager"), ("alert_viewed", "staff-wing")]


def test_a_record_shows_every_entry_in_order_with_exact_words_and_who(kit: DeskKit) -> None:
    sam = kit.person("sam")
    record = kit.say(sam, "لا أستطيع <u>now</u>")
    kit.post("wing", f"/alerts/{record}/check", **CHECK)

    page = kit.signed_in("safer").get(f"/safety/{record}").text

    parts = [
        "Signpost noticed danger in a message.",
        "لا أستطيع &lt;u&gt;now&lt;/u&gt;",
        "reason in words",
        "Officer Wing recorded a check.",
        "Seen: Yes",
        "He talked. &lt;b&gt;Tea&lt;/b&gt; brought.",
        "signpost verify-log",
    ]
    places = [page.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)


def test_the_log_lists_records_by_state_for_the_wings_of_the_account(kit: DeskKit) -> None:
    in_a = kit.say(kit.person("ann", "A"), "help")
    in_b = kit.say(kit.person("bob", "B"), "low", Level.CONCERN)
    kit.post("wing", f"/alerts/{in_a}/acknowledge")

    pages = {
        "all": kit.signed_in("safer").get("/safety").text,
        "open": kit.signed_in("safer").get("/safety?state=open").text,
        "a_wing": kit.signed_in("a_wing").get("/safety").text,
    }

    shown = {name: (in_a in page, in_b in page) for name, page in pages.items()}
    assert shown == {"all": (True, True), "open": (False, True), "a_wing": (True, False)}


def test_alerts_of_another_wing_or_prison_are_not_there(kit: DeskKit) -> None:
    in_b = kit.say(kit.person("bob", "B"), "help")
    elsewhere = kit.say(kit.person("cat", "A", prison="elsewhere"), "help")

    answers = [
        kit.signed_in("a_wing").get(f"/alerts/{in_b}"),
        kit.post("a_wing", f"/alerts/{in_b}/acknowledge"),
        kit.post("a_wing", f"/alerts/{in_b}/check", **CHECK),
        kit.signed_in("a_wing").get(f"/safety/{in_b}"),
        kit.post("a_wing", f"/safety/{in_b}/review", **REVIEW),
        kit.signed_in("safer").get(f"/alerts/{elsewhere}"),
        kit.post("safer", f"/alerts/{elsewhere}/acknowledge"),
        kit.signed_in("safer").get(f"/safety/{elsewhere}"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 8
    assert record_of(kit, in_b).state is RecordState.OPEN


def test_no_page_about_a_record_shows_a_score_or_where_a_reason_came_from(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")

    pages = [kit.signed_in("safer").get(path).text for path in (f"/alerts/{record}", f"/safety/{record}")]

    for page in pages:
        assert "%" not in page
        assert ">head<" not in page
        assert "Nobody" in page or "no score" in page


def test_a_later_milder_message_does_not_hide_the_grave_words_on_the_board(kit: DeskKit) -> None:
    sam = kit.person("sam")
    kit.say(sam, "the grave words", Level.EMERGENCY)
    kit.say(sam, "something milder", Level.CONCERN)

    board = kit.signed_in("wing").get("/board").text

    assert "the grave words" in board
    assert "something milder" in board


def test_nobody_gives_up_a_request_that_danger_raised(kit: DeskKit) -> None:
    sam = kit.person("sam")
    record = kit.say(sam, "cant do this no more")
    with kit.product.database.reading() as work:
        (request,) = [one for one in work.requests.of_person(sam.id) if one.record_id == record]

    answer = kit.post("wing", f"/requests/{request.id}/could_not", reason="no_staff", offered="A call")

    assert answer.status_code == 409
    with kit.product.database.reading() as work:
        assert work.requests.of_person(sam.id)[0].state is State.WAITING


def test_a_second_grave_message_strengthens_the_open_alert_sounds_again_and_makes_no_twin(
    kit: DeskKit,
) -> None:
    sam = kit.person("sam")
    first = kit.say(sam, "cant cope", Level.URGENT)
    kit.post("wing", f"/alerts/{first}/go")

    second = kit.say(sam, "doing it now", Level.EMERGENCY)

    assert second == first
    assert entries_of(kit, first) == ["noticed", "going", "strengthened"]
    assert record_of(kit, first).is_sounding
    live = kit.signed_in("wing").get("/api/board").json()
    assert [(one["id"], one["level"], one["times"]) for one in live["alerts"]] == [(first, "emergency", 2)]


def test_who_goes_is_named_on_the_board_until_the_check(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")

    kit.post("wing", f"/alerts/{record}/go")
    board = kit.signed_in("orderly").get("/board").text
    kit.post("wing", f"/alerts/{record}/check", **CHECK, outcome="healthcare")

    assert "Officer Wing is going, since 10:00" in board
    assert "not acknowledged" not in board
    assert entries_of(kit, record) == ["noticed", "going", "checked"]
    assert "Outcome: Passed to healthcare" in kit.signed_in("safer").get(f"/safety/{record}").text


def test_conscious_and_breathing_is_not_known_until_staff_say_so_and_again_after_a_further_message(
    kit: DeskKit,
) -> None:
    sam = kit.person("sam")
    record = kit.say(sam, "help")
    said = []

    for step in ("", "yes", "more words", "no", "last words"):
        if step in ("yes", "no"):
            assert kit.post("wing", f"/alerts/{record}/breathing/{step}").status_code == 303
        elif step:
            kit.say(sam, step)
        page = kit.signed_in("wing").get(f"/alerts/{record}").text
        said.append(
            "unknown"
            if "Conscious and breathing: not known" in page
            else "yes"
            if "Conscious and breathing: yes (Officer Wing, 10:00)" in page
            else "no"
            if "Call Code Blue now" in page
            else "?"
        )

    # A "no" is never taken back by words that somebody typed.
    assert said == ["unknown", "yes", "unknown", "no", "no"]
    assert record_of(kit, record).is_sounding


def test_an_answer_about_breathing_that_is_neither_yes_nor_no_is_no_address(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")

    answer = kit.post("wing", f"/alerts/{record}/breathing/maybe")

    assert answer.status_code == 404
    assert entries_of(kit, record) == ["noticed"]


def test_an_alert_shows_the_part_that_spoke_the_reasons_and_the_screens_version(kit: DeskKit) -> None:
    sam = kit.person("sam")
    words = "thanks for the <b>tea</b>, ive got it all ready for tonight, night"
    part = "ive got it all ready for tonight"
    record = kit.judged(
        sam,
        words,
        a_verdict_of(("says goodbye", ""), ("has a means ready", part), version="phrases-7/head-9"),
    )

    for page in (
        kit.signed_in("wing").get("/board").text,
        kit.signed_in("wing").get(f"/alerts/{record}").text,
    ):
        assert (
            "thanks for the &lt;b&gt;tea&lt;/b&gt;, <mark>ive got it all ready for tonight</mark>, night"
            in page
        )
        assert "says goodbye; has a means ready" in page
        assert "Danger screen: phrases-7/head-9" in page


def test_a_message_that_nothing_could_judge_says_so_on_the_alert(kit: DeskKit) -> None:
    broken = Reason(None, Level.URGENT, "part of screen is broken", FAULT)
    verdict = Verdict(Level.URGENT, (), (broken,), "en", "none", fault=True)

    record = kit.judged(kit.person("sam"), "when is lunch", verdict)

    for path in ("/board", f"/alerts/{record}"):
        page = kit.signed_in("wing").get(path).text
        assert "could not judge this. It counts as urgent to be safe." in page
        assert "part of screen is broken" not in page


def test_a_verdict_that_a_part_was_missing_from_says_so_on_the_alert(kit: DeskKit) -> None:
    broken = Reason(None, Level.NONE, "part of screen is broken", FAULT)
    found = Reason(Risk.SUICIDE, Level.EMERGENCY, "says goodbye", "phrase:x")
    verdict = Verdict(Level.EMERGENCY, (Risk.SUICIDE,), (found, broken), "en", "v", fault=True)

    kit.judged(kit.person("sam"), "goodbye", verdict)

    assert "says goodbye; Part of the screen was broken." in kit.signed_in("wing").get("/board").text


def test_an_alert_that_the_whole_chain_left_unanswered_says_so_plainly(kit: DeskKit) -> None:
    record = kit.say(kit.person("sam"), "help")
    boards = []

    for _ in range(5):
        kit.clock.move(seconds=61)
        with kit.product.database.writing() as work:
            review.climb(work, kit.product.prison, now=kit.clock.time)
        boards.append(kit.signed_in("wing").get("/board").text)

    assert ["NOBODY HAS ANSWERED" in board for board in boards] == [False, False, True, True, True]
    assert "Passed on to the orderly officer" in boards[0]
    assert entries_of(kit, record) == ["noticed", "climbed", "climbed", "climbed"]
    (live,) = kit.signed_in("wing").get("/api/board").json()["alerts"]
    assert (live["told"], live["unanswered"]) == ("manager", True)
    assert "The last in the chain" in kit.signed_in("safer").get(f"/safety/{record}").text
