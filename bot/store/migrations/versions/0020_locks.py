"""Second steps of signing in, counted tries, ways to a provider, emergency access, and how sessions end."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_SOMEBODY = sa.text("subject <> ''")


def upgrade() -> None:
    op.add_column("staff_session", sa.Column("ends_at", _TIME, nullable=True))
    op.add_column("staff_session", sa.Column("how", sa.String(64), server_default="password", nullable=False))
    _staff_lock()
    _half_sign_in()
    _tries()
    _provider_start()
    _emergency_access()


def downgrade() -> None:
    for table in ("emergency_access", "provider_start", "sign_in_tries", "half_sign_in", "staff_lock"):
        op.drop_table(table)
    for name in ("how", "ends_at"):
        op.drop_column("staff_session", name)


def _staff_lock() -> None:
    op.create_table(
        "staff_lock",
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("pending", sa.Text(), nullable=False),
        sa.Column("step", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recovery", sa.JSON(), nullable=False),
        sa.Column("on_since", _TIME, nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("code_until", _TIME, nullable=True),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("told", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_lock_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_lock")),
    )
    op.create_index(
        "uq_staff_lock_subject",
        "staff_lock",
        ["issuer", "subject"],
        unique=True,
        sqlite_where=_SOMEBODY,
        postgresql_where=_SOMEBODY,
    )


def _half_sign_in() -> None:
    op.create_table(
        "half_sign_in",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("stage", sa.String(64), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.CheckConstraint("stage IN ('code', 'set_up', 'reason')", name=op.f("ck_half_sign_in_stage")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_half_sign_in_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_half_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_half_sign_in_token_hash")),
    )
    op.create_index("ix_half_sign_in_staff_id", "half_sign_in", ["staff_id"])


def _tries() -> None:
    op.create_table(
        "sign_in_tries",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("failed_at", _TIME, nullable=True),
        sa.Column("wait_until", _TIME, nullable=True),
        sa.Column("good_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_tries")),
    )
    op.create_index("ix_sign_in_tries_failed_at", "sign_in_tries", ["failed_at"])
    op.create_index("ix_sign_in_tries_good_at", "sign_in_tries", ["good_at"])


def _provider_start() -> None:
    op.create_table(
        "provider_start",
        sa.Column("state_hash", sa.String(64), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("app", sa.String(64), nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_provider_start")),
    )
    op.create_index("ix_provider_start_ends_at", "provider_start", ["ends_at"])


def _emergency_access() -> None:
    op.create_table(
        "emergency_access",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("prison_id", sa.String(64), nullable=False),
        sa.Column("staff_id", sa.String(32), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("began_at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("reviewed_by", sa.String(32), nullable=True),
        sa.Column("reviewed_at", _TIME, nullable=True),
        sa.Column("review", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "reviewed_by IS NULL OR reviewed_by <> staff_id", name=op.f("ck_emergency_access_second_person")
        ),
        sa.CheckConstraint(
            "(reviewed_at IS NULL) = (reviewed_by IS NULL)",
            name=op.f("ck_emergency_access_reviewed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_emergency_access_staff_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["staff.id"], name=op.f("fk_emergency_access_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_access")),
    )
    op.create_index("ix_emergency_access_staff_id", "emergency_access", ["staff_id"])
    op.create_index("ix_emergency_access_prison_id_began_at", "emergency_access", ["prison_id", "began_at"])
