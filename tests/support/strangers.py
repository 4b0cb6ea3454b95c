"""One thing of each kind, to be put into another wing or prison, and what a route did to any of them."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from bot.people.model import Staff, StaffRole
from bot.store import tables as t
from bot.store.database import Database
from bot.web.access import Rule
from tests.support.desk import PASSWORD, PRISON, DeskKit
from tests.support.filling import fill_every_table

# Words that stand nowhere else: wherever one is on a page, something of the stranger is.
NAME, CELL, WORDS = "Zebulonius", "Q9-77", "cant do this no more"
ELSEWHERE, OTHER_WING = "elsewhere", "B"
# Where the name in an address is the id of a row: table, column, and for some which row of it.
_ROWS: dict[str, tuple[str, str, str]] = {
    "request_id": ("request", "id", "kind = 'listener'"),
    "record_id": ("safety_record", "id", ""),
    "person_id": ("person", "id", "id = 'sam'"),
    "supporter_id": ("supporter", "person_id", "person_id = 'lee'"),
    "day_id": ("marked_day", "id", ""),
    "entry_id": ("safety_entry", "id", "kind = 'noticed'"),
    "device_id": ("device", "id", ""),
    "delivery_id": ("delivery", "id", ""),
    "line_id": ("not_understood", "id", ""),
    "example_id": ("danger_example", "id", ""),
    "debrief_id": ("debrief", "id", ""),
    "swap_id": ("swap", "id", ""),
    "application_id": ("application", "id", ""),
    "letter_id": ("letter_request", "id", ""),
    "report_id": ("pressure_report", "id", ""),
    "check_id": ("contact_check", "id", ""),
    "hold_id": ("legal_hold", "id", ""),
    "staff_id": ("staff", "id", "id = 'officer'"),
    "emergency_id": ("emergency_access", "id", ""),
    "message_id": ("message", "id", "topic <> ''"),
}
# The same name for another kind of thing, under these addresses.
_UNDER: dict[tuple[str, str], tuple[str, str, str]] = {
    ("/safety", "message_id"): ("message", "id", "record_id IS NOT NULL AND direction = 'from_person'"),
    ("/keep-apart", "entry_id"): ("keep_apart", "id", ""),
    ("/supporters", "person_id"): ("supporter", "person_id", "person_id = 'lee'"),
    ("/rotas", "person_id"): ("supporter", "person_id", "person_id = 'lee'"),
    ("/rotas", "day_id"): ("rota_exception", "day", ""),
}
# What a route takes besides an id: a word of ours, of which each is tried.
_REQUESTS = ("seen", "accepted", "begun", "finished", "handed_back", "cancelled", "could_not", "arranged")
WORDS_IN: dict[str, dict[str, tuple[str, ...]]] = {
    "/requests/{request_id}/{change}": {"change": _REQUESTS},
    "/requests/{request_id}/supporters/{supporter_id}/{deed}": {"deed": ("offer", "send")},
    "/alerts/{record_id}/breathing/{answer}": {"answer": ("yes", "no")},
    "/supporters/{person_id}/{change}": {"change": ("suspend", "restore", "off_duty", "matching", "roles")},
    "/coordinator/debriefs/{debrief_id}/{change}": {"change": ("arranged", "done")},
    "/coordinator/swaps/{swap_id}/{change}": {"change": ("confirm", "refuse")},
    "/coordinator/applications/{application_id}/{change}": {"change": ("step", "yes", "no")},
    "/account/second-step/{change}": {"change": ("recovery", "off")},
    "/accounts/{staff_id}/{change}": {"change": ("close", "password")},
    "/supporter/requests/{request_id}/{change}": {
        "change": ("accept", "arrange", "begin", "finish", "hand_back", "decline")
    },
    "/ask/{kind}": {"kind": ("listener", "staff", "someone", "peer")},
    "/apply/{role}": {"role": ("listener", "insider")},
    "/content/{kind}/{key}": {"kind": ("answers", "services")},
    "/supporter/swaps/{swap_id}/{change}": {"change": ("agree", "decline", "withdraw")},
}
# Every field that some form has, filled so that no form stops at what was typed.
FIELDS = {
    "reason": "no_staff",
    "offered": "a talk",
    "note": "a note that says enough",
    "seen": "yes",
    "spoke": "yes",
    "response": "we spoke",
    "outcome": "support_offered",
    "pin": "1357",
    "kind": "court",
    "day": "2026-12-20",
    "spans": "09:00-10:00",
    "where": f"{PRISON}:A/A1",
    "landing": "A/A1",
    "cell": "A1-01",
    "who": "staff",
    "opinion": "right",
    "level": "urgent",
    "risk": "suicide",
    "manner": "direct",
    "text": "some words",
    "words": "some words",
    "intent": "ask_visits",
    "done": "0",
    "role": "listener",
    "came": "yes",
    "helped": "yes",
    "said": "fine",
    "step": "felt",
    "answer": "fine",
    "ask": "listener",
    "undo": "1",
}
# These change with every page that is looked at: a refusal may show a list of one's own, and that is noted.
_RESTLESS = {"staff_session", "person_session", "audit", "audit_head"}

Snapshot = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Address:
    """A route with all its names filled in."""

    rule: Rule
    path: str


def names_in(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def has_row(path: str) -> bool:
    """Whether an id of somebody's row stands in this address."""
    return any(name.endswith("_id") for name in names_in(path))


