"""The tables of locks: second steps, half sign-ins, counted tries, ways to a provider, emergency access."""

import sqlalchemy as sa

from bot.store.tables import metadata
from bot.store.types import Id, Number, Short, UtcTime

staff_lock = sa.Table(
    "staff_lock",
    metadata,
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), primary_key=True),
    # Sealed: a copied database gives nobody a second step.
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("pending", sa.Text, nullable=False),
    sa.Column("step", Number, nullable=False),
    sa.Column("recovery", sa.JSON, nullable=False),
    sa.Column("on_since", UtcTime, nullable=True),
    sa.Column("code_hash", sa.String(64), nullable=False),
    sa.Column("code_until", UtcTime, nullable=True),
    sa.Column("emergency", sa.Boolean, nullable=False),
    sa.Column("issuer", sa.String(255), nullable=False),
    sa.Column("subject", sa.String(255), nullable=False),
    # What an administrator did to the account, until its owner has read it.
    sa.Column("told", Short, nullable=False),
    # One account for one human of a provider.
    sa.Index(
        "uq_staff_lock_subject",
        "issuer",
        "subject",
        unique=True,
        sqlite_where=sa.text("subject <> ''"),
        postgresql_where=sa.text("subject <> ''"),
    ),
)

half_sign_in = sa.Table(
    "half_sign_in",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("stage", Short, nullable=False),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("ended_at", UtcTime, nullable=True),
    sa.CheckConstraint("stage IN ('code', 'set_up', 'reason')", name="stage"),
)

# The key is a hash: nobody reads names or addresses here.
sign_in_tries = sa.Table(
    "sign_in_tries",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("failed", sa.Integer, nullable=False),
    sa.Column("failed_at", UtcTime, nullable=True, index=True),
    sa.Column("wait_until", UtcTime, nullable=True),
    sa.Column("good_at", UtcTime, nullable=True, index=True),
)

provider_start = sa.Table(
    "provider_start",
    metadata,
    sa.Column("state_hash", sa.String(64), primary_key=True),
    sa.Column("browser_hash", sa.String(64), nullable=False),
    sa.Column("nonce", Short, nullable=False),
    sa.Column("verifier", sa.String(128), nullable=False),
    sa.Column("app", Short, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False, index=True),
)

emergency_access = sa.Table(
    "emergency_access",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("prison_id", Short, nullable=False),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("roles", sa.JSON, nullable=False),
    # Sealed words of staff.
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("began_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime, nullable=True),
    sa.Column("reviewed_by", Id, sa.ForeignKey("staff.id"), nullable=True),
    sa.Column("reviewed_at", UtcTime, nullable=True),
    sa.Column("review", sa.Text, nullable=False),
    sa.CheckConstraint("reviewed_by IS NULL OR reviewed_by <> staff_id", name="second_person"),
    sa.CheckConstraint("(reviewed_at IS NULL) = (reviewed_by IS NULL)", name="reviewed_by_somebody"),
    sa.Index("ix_emergency_access_prison_id_began_at", "prison_id", "began_at"),
)
