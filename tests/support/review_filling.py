"""Very many safety records, and rows of the audit, made inside the database: as many as many years leave."""

from collections.abc import Callable

import sqlalchemy as sa

from bot.store.database import Database
from tests.support.builders import PRISON

PERSONS = 2_000
STAFF_COUNT = 40
# The last record or row is of this moment; the first is so many minutes before it.
LAST = "2026-11-23 10:00:00"

_SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n + 1 < {count})",
    "postgresql": "WITH s(n) AS (SELECT generate_series(CAST(0 AS bigint), {count} - 1))",
}
_BACK = {
    "sqlite": f"strftime('%Y-%m-%d %H:%M:%f000', '{LAST}', '-' || ({{minutes}}) || ' minutes')",
    "postgresql": f"(timestamptz '{LAST}+00' - ({{minutes}}) * interval '1 minute')",
}
_HEX = {
    "sqlite": "printf('{prefix}%06x', {number})",
    "postgresql": "'{prefix}' || lpad(to_hex({number}), 6, '0')",
}


def fill_people(database: Database) -> None:
    """2,000 people on two wings, and 40 accounts."""
    how = database.engine.dialect.name
    run = _runner(database, how)
    run(
        PERSONS,
        "INSERT INTO person (id, prison_id, number, first_name, wing, landing, cell, pin_hash, language,"
        f" failed_pins, active) SELECT {_id(how, 'p', 'n')}, '{PRISON}', {_id(how, 'N', 'n')}, 'Sam',"
        " CASE WHEN n % 2 = 0 THEN 'A' ELSE 'B' END, 'A1', 'A1-01', 'x', 'en', 0, TRUE FROM s",
    )
    run(
        STAFF_COUNT,
        "INSERT INTO staff (id, prison_id, username, name, password_hash, roles, wings, failed_sign_ins,"
        " active)"
        f" SELECT {_id(how, 's', 'n')}, '{PRISON}', {_id(how, 'u', 'n')}, 'Officer', 'x', '[]', '[]', 0, TRUE"
        " FROM s",
    )


def fill_records(database: Database, count: int) -> None:
    """One every five minutes, spread over levels, risks, wings, outcomes and 20 reviewers; the last 400 are
    still at work."""
    how = database.engine.dialect.name
    at = _BACK[how].format(minutes="n * 5")
    # Multiplied and divided so that the columns do not go along with each other.
    draw = {name: f"((n * {factor} + {factor}) % 100003)" for name, factor in _FACTORS.items()}
    level = draw["level"] + " % 10"
    levels = f"CASE WHEN {level} < 1 THEN 'emergency' WHEN {level} < 4 THEN 'urgent' ELSE 'concern' END"
    risks = f"(1 << CAST({draw['risk']} % 10 AS INTEGER))"
    outcomes = " ".join(f"WHEN {at} THEN '{name}'" for at, name in enumerate(_OUTCOMES))
    states = (
        "CASE WHEN n < 100 THEN 'open' WHEN n < 200 THEN 'acknowledged' WHEN n < 400 THEN 'checked'"
        " ELSE 'reviewed' END"
    )
    reviewed = "n >= 400"
    reviewer = _id(how, "s", draw["reviewer"] + " % 20")
    _runner(database, how)(
        count,
        "INSERT INTO safety_record (id, prison_id, person_id, first_name, wing, landing, cell, level, risks,"
        " risk_bits, noticed_at, latest_at, state, times, climbed_to, reviewer_id, outcome, second_look,"
        " review_with, review_due_at)"
        f" SELECT {_id(how, 'r', 'n')}, '{PRISON}', {_id(how, 'p', f'(n * 31) % {PERSONS}')}, 'Sam',"
        f" CASE WHEN {draw['wing']} % 2 = 0 THEN 'A' ELSE 'B' END, 'A1', 'A1-01', {levels},"
        f" '[\"suicide\"]', {risks}, {at}, {at}, {states}, 1, '',"
        f" CASE WHEN {reviewed} THEN {reviewer} ELSE '' END,"
        f" CASE WHEN {reviewed} THEN CASE {draw['outcome']} % 7 {outcomes} END ELSE '' END,"
        f" CASE WHEN {reviewed} AND n < 800 AND n % 4 = 0 THEN 'wanted' WHEN {reviewed} AND n % 10 = 0"
        f" THEN 'agreed' ELSE '' END, '', CASE WHEN n BETWEEN 200 AND 800 THEN {at} END FROM s",
    )


def fill_reading(database: Database, count: int, *, minutes: float = 0.5) -> None:
    """Rows of the audit, one every so many minutes, by 40 accounts: most about records, some about people."""
    how = database.engine.dialect.name
    at = _BACK[how].format(minutes=f"n * {minutes}")
    own = _id(how, "e", "n")
    record, person = _id(how, "r", "(n * 7919) % 20000"), _id(how, "p", f"(n * 31) % {PERSONS}")
    _runner(database, how)(
        count,
        "INSERT INTO audit (id, previous, hash, form, commitments, prison_id, staff_id, action, ref, at)"
        f" SELECT {own}, {own}, {own}, 2, '{{}}', '{PRISON}', {_id(how, 's', f'(n * 13) % {STAFF_COUNT}')},"
        " CASE WHEN n % 4 = 0 THEN 'person_viewed' ELSE 'safety_record_viewed' END,"
        f" CASE WHEN n % 4 = 0 THEN {person} ELSE {record} END, {at} FROM s",
    )


_FACTORS = {"level": 7919, "risk": 104729, "wing": 1299709, "reviewer": 15485863, "outcome": 32452843}
_OUTCOMES = (
    *("acct_opened", "csip", "healthcare", "support_offered"),
    *("spoke_no_more_needed", "mistaken_alarm", "other"),
)


def _id(how: str, prefix: str, number: str) -> str:
    return _HEX[how].format(prefix=prefix, number=f"CAST({number} AS INTEGER)")


def _runner(database: Database, how: str) -> Callable[[int, str], None]:
    def run(count: int, insert: str) -> None:
        series = _SERIES[how].format(count=count)
        # SQLite takes the series before INSERT, PostgreSQL too.
        with database.writing() as work:
            work.session.execute(sa.text(f"{series} {insert}".replace(":", "\\:")))

    return run


def analyse(database: Database) -> None:
    """What PostgreSQL does by itself after so many rows. SQLite never does, and must be quick without it."""
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))
