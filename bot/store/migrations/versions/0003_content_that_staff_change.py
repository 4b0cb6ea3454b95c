"""Answers and services as staff have changed them, each change a version of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_edition",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("prison_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_mark", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('answer', 'service')", name=op.f("ck_content_edition_kind")),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'withdrawn')", name=op.f("ck_content_edition_state")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (body IS NULL)", name=op.f("ck_content_edition_body_unless_withdrawn")
        ),
        sa.CheckConstraint(
            "version >= 1 AND based_on >= 0 AND based_on < version",
            name=op.f("ck_content_edition_versions_in_order"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_content_edition_staff_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_content_edition")),
        sa.UniqueConstraint("id", name=op.f("uq_content_edition_id")),
        sa.UniqueConstraint(
            "prison_id",
            "kind",
            "key",
            "version",
            name=op.f("uq_content_edition_prison_id_kind_key_version"),
        ),
    )


def downgrade() -> None:
    op.drop_table("content_edition")
