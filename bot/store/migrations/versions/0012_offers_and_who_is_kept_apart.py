"""Offers of a request to supporters, and who is kept apart."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_STANDING = sa.text("state = 'open'")
_IN_FORCE = sa.text("removed_at IS NULL")


def upgrade() -> None:
    op.add_column("request", sa.Column("look_at", _TIME, nullable=True))
    op.add_column("request", sa.Column("nobody", sa.JSON(), server_default="[]", nullable=False))
    op.create_index("ix_request_look_at", "request", ["look_at"])
    op.add_column("request_event", sa.Column("count", sa.Integer(), server_default="0", nullable=False))
    _request_offer()
    _keep_apart()
    # What waits already is looked at by the worker's first step.
    op.execute(
        "UPDATE request SET look_at = asked_at"
        " WHERE state = 'waiting' AND kind <> 'staff' AND record_id IS NULL"
    )


def downgrade() -> None:
    op.drop_table("keep_apart")
    op.drop_table("request_offer")
    op.drop_column("request_event", "count")
    op.drop_index("ix_request_look_at", "request")
    for name in ("nobody", "look_at"):
        op.drop_column("request", name)


def _request_offer() -> None:
    op.create_table(
        "request_offer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("supporter_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("overrides", sa.JSON(), nullable=False),
        sa.Column("earlier", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'ran_out', 'withdrawn')",
            name=op.f("ck_request_offer_state"),
        ),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_request_offer_request_id")),
        sa.ForeignKeyConstraint(["supporter_id"], ["person.id"], name=op.f("fk_request_offer_supporter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_offer")),
    )
    op.create_index("ix_request_offer_request_id", "request_offer", ["request_id"])
    op.create_index(
        "uq_request_offer_open",
        "request_offer",
        ["request_id", "supporter_id"],
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )
    op.create_index(
        "ix_request_offer_open_to",
        "request_offer",
        ["supporter_id"],
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )


def _keep_apart() -> None:
    op.create_table(
        "keep_apart",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("first_id", sa.String(length=32), nullable=False),
        sa.Column("second_id", sa.String(length=32), nullable=False),
        sa.Column("sealed_reason", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(length=32), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("removed_by", sa.String(length=32), nullable=True),
        sa.Column("removed_at", _TIME, nullable=True),
        sa.Column("sealed_removal", sa.Text(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_keep_apart_in_order")),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_by IS NULL)", name=op.f("ck_keep_apart_removed_by_somebody")
        ),
        sa.ForeignKeyConstraint(["first_id"], ["person.id"], name=op.f("fk_keep_apart_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["person.id"], name=op.f("fk_keep_apart_second_id")),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=op.f("fk_keep_apart_added_by")),
        sa.ForeignKeyConstraint(["removed_by"], ["staff.id"], name=op.f("fk_keep_apart_removed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keep_apart")),
    )
    op.create_index("ix_keep_apart_second_id", "keep_apart", ["second_id"])
    op.create_index(
        "uq_keep_apart_pair",
        "keep_apart",
        ["first_id", "second_id"],
        unique=True,
        sqlite_where=_IN_FORCE,
        postgresql_where=_IN_FORCE,
    )
