"""Marks on the screen's verdicts, and danger that it missed: what is written, and what is refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.people.model import Actor, ActorKind
from bot.queue.model import Kind, Urgency
from bot.safety import feedback, intake, reports, review
from bot.safety.feedback import Judged, Mark, NotWhole, Opinion, SaidAlready, UnknownVerdict
from bot.safety.intake import Arrival
from bot.safety.model import Level, Risk
from bot.safety.record import Entry, EntryKind, RecordState, SafetyRecord
from bot.safety.reports import FROM_STAFF, Danger
from tests.support.builders import NOW, PRISON, STAFF, PlainPrison, a_person, a_verdict
from tests.support.chain import verify
from tests.support.fakes import FakeSafety, FakeWork

OTHER = Actor(ActorKind.STAFF, "other")
LATER = NOW + timedelta(minutes=20)
GRAVE = Danger(Level.EMERGENCY, Risk.SUICIDE, "reported by staff")


class FakeLog(FakeSafety):
    def get(self, record_id: str) -> SafetyRecord | None:
        return self.records.get(record_id)

    def entry(self, entry_id: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.id == entry_id), None)


class FakeMarks:
    def __init__(self) -> None:
        self.rows: list[Mark] = []

    def add(self, mark: Mark) -> None:
        self.rows.append(mark)

    def of_entry(self, entry_id: str) -> Sequence[Mark]:
        return [mark for mark in self.rows if mark.entry_id == entry_id]


@dataclass
class Work(FakeWork):
    safety: FakeLog = field(default_factory=FakeLog)
    verdicts: FakeMarks = field(default_factory=FakeMarks)


@pytest.fixture
def work() -> Work:
    work = Work()
    work.people.add(a_person())
    arrival = Arrival("sam", "tablet", "off to meet my maker lol", "form")
    intake.receive(work, arrival, a_verdict(Level.URGENT), prison=PlainPrison(), now=NOW)
    return work


def entry_of(work: Work) -> Entry:
    return work.safety.entries[0]


def mark(work: Work, judged: Judged, by: Actor = STAFF, prison_id: str = PRISON) -> Mark:
    return feedback.mark(work, entry_of(work).id, by, judged, prison_id=prison_id, now=LATER)


def report(work: Work, danger: Danger = GRAVE, by: Actor = STAFF) -> SafetyRecord:
    return reports.report(
        work, entry_of(work).id, by, danger, prison=PlainPrison(), prison_id=PRISON, now=LATER
    )[1]


@pytest.mark.parametrize(
    ("judged", "level", "risk"),
    [
        (Judged(Opinion.RIGHT), Level.URGENT, "suicide"),
        (Judged(Opinion.TOO_HIGH, Level.CONCERN), Level.CONCERN, "suicide"),
        (Judged(Opinion.TOO_HIGH, Level.NONE), Level.NONE, ""),
        (Judged(Opinion.TOO_LOW, Level.EMERGENCY), Level.EMERGENCY, "suicide"),
        (Judged(Opinion.WRONG_KIND, risk=Risk.MEDICAL), Level.URGENT, "medical"),
    ],
)
def test_a_mark_is_an_entry_in_the_chain_and_a_row(work, judged, level, risk):
    made = mark(work, judged)

    last = work.safety.entries[-1]
    assert (made.level, made.risk, made.said_level, made.said_risk) == (level, risk, Level.URGENT, "suicide")
    assert (last.kind, last.actor_id, last.record_id) == (EntryKind.MARKED, STAFF.id, made.record_id)
    assert last.body["entry_id"] == entry_of(work).id
    assert verify(work.safety.entries, work.safety.head) == 2


@pytest.mark.parametrize(
    "judged",
    [
        Judged(Opinion.TOO_HIGH),
        Judged(Opinion.TOO_HIGH, Level.URGENT),
        Judged(Opinion.TOO_HIGH, Level.EMERGENCY),
        Judged(Opinion.TOO_LOW, Level.CONCERN),
        Judged(Opinion.WRONG_KIND),
        Judged(Opinion.WRONG_KIND, risk=Risk.SUICIDE),
        Judged(Opinion.MISSED, Level.EMERGENCY, Risk.SUICIDE),
    ],
)
def test_a_mark_that_says_nothing_else_than_the_screen_is_refused(work, judged):
    with pytest.raises(NotWhole):
        mark(work, judged)

    assert work.verdicts.rows == []
    assert len(work.safety.entries) == 1


def test_marks_of_others_and_a_change_of_mind_stand_beside_the_first(work):
    mark(work, Judged(Opinion.RIGHT))
    mark(work, Judged(Opinion.TOO_HIGH, Level.CONCERN), OTHER)
    mark(work, Judged(Opinion.TOO_LOW, Level.EMERGENCY))

    assert [m.opinion for m in work.verdicts.rows] == [Opinion.RIGHT, Opinion.TOO_HIGH, Opinion.TOO_LOW]


def test_the_same_word_again_is_refused(work):
    mark(work, Judged(Opinion.RIGHT))

    with pytest.raises(SaidAlready):
        mark(work, Judged(Opinion.RIGHT))


def test_a_mark_changes_no_record_and_alerts_nobody(work):
    record, notices = dict(work.safety.records), len(work.outbox.notices)

    mark(work, Judged(Opinion.TOO_LOW, Level.EMERGENCY))

    assert work.safety.records == record
    assert len(work.outbox.notices) == notices


def test_only_a_verdict_of_the_screen_in_this_prison_can_be_marked(work):
    with pytest.raises(UnknownVerdict):
        mark(work, Judged(Opinion.RIGHT), prison_id="elsewhere")
    review.acknowledge(
        work, entry_of(work).record_id, STAFF, prison_id=PRISON, prison=PlainPrison(), now=LATER
    )
    report(work)
    for entry in work.safety.entries[1:]:
        with pytest.raises(UnknownVerdict):
            feedback.mark(work, entry.id, STAFF, Judged(Opinion.RIGHT), prison_id=PRISON, now=LATER)


def test_a_report_strengthens_the_open_record_as_the_screen_would_have(work):
    record_id = entry_of(work).record_id
    review.acknowledge(work, record_id, STAFF, prison_id=PRISON, prison=PlainPrison(), now=LATER)

    record = report(work)

    last = work.safety.entries[-1]
    assert (record.id, record.level, record.state) == (record_id, Level.EMERGENCY, RecordState.OPEN)
    assert (last.kind, last.actor_kind) == (EntryKind.STRENGTHENED, ActorKind.STAFF)
    assert last.words["text"] == "off to meet my maker lol"
    assert last.body["verdict"]["reasons"][0]["source"] == FROM_STAFF
    assert reports.written_at(last) == NOW
    assert work.outbox.of("alert")[-1].facts["level"] == "emergency"
    assert work.requests.open_of("sam", Kind.STAFF, "").urgency is Urgency.EMERGENCY
    assert work.verdicts.rows[-1].opinion is Opinion.MISSED


def test_a_report_on_a_closed_record_opens_a_new_one(work):
    old = entry_of(work).record_id
    review.check(
        work, old, STAFF, review.Check(True, True, "fine"), prison_id=PRISON, prison=PlainPrison(), now=LATER
    )

    record = report(work)

    assert record.id != old
    assert record.is_sounding
    assert work.safety.entries[-1].kind is EntryKind.NOTICED


def test_the_same_report_again_raises_no_second_alert(work):
    report(work)

    with pytest.raises(SaidAlready):
        report(work)


def test_a_report_of_no_danger_is_refused(work):
    with pytest.raises(NotWhole):
        report(work, Danger(Level.NONE, Risk.SUICIDE, "nothing"))
