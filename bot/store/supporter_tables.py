"""Tables about supporters: rota, swaps, time on duty, care after contacts, reports, applications, letters."""

import sqlalchemy as sa

from bot.store.tables import metadata
from bot.store.types import FORM_WITH_WORDS, Id, Marked, SealedBefore, Short, UtcTime


def _person(name: str = "person_id", *, nullable: bool = False, index: bool = False) -> "sa.Column[str]":
    return sa.Column(name, Id, sa.ForeignKey("person.id"), nullable=nullable, index=index)


def _staff(name: str = "staff_id") -> "sa.Column[str]":
    return sa.Column(name, Id, sa.ForeignKey("staff.id"), nullable=True)


def _only_one(name: str, *columns: str, where: str) -> sa.Index:
    """One such row, whatever two processes do at the same moment."""
    return sa.Index(name, *columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


rota = sa.Table(
    "rota",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("supporter.person_id"), primary_key=True),
    sa.Column("prison_id", Short, nullable=False, index=True),
    # Seven days from Monday, each a list of pairs of minutes.
    sa.Column("week", sa.JSON, nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False),
)

rota_exception = sa.Table(
    "rota_exception",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("rota.person_id"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("spans", sa.JSON, nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False),
)

_OPEN_SWAP = "state IN ('asked', 'agreed')"

swap = sa.Table(
    "swap",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("prison_id", Short, nullable=False),
    _person("asker_id", index=True),
    sa.Column("role", Short, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("begins", sa.Integer, nullable=False),
    sa.Column("ends", sa.Integer, nullable=False),
    _person("asked_of", nullable=True),
    _person("taken_by", nullable=True),
    sa.Column("state", Short, nullable=False),
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False),
    _staff(),
    sa.CheckConstraint(
        "state IN ('asked', 'agreed', 'confirmed', 'declined', 'refused', 'expired', 'withdrawn')",
        name="state",
    ),
    sa.CheckConstraint("0 <= begins AND begins < ends AND ends <= 1440", name="turn"),
    sa.CheckConstraint(
        "state NOT IN ('agreed', 'confirmed', 'refused') OR taken_by IS NOT NULL", name="taken_by_whom"
    ),
    sa.CheckConstraint("taken_by IS NULL OR taken_by <> asker_id", name="taken_by_another"),
    sa.CheckConstraint("state NOT IN ('confirmed', 'refused') OR staff_id IS NOT NULL", name="staff_decide"),
    _only_one("uq_swap_open", "asker_id", "day", "begins", where=_OPEN_SWAP),
    sa.Index("ix_swap_prison_id_state", "prison_id", "state"),
)

duty_spell = sa.Table(
    "duty_spell",
    metadata,
    _person(),
    sa.Column("began_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime, nullable=True),
    sa.PrimaryKeyConstraint("person_id", "began_at"),
    _only_one("uq_duty_spell_lasting", "person_id", where="ended_at IS NULL"),
)

contact_check = sa.Table(
    "contact_check",
    metadata,
    sa.Column("id", Id, primary_key=True),
    _person(index=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("felt", Short, nullable=True),
    sa.Column("wants_rest", sa.Boolean, nullable=True),
    sa.Column("wants_talk", sa.Boolean, nullable=True),
    sa.Column("closed_at", UtcTime, nullable=True),
    sa.CheckConstraint("felt IS NULL OR felt IN ('all_right', 'heavy', 'hard')", name="felt"),
)

debrief = sa.Table(
    "debrief",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("prison_id", Short, nullable=False, index=True),
    _person(),
    sa.Column("for_branch", sa.Boolean, nullable=False),
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Column("state", Short, nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False),
    _staff(),
    sa.CheckConstraint("state IN ('asked', 'arranged', 'done')", name="state"),
    _only_one("uq_debrief_open", "person_id", where="state <> 'done'"),
)

pressure_report = sa.Table(
    "pressure_report",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("prison_id", Short, nullable=False, index=True),
    _person(),
    sa.Column("form_key", Marked("form", FORM_WITH_WORDS), nullable=False),
    # Sealed: the words of the supporter, and what staff did about it.
    sa.Column("words", SealedBefore, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=True),
    _staff("seen_by"),
    sa.Column("done", SealedBefore, nullable=False),
    sa.Column("closed_at", UtcTime, nullable=True),
    _staff("closed_by"),
    sa.UniqueConstraint("person_id", "form_key"),
    sa.CheckConstraint("closed_at IS NULL OR (done <> '' AND closed_by IS NOT NULL)", name="closed_with"),
)

application = sa.Table(
    "application",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("prison_id", Short, nullable=False, index=True),
    _person(),
    sa.Column("role", Short, nullable=False),
    sa.Column("state", Short, nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False),
    _staff(),
    sa.CheckConstraint("state IN ('open', 'yes', 'no', 'withdrawn')", name="state"),
    sa.CheckConstraint("step >= 0", name="step"),
    sa.CheckConstraint("state NOT IN ('yes', 'no') OR staff_id IS NOT NULL", name="staff_decide"),
    _only_one("uq_application_open", "person_id", "role", where="state = 'open'"),
)

letter_request = sa.Table(
    "letter_request",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("prison_id", Short, nullable=False, index=True),
    _person(),
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Column("done_at", UtcTime, nullable=True),
    _staff(),
    # Set where it was taken back while a legal hold keeps it: then it stands on no page.
    sa.Column("removed_at", UtcTime, nullable=True),
    _only_one("uq_letter_request_open", "person_id", where="done_at IS NULL AND removed_at IS NULL"),
)
