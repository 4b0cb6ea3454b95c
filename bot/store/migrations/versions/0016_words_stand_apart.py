"""Words of entries in the safety log stand apart: the chain holds commitments to them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Entries that are there hold words in their body; they stay as they were hashed.
    form = sa.Column("form", sa.SmallInteger(), nullable=False, server_default="1")
    op.add_column("safety_entry", form)
    op.add_column("safety_entry", sa.Column("commitments", sa.Text(), nullable=False, server_default="{}"))
    op.create_table(
        "safety_words",
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["safety_entry.id"], name=op.f("fk_safety_words_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "name", name=op.f("pk_safety_words")),
    )


def downgrade() -> None:
    op.drop_table("safety_words")
    op.drop_column("safety_entry", "commitments")
    op.drop_column("safety_entry", "form")
