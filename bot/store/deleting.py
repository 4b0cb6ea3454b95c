"""The one door of deletion: nothing of a person and period that is under a legal hold goes through it.

Every deletion and every wiping of words in the store asks `free`; a test walks the store and all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.store import delivery_tables as d
from bot.store import learning_tables as learning
from bot.store import offer_tables as o
from bot.store import supporter_tables as s
from bot.store import tables as t
from bot.store import verdict_tables as v
from bot.store.hold_tables import legal_hold, person_left
from bot.store.marked_day_tables import marked_day
from bot.store.report_tables import report_helper_day

_Column = sa.ColumnElement[Any]


@dataclass(frozen=True)
class About:
    """Whom a row is about, and when: then a hold of that person and period keeps it.

    Rows that name nobody (words without their writer, notices) are kept by any hold of their prison whose
    period they fall into; where they have no prison, by any hold. Without a time every period counts.
    """

    people: tuple[_Column, ...] = ()
    prison: _Column | None = None
    begins: _Column | None = None
    ends: _Column | None = None
    day: _Column | None = None


def _at(people: Iterable[_Column], begins: _Column, ends: _Column | None = None) -> About:
    return About(people=tuple(people), begins=begins, ends=ends)


_REQUEST = t.request.c
_entry = t.safety_entry.alias("last_entry")
_LAST_ENTRY = sa.func.coalesce(
    sa.select(sa.func.max(_entry.c.at))
    .where(_entry.c.record_id == t.safety_record.c.id)
    .correlate(t.safety_record)
    .scalar_subquery(),
    t.safety_record.c.latest_at,
)
ABOUT: dict[str, About] = {
    "message": _at([t.message.c.person_id], t.message.c.at),
    "request": _at([_REQUEST.person_id, _REQUEST.supporter_id], _REQUEST.asked_at, _REQUEST.changed_at),
    "request_offer": _at(
        [o.request_offer.c.supporter_id], o.request_offer.c.made_at, o.request_offer.c.ends_at
    ),
    # To its last entry: what staff wrote in the period of a hold is held, however old the message.
    "safety_record": _at([t.safety_record.c.person_id], t.safety_record.c.noticed_at, _LAST_ENTRY),
    "person_session": _at(
        [t.person_session.c.person_id], t.person_session.c.started_at, t.person_session.c.last_seen_at
    ),
    # Whose account read what is asked about a held person, too: by prison there is no telling, so by any.
    "staff_session": About(begins=t.staff_session.c.started_at, ends=t.staff_session.c.last_seen_at),
    # Why somebody read a record or a person's page: whose it was stands in no column.
    "audit": About(prison=t.audit.c.prison_id, begins=t.audit.c.at),
    "device": About(prison=t.device.c.prison_id, begins=t.device.c.enrolled_at, ends=t.device.c.revoked_at),
    "enrolment_code": About(prison=t.enrolment_code.c.prison_id, begins=t.enrolment_code.c.made_at),
    "outbox": About(prison=t.outbox.c.prison_id, begins=t.outbox.c.created_at),
    "delivery": About(prison=d.delivery.c.prison_id, begins=d.delivery.c.happened_at),
    "not_understood": About(prison=learning.not_understood.c.prison_id, day=learning.not_understood.c.day),
    "danger_example": About(prison=v.danger_example.c.prison_id, day=v.danger_example.c.proposed_on),
    "marked_day": About(people=(marked_day.c.person_id,)),
    "rota": About(people=(s.rota.c.person_id,)),
    "rota_exception": About(people=(s.rota_exception.c.person_id,)),
    "swap": About(people=(s.swap.c.asker_id, s.swap.c.taken_by)),
    "duty_spell": _at([s.duty_spell.c.person_id], s.duty_spell.c.began_at, s.duty_spell.c.ended_at),
    "contact_check": _at([s.contact_check.c.person_id], s.contact_check.c.at),
    "debrief": _at([s.debrief.c.person_id], s.debrief.c.asked_at, s.debrief.c.changed_at),
    "pressure_report": _at([s.pressure_report.c.person_id], s.pressure_report.c.at),
    "application": _at([s.application.c.person_id], s.application.c.asked_at, s.application.c.changed_at),
    "letter_request": _at([s.letter_request.c.person_id], s.letter_request.c.asked_at),
    "keep_apart": _at(
        [o.keep_apart.c.first_id, o.keep_apart.c.second_id],
        o.keep_apart.c.added_at,
        o.keep_apart.c.removed_at,
    ),
    "report_helper_day": About(people=(report_helper_day.c.person_id,)),
    "person_left": About(people=(person_left.c.person_id,)),
}


def free(table: sa.Table) -> _Column:
    """Whether no hold that is in force keeps this row. The one question of every deletion."""
    about, hold = ABOUT[table.name], legal_hold.c
    kept: _Column = hold.lifted_at.is_(None)
    if about.begins is not None:
        ends = about.begins if about.ends is None else sa.func.coalesce(about.ends, about.begins)
        kept &= hold.begins_at.is_(None) | (ends >= hold.begins_at)
        kept &= hold.ends_at.is_(None) | (about.begins < hold.ends_at)
    if about.day is not None:
        # Midnight in a British summer is of the day before in UTC: so the day is never taken too late.
        kept &= hold.begins_at.is_(None) | (about.day >= sa.func.date(hold.begins_at))
        kept &= hold.ends_at.is_(None) | (about.day <= sa.func.date(hold.ends_at))
    if not about.people:
        if about.prison is not None:
            kept &= hold.prison_id == about.prison
        return ~sa.exists().where(kept)
    # Once for the statement and not for each row: there are few holds, and few people under one.
    person = t.person.alias("held_person")
    kept &= person.c.number == hold.number
    mine = sa.or_(*(person.c.id == who for who in about.people))
    return ~sa.exists().where(kept & mine)


def delete(session: Session, table: sa.Table, which: _Column) -> int:
    """Deletes what is free of it, and says how many rows that were."""
    done = session.execute(sa.delete(table).where(which & free(table)))
    return int(done.rowcount)  # type: ignore[attr-defined]


# What somebody may take away, and has a column that says so: it stands on no page from then on.
REMOVABLE = (marked_day, s.letter_request)


def standing(table: sa.Table, *more: _Column) -> "sa.Select[Any]":
    """Rows of one of these that nobody took away, as they are read: without the column that says so.

    Every list, page and use reads them by this; `more` are columns of another table, to be joined.
    """
    columns = [column for column in table.c if column.name != "removed_at"]
    return sa.select(*columns, *more).where(table.c.removed_at.is_(None))


def take_away(session: Session, table: sa.Table, which: _Column, now: datetime) -> int:
    """What somebody removes goes from every page and every use, whatever holds there are. How many rows.

    What a hold keeps is marked as removed, and `delete_removed` deletes it when no hold stands.
    """
    mine = which & table.c.removed_at.is_(None)
    gone = delete(session, table, mine)
    kept = session.execute(sa.update(table).where(mine).values(removed_at=now))
    return gone + int(kept.rowcount)  # type: ignore[attr-defined]


def delete_removed(session: Session, prison_id: str) -> int:
    """What people of this prison removed under a hold that stands no more."""
    people = sa.select(t.person.c.id).where(t.person.c.prison_id == prison_id)
    return sum(
        delete(session, table, table.c.removed_at.is_not(None) & table.c.person_id.in_(people))
        for table in REMOVABLE
    )


def wipe(session: Session, table: sa.Table, which: _Column, values: dict[str, Any]) -> int:
    """The same for a part of a row."""
    done = session.execute(sa.update(table).where(which & free(table)).values(values))
    return int(done.rowcount)  # type: ignore[attr-defined]


def delete_parts(
    session: Session,
    table: sa.Table,
    of: sa.Table,
    link: _Column,
    which: _Column,
    through: tuple[_Column, _Column] | None = None,
) -> int:
    """Rows that belong to a row of another table and go with it. `through` is the key and the link of a table
    between the two."""
    owners = sa.select(next(iter(of.primary_key))).where(which & free(of))
    if through is not None:
        owners = sa.select(through[0]).where(through[1].in_(owners))
    done = session.execute(sa.delete(table).where(link.in_(owners)))
    return int(done.rowcount)  # type: ignore[attr-defined]


def delete_anyway(session: Session, table: sa.Table, which: _Column) -> int:
    """Where no hold matters: counts that are made anew at once, a plan that somebody edits, votes that are
    nobody's, what is under way while somebody signs in. Each place is named in a test, with its reason."""
    done = session.execute(sa.delete(table).where(which))
    return int(done.rowcount)  # type: ignore[attr-defined]
