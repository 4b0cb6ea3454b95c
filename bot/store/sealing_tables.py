"""The table that says how far `seal-again` has come, so that it can go on where it was stopped."""

import sqlalchemy as sa

from bot.store.tables import metadata
from bot.store.types import Short

sealing = sa.Table(
    "sealing",
    metadata,
    sa.Column("name", Short, primary_key=True),
    # Under which key, as a digest of it: with another key in front all begins anew.
    sa.Column("key_mark", sa.String(16), nullable=False),
    # The key of the last row that was looked at, as JSON.
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False),
)
