"""People in prison, their tablets and their sessions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.people.model import Device, EnrolmentCode, Person, PersonSession
from bot.people.single_sign_on import ENROLLED_BY
from bot.safety.whereabouts import Known, OwnWordTime
from bot.store import tables as t
from bot.store.deleting import delete
from bot.store.rows import Rows, place_of, to_row

# Tries are counted elsewhere, for every number. The columns stay for a version that still runs.
_UNUSED = ("failed_pins", "wait_until")
# The first of them is the person's own word; each of the others ends it.
_ABOUT_THE_CELL = ("cell_said_by_person", "cell_checked", "person_moved", "person_left", "person_returned")


class PersonRows(Rows):
    def get(self, person_id: str) -> Person | None:
        return _person(self.one(sa.select(t.person).where(t.person.c.id == person_id)))

    def find_by_number(self, prison_id: str, number: str) -> Person | None:
        mine = (t.person.c.prison_id == prison_id) & (t.person.c.number == number)
        return _person(self.one(sa.select(t.person).where(mine).with_for_update(key_share=True)))

    def id_of(self, prison_id: str, number: str) -> str | None:
        """Without a lock, for pages that only look for somebody; also of who has left."""
        mine = (t.person.c.prison_id == prison_id) & (t.person.c.number == number)
        return self.session.scalar(sa.select(t.person.c.id).where(mine))

    def lock(self, person_id: str) -> Person:
        found = _person(
            self.one(sa.select(t.person).where(t.person.c.id == person_id).with_for_update(key_share=True))
        )
        if found is None:
            raise LookupError("no such person")
        return found

    def list_of(self, prison_id: str) -> Sequence[Person]:
        mine = sa.select(t.person).where(t.person.c.prison_id == prison_id).order_by(t.person.c.number)
        return [Person(place=place_of(row), **_rest(row)) for row in self.all(mine)]

    def found(self, prison_id: str, typed: str, limit: int) -> Sequence[Person]:
        """Who has this prison number, or is in this cell now; typed whole, in capitals."""
        here = (t.person.c.prison_id == prison_id) & t.person.c.active
        which = (t.person.c.number == typed) | (sa.func.upper(t.person.c.cell) == typed)
        mine = sa.select(t.person).where(here & which).order_by(t.person.c.number).limit(limit)
        return [Person(place=place_of(row), **_rest(row)) for row in self.all(mine)]

    def first_names(self, prison_id: str) -> Sequence[str]:
        """Each name once; also of people who have left, whom others may still write about."""
        mine = sa.select(t.person.c.first_name).distinct().where(t.person.c.prison_id == prison_id)
        return [str(row["first_name"]) for row in self.all(mine)]

    def first_names_of(self, ids: Iterable[str]) -> dict[str, str]:
        """By id; somebody who is not there has none."""
        mine = sa.select(t.person.c.id, t.person.c.first_name).where(t.person.c.id.in_(set(ids)))
        return {row["id"]: row["first_name"] for row in self.all(mine)}

    def known_places(self, ids: Iterable[str]) -> dict[str, Known]:
        """By id, of those who are here."""
        p = t.person.c
        mine = sa.select(p.id, p.wing, p.landing, p.cell, p.cell_said_at).where(p.active & p.id.in_(set(ids)))
        return {row["id"]: Known(place_of(row), row["cell_said_at"] is not None) for row in self.all(mine)}

    def own_word_times(self, ids: Iterable[str]) -> dict[str, OwnWordTime]:
        """By id, of those who said a cell that staff neither checked nor changed since: in the audit that is
        the last of all that was done about where the person is."""
        last = sa.select(sa.func.max(t.audit.c.seq)).group_by(t.audit.c.ref)
        last = last.where(t.audit.c.ref.in_(set(ids)), t.audit.c.action.in_(_ABOUT_THE_CELL))
        mine = t.audit.c.seq.in_(last) & (t.audit.c.action == _ABOUT_THE_CELL[0])
        said = {row["ref"]: row["at"] for row in self.all(sa.select(t.audit.c.ref, t.audit.c.at).where(mine))}
        session, enrolled = t.person_session.c, t.device.c.enrolled_by != ENROLLED_BY
        found = sa.select(session.person_id, session.started_at).join(
            t.device, t.device.c.id == session.device_id
        )
        rows = self.all(found.where(enrolled & session.person_id.in_(said)).order_by(session.started_at))
        return {
            person_id: OwnWordTime(
                at,
                next(
                    (r["started_at"] for r in rows if r["person_id"] == person_id and r["started_at"] >= at),
                    None,
                ),
            )
            for person_id, at in said.items()
        }

    def add(self, person: Person) -> None:
        self.insert(t.person, to_row(person))

    def save(self, person: Person) -> None:
        self.change(t.person, to_row(person))


class DeviceRows(Rows):
    def add_code(self, code: EnrolmentCode) -> None:
        self.insert(t.enrolment_code, to_row(code))

    def find_code(self, prison_id: str, code_hash: str) -> EnrolmentCode | None:
        code = t.enrolment_code
        mine = (code.c.prison_id == prison_id) & (code.c.code_hash == code_hash)
        row = self.one(sa.select(code).where(mine).with_for_update(key_share=True))
        return EnrolmentCode(place=place_of(row), **_rest(row)) if row else None

    def save_code(self, code: EnrolmentCode) -> None:
        self.change(t.enrolment_code, to_row(code))

    def forget_codes(self, before: datetime) -> int:
        return delete(self.session, t.enrolment_code, t.enrolment_code.c.expires_at < before)

    def add(self, device: Device) -> None:
        self.insert(t.device, to_row(device))

    def get(self, device_id: str) -> Device | None:
        return self._device(t.device.c.id == device_id)

    def find_by_token(self, token_hash: str) -> Device | None:
        return self._device(t.device.c.token_hash == token_hash)

    def list_of(self, prison_id: str) -> Sequence[Device]:
        """Tablets in use, by cell."""
        mine = (t.device.c.prison_id == prison_id) & t.device.c.revoked_at.is_(None)
        rows = self.all(sa.select(t.device).where(mine).order_by(t.device.c.wing, t.device.c.cell))
        return [Device(place=place_of(row), **_rest(row)) for row in rows]

    def save(self, device: Device) -> None:
        self.change(t.device, to_row(device))

    def _device(self, which: "sa.ColumnElement[bool]") -> Device | None:
        row = self.one(sa.select(t.device).where(which))
        return Device(place=place_of(row), **_rest(row)) if row else None


class PersonSessionRows(Rows):
    def add(self, session: PersonSession) -> None:
        self.insert(t.person_session, to_row(session))

    def find_by_token(self, token_hash: str) -> PersonSession | None:
        row = self.one(sa.select(t.person_session).where(t.person_session.c.token_hash == token_hash))
        return PersonSession(**row) if row else None

    def save(self, session: PersonSession) -> None:
        self.change(t.person_session, to_row(session))

    def end_all_of(self, *, person_id: str = "", device_id: str = "", now: datetime) -> None:
        """Ends every open session of a person, or on a tablet."""
        column, value = (
            (t.person_session.c.person_id, person_id)
            if person_id
            else (t.person_session.c.device_id, device_id)
        )
        still_open = (column == value) & t.person_session.c.ended_at.is_(None)
        self.session.execute(sa.update(t.person_session).where(still_open).values(ended_at=now))


def _rest(row: dict[str, Any]) -> dict[str, Any]:
    taken = ("wing", "landing", "cell", *_UNUSED)
    return {name: value for name, value in row.items() if name not in taken}


def _person(row: dict[str, Any] | None) -> Person | None:
    return Person(place=place_of(row), **_rest(row)) if row else None
