"""Who reviewed a record with what outcome, whether somebody looks again, and how records are found."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_RISKS = (
    *("suicide", "self_harm", "medical", "fire", "harm_to_others", "harm_from_others"),
    *("sexual_harm", "concern_for_other", "not_eating", "child_at_risk"),
)
_INDICES = {
    "ix_safety_record_review_climb_at": ("review_climb_at",),
    "ix_safety_record_prison_id_state_noticed_at": ("prison_id", "state", "noticed_at"),
    "ix_safety_record_prison_id_second_look": ("prison_id", "second_look"),
    "ix_safety_record_found": ("prison_id", "noticed_at", "wing", "risk_bits"),
    "ix_safety_record_found_by_level": ("prison_id", "level", "noticed_at", "wing", "risk_bits"),
    "ix_safety_record_found_by_outcome": (
        *("prison_id", "outcome", "noticed_at", "level", "wing", "risk_bits"),
    ),
    "ix_safety_record_found_by_reviewer": (
        *("prison_id", "reviewer_id", "noticed_at", "outcome", "level", "wing", "risk_bits"),
    ),
    "ix_safety_record_found_by_person": ("person_id", "noticed_at", "level", "outcome"),
}
_AUDIT = {
    "ix_audit_read": ("prison_id", "at", "staff_id", "action", "ref"),
    "ix_audit_staff_id_at": ("staff_id", "at"),
    "ix_audit_ref_at": ("ref", "at"),
}
_CHECKS = {
    "ck_safety_record_second_look": "second_look IN ('', 'wanted', 'agreed')",
    "ck_safety_record_second_look_of_a_review": "second_look = '' OR reviewer_id <> ''",
}
_BATCH = 1_000


def upgrade() -> None:
    # Without a batch: SQLite would copy the table, and its rows have others that point at them. A check goes
    # along with its new column there, and on PostgreSQL it is the same sentence.
    for name in ("second_look_at", "review_due_at", "review_climb_at"):
        op.add_column("safety_record", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("reviewer_id", "outcome", "review_with"):
        op.add_column("safety_record", _short(name))
    op.add_column("safety_record", sa.Column("risk_bits", sa.Integer(), nullable=False, server_default="0"))
    checks = " ".join(f"CONSTRAINT {name} CHECK ({rule})" for name, rule in _CHECKS.items())
    op.execute(f"ALTER TABLE safety_record ADD COLUMN second_look VARCHAR(64) DEFAULT '' NOT NULL {checks}")
    _fill()
    for name, columns in _INDICES.items():
        op.create_index(op.f(name), "safety_record", list(columns), unique=False)
    for name, columns in _AUDIT.items():
        op.create_index(op.f(name), "audit", list(columns), unique=False)


def downgrade() -> None:
    for name in _AUDIT:
        op.drop_index(op.f(name), table_name="audit")
    for name in _INDICES:
        op.drop_index(op.f(name), table_name="safety_record")
    # With its checks, which name the reviewer: so it goes first.
    for name in ("second_look", "risk_bits", "review_with", "outcome", "reviewer_id"):
        op.drop_column("safety_record", name)
    for name in ("review_climb_at", "review_due_at", "second_look_at"):
        op.drop_column("safety_record", name)


def _short(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=64), nullable=False, server_default="")


def _fill() -> None:
    """Risks as bits; and of what was reviewed before, by whom and with what outcome."""
    bits = " + ".join(
        f"CASE WHEN CAST(risks AS TEXT) LIKE '%\"{risk}\"%' THEN {1 << at} ELSE 0 END"
        for at, risk in enumerate(_RISKS)
    )
    op.execute(f"UPDATE safety_record SET risk_bits = {bits}")
    connection = op.get_bind()
    # In the order in which they were written: of several reviews the last one holds.
    reviewed = connection.execute(
        sa.text("SELECT record_id, actor_id, body FROM safety_entry WHERE kind = 'reviewed' ORDER BY seq")
    )
    change = sa.text("UPDATE safety_record SET reviewer_id = :who, outcome = :outcome WHERE id = :id")
    while rows := reviewed.fetchmany(_BATCH):
        values = [
            {"id": record_id, "who": who, "outcome": str(json.loads(body).get("outcome", "other"))}
            for record_id, who, body in rows
        ]
        connection.execute(change, values)
