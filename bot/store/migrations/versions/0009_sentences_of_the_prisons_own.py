"""A third kind of edition: the prison's own sentence on a topic."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('answer', 'service'{})"


def upgrade() -> None:
    _allow(", 'local'")


def downgrade() -> None:
    # The old version would fail on a kind that it does not know. The file's sentence counts again then.
    op.execute("DELETE FROM content_edition WHERE kind = 'local'")
    _allow("")


def _allow(more: str) -> None:
    with op.batch_alter_table("content_edition", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_content_edition_kind"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_content_edition_kind"), _KINDS.format(more))
