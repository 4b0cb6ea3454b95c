"""What the review adds to a safety record, and the ways in which records and reading are found.

Columns and indices only; the tables themselves are in tables.py.
"""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.safety.model import Risk
from bot.store.types import Short, UtcTime

# A risk is one bit of `risk_bits`, so that an index can hold them. Never in another order: bits are stored.
RISK_BITS: Final = {
    Risk.SUICIDE: 1,
    Risk.SELF_HARM: 2,
    Risk.MEDICAL: 4,
    Risk.FIRE: 8,
    Risk.HARM_TO_OTHERS: 16,
    Risk.HARM_FROM_OTHERS: 32,
    Risk.SEXUAL_HARM: 64,
    Risk.CONCERN_FOR_OTHER: 128,
    Risk.NOT_EATING: 256,
    Risk.CHILD_AT_RISK: 512,
}


def review_columns() -> list["sa.Column[Any]"]:
    times: list[sa.Column[datetime]] = [
        sa.Column(name, UtcTime, nullable=True)
        for name in ("second_look_at", "review_due_at", "review_climb_at")
    ]
    words = [
        sa.Column(name, Short, nullable=False, server_default="")
        for name in ("reviewer_id", "outcome", "second_look", "review_with")
    ]
    bits = sa.Column("risk_bits", sa.Integer, nullable=False, server_default="0")
    return [*times, *words, bits]


def review_rules() -> list[Any]:
    """All indices of safety_record, and the checks that the review adds."""
    return [
        sa.CheckConstraint("second_look IN ('', 'wanted', 'agreed')", name="second_look"),
        # One person reviews, another looks again: so a review always has its reviewer.
        sa.CheckConstraint("second_look = '' OR reviewer_id <> ''", name="second_look_of_a_review"),
        sa.Index("ix_safety_record_state_climb_at", "state", "climb_at"),
        sa.Index("ix_safety_record_prison_id_latest_at", "prison_id", "latest_at"),
        sa.Index("ix_safety_record_review_climb_at", "review_climb_at"),
        # What is not over is never more than some thousands: the work list starts from these two.
        sa.Index("ix_safety_record_prison_id_state_noticed_at", "prison_id", "state", "noticed_at"),
        sa.Index("ix_safety_record_prison_id_second_look", "prison_id", "second_look"),
        # Filters walk one of these in the order of time, the narrowest that begins with what is asked, and
        # look at a row only where the rest fits too.
        *(sa.Index(name, *columns) for name, columns in FOUND.items()),
    ]


FOUND: Final = {
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


def bits_of(risks: "tuple[str, ...] | list[str]") -> int:
    return sum(bit for risk, bit in RISK_BITS.items() if risk.value in risks)