def row_of(path: str, name: str) -> tuple[str, str, str] | None:
    under = next(
        (row for (start, each), row in _UNDER.items() if each == name and path.startswith(start)), None
    )
    return under or _ROWS.get(name)


def addresses(rule: Rule, database: Database) -> list[Address]:
    """The rule's path with the id of the row that is there, and once for each word that it takes."""
    found = [rule.path]
    for name in names_in(rule.path):
        values = WORDS_IN.get(rule.path, {}).get(name) or (_id(database, rule.path, name),)
        found = [path.replace("{" + name + "}", value) for path in found for value in values]
    return [Address(rule, path) for path in found]


def known_ids(database: Database, paths: Iterable[str]) -> dict[str, list[str]]:
    """Up to three ids for each name in these addresses, and content that is there."""
    found: dict[str, list[str]] = {
        "key": ["visits", "kit_change"],
        "topic": ["visits"],
        "service": ["kit_change"],
    }
    with database.reading() as work:
        for path in paths:
            for name in names_in(path):
                if (row := row_of(path, name)) is not None:
                    query = f"SELECT {row[1]} FROM {row[0]}" + (f" WHERE {row[2]}" if row[2] else "")
                    values = [str(value) for value in work.session.execute(sa.text(query)).scalars()]
                    found[name] = sorted({*found.get(name, ()), *values[:3]})
    return found


def _id(database: Database, path: str, name: str) -> str:
    row = row_of(path, name)
    assert row is not None, f"tests/support/strangers.py does not know of what {name} in {path} is the id"
    table, column, where = row
    with database.reading() as work:
        query = f"SELECT {column} FROM {table}" + (f" WHERE {where}" if where else "") + " LIMIT 1"
        found = work.session.execute(sa.text(query)).scalar()
    assert found is not None, f"there is no row of {table} for {path}"
    return str(found)


def fill(kit: DeskKit) -> None:
    """A row in every table, with names that nobody else has, and accounts of wing A for every role."""
    database = kit.product.database
    fill_every_table(database)
    with database.writing() as work:
        for table in t.metadata.sorted_tables:
            for column, value in (("first_name", NAME), ("cell", CELL)):
                if column in table.c:
                    work.session.execute(sa.update(table).values({column: value}))
        # The notice is about the record, and staff marked the day.
        record = work.session.execute(sa.text("SELECT id FROM safety_record")).scalar()
        work.session.execute(sa.text("UPDATE delivery SET ref = :ref"), {"ref": record})
        work.session.execute(sa.text("UPDATE marked_day SET marked_by = 'staff', staff_id = 'officer'"))
        for role in StaffRole:
            name = f"a_{role.value}_only"
            work.staff.add(
                Staff(f"s{name}"[:32], PRISON, name, "Of A", f"hash of {PASSWORD}", (role,), ("A",))
            )


def add_an_answer(database: Database) -> None:
    """One message of Sam's is an answer: under such a one the tablet asks whether it helped."""
    with database.writing() as work:
        first = work.session.execute(sa.select(t.message.c.id)).scalars().first()
        work.session.execute(sa.update(t.message).where(t.message.c.id == first).values(topic="visits"))


def put_elsewhere(database: Database, *, wing: bool) -> None:
    """All that was filled stands in another wing, or in another prison with its staff. Accounts stay."""
    with database.writing() as work:
        # The officer who did it all is one of theirs; the accounts that look are not.
        work.session.execute(
            sa.update(t.staff)
            .where(t.staff.c.id == "officer")
            .values(wings=[OTHER_WING] if wing else [], prison_id=PRISON if wing else ELSEWHERE)
        )
        for table in t.metadata.sorted_tables:
            column, value = ("wing", OTHER_WING) if wing else ("prison_id", ELSEWHERE)
            # What is only ever added to cannot be moved either.
            if column not in table.c or table.name in ("staff", "audit"):
                continue
            work.session.execute(sa.update(table).values({column: value}))


def snapshot(database: Database) -> Snapshot:
    """Every row of every table but the sessions."""
    with database.reading() as work:
        return {
            table.name: tuple(sorted(repr(tuple(row)) for row in work.session.execute(sa.select(table))))
            for table in t.metadata.sorted_tables
            if table.name not in _RESTLESS
        }


def leaked(page: str) -> list[str]:
    return [word for word in (NAME, CELL, WORDS) if word in page]
