"""Safety records to work on and to find: by level and age, or by filters in the order of time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.safety.finding import LEFT_TO_DO, Mark, Step, Wanted
from bot.safety.model import Level
from bot.safety.record import RecordState, SafetyRecord, SecondLook
from bot.store import tables as t
from bot.store.review_tables import RISK_BITS
from bot.store.rows import Rows
from bot.store.safety_log import record_of
from bot.store.types import UtcTime

_R: Final = t.safety_record.c
_LEFT: Final = [RecordState.OPEN.value, RecordState.ACKNOWLEDGED.value, RecordState.CHECKED.value]
_RANK: Final = {Level.EMERGENCY: 0, Level.URGENT: 1, Level.CONCERN: 2}
_BY_LEVEL: Final = sa.case({level.value: rank for level, rank in _RANK.items()}, value=_R.level, else_=0)


class ReviewRows(Rows):
    def to_do(
        self, wanted: Wanted, now: datetime, *, after: Mark | None = None, limit: int = 50
    ) -> Sequence[SafetyRecord]:
        """What is not over: gravest first, then oldest. Some thousands at most, put in order as they come."""
        waiting = _by_id(sa.select(t.safety_record).where(_left(wanted), _fits(wanted, now)))
        if after is not None:
            waiting = waiting.where(
                sa.tuple_(_BY_LEVEL, _R.noticed_at, _R.id) > sa.tuple_(sa.literal(after.rank), *_place(after))
            )
        waiting = waiting.order_by(_BY_LEVEL, _R.noticed_at, _R.id).limit(limit)
        return [record_of(row) for row in self.all(waiting)]

    def count_to_do(self, wanted: Wanted, now: datetime) -> Mapping[Step, int]:
        """How many stand at each step, and no step is left out."""
        mine = sa.select(_R.state, sa.func.count()).where(_left(wanted), _fits(wanted, now))
        counted = _by_id(mine.group_by(_R.state))
        found = {Step(state): int(count) for state, count in self.session.execute(counted)}
        # What is reviewed and still in this list waits for its second look.
        found[Step.SECOND_LOOK] = found.pop(Step.REVIEWED, 0)
        return {step: found.get(step, 0) for step in LEFT_TO_DO}

    def count_overdue(self, wanted: Wanted, now: datetime) -> int:
        late = (_left(wanted, [RecordState.CHECKED.value]), _fits(wanted, now), _R.review_due_at <= now)
        counted = sa.select(sa.func.count()).select_from(t.safety_record).where(*late)
        return self.session.scalar(_by_id(counted)) or 0

    def find(
        self, wanted: Wanted, now: datetime, *, after: Mark | None = None, limit: int = 50
    ) -> Sequence[SafetyRecord]:
        """The latest first. Whatever is asked, the rows are walked in the order of time along one index, and
        only those that fit are looked up."""
        found = sa.select(t.safety_record).where(_fits(wanted, now))
        if after is not None:
            # The first half is for the index, which begins there; the second is exact.
            found = found.where(
                _R.noticed_at <= after.at, sa.tuple_(_R.noticed_at, _R.id) < sa.tuple_(*_place(after))
            )
        found = found.order_by(_R.noticed_at.desc(), _R.id.desc()).limit(limit)
        if wanted.overdue or wanted.step in LEFT_TO_DO:
            found = _by_id(found.where(_left(wanted)))
        else:
            # SQLite keeps no counts of what an index holds, and would take the wrong one.
            found = found.with_hint(t.safety_record, f"INDEXED BY {_index_for(wanted)}", "sqlite")
        return [record_of(row) for row in self.all(found)]

    def reviewers(self, prison_id: str) -> Sequence[str]:
        """Who has reviewed a record here: a jump along the index for each, and not a walk."""
        mine = _R.prison_id == prison_id
        found: list[str] = []
        last = ""
        while True:
            ahead = sa.select(sa.func.min(_R.reviewer_id)).where(mine, _R.reviewer_id > last)
            last = self.session.scalar(ahead) or ""
            if not last:
                return found
            found.append(last)


def _place(mark: Mark) -> tuple["sa.BindParameter[datetime]", "sa.BindParameter[str]"]:
    return sa.literal(mark.at, UtcTime), sa.literal(mark.id)


def rank_of(level: Level) -> int:
    return _RANK.get(level, 0)


def _index_for(wanted: Wanted) -> str:
    named = (
        ("_by_person", wanted.person_id),
        ("_by_reviewer", wanted.reviewer_id),
        ("_by_outcome", wanted.outcome),
        ("_by_level", wanted.level),
    )
    return f"ix_safety_record_found{next((name for name, given in named if given), '')}"


def _by_id(statement: "sa.Select[Any]") -> "sa.Select[Any]":
    """What is left is looked up by its ids; SQLite would rather walk through the prison's records."""
    return statement.with_hint(t.safety_record, "INDEXED BY sqlite_autoindex_safety_record_1", "sqlite")


def _left(wanted: Wanted, states: Sequence[str] = _LEFT) -> "sa.ColumnElement[bool]":
    """What is not over: two looks into an index each, put together. With `or` between them SQLite would read
    every record that the prison ever had."""
    record = t.safety_record.alias("waiting")
    looks = (
        ("ix_safety_record_prison_id_state_noticed_at", record.c.state.in_(states)),
        ("ix_safety_record_prison_id_second_look", record.c.second_look == SecondLook.WANTED.value),
    )
    ids = [
        sa.select(record.c.id)
        .where(record.c.prison_id == wanted.prison_id, rule)
        .with_hint(record, f"INDEXED BY {index}", "sqlite")
        for index, rule in looks
    ]
    return _R.id.in_(sa.union_all(*ids))


def _fits(wanted: Wanted, now: datetime) -> "sa.ColumnElement[bool]":
    rules: list[sa.ColumnElement[bool]] = [_R.prison_id == wanted.prison_id]
    if wanted.since is not None:
        rules.append(_R.noticed_at >= wanted.since)
    if wanted.until is not None:
        rules.append(_R.noticed_at < wanted.until)
    if wanted.wings:
        rules.append(_R.wing.in_(wanted.wings))
    if wanted.level is not None:
        rules.append(_R.level == wanted.level.value)
    if wanted.risk is not None:
        rules.append(_R.risk_bits.op("&")(RISK_BITS[wanted.risk]) > 0)
    if wanted.step is not None:
        rules.append(_at(wanted.step))
    # Named one by one, and not put together with `or`: then an index that begins with it can be used.
    for column, value in (
        (_R.person_id, wanted.person_id),
        (_R.reviewer_id, wanted.reviewer_id),
        (_R.outcome, wanted.outcome),
    ):
        if value:
            rules.append(column == value)
    if wanted.overdue:
        rules.append(_is_late(now))
    return sa.and_(*rules)


def _at(step: Step) -> "sa.ColumnElement[bool]":
    if step is Step.SECOND_LOOK:
        return _R.second_look == SecondLook.WANTED.value
    if step is Step.REVIEWED:
        over: Any = _R.second_look != SecondLook.WANTED.value
        return sa.and_(_R.state == RecordState.REVIEWED.value, over)
    here: sa.ColumnElement[bool] = _R.state == step.value
    return here


def _is_late(now: datetime) -> "sa.ColumnElement[bool]":
    """Asked only of what is left: so whatever is neither open nor acknowledged waits for a look."""
    unanswered = _R.state.in_(_LEFT[:2])
    return (unanswered & (_R.climbed_to != "")) | (~unanswered & (_R.review_due_at <= now))
