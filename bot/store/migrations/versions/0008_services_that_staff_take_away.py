"""A fourth state of an edition: removed, which keeps the text that people do not see any more."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATES = "state IN ('draft', 'published', 'withdrawn'{})"


def upgrade() -> None:
    _allow(", 'removed'")


def downgrade() -> None:
    # The old version would fail on a state that it does not know. The file's text counts again then.
    op.execute("DELETE FROM content_edition WHERE state = 'removed'")
    _allow("")


def _allow(more: str) -> None:
    with op.batch_alter_table("content_edition", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_content_edition_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_content_edition_state"), _STATES.format(more))
