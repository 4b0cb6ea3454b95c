"""What reports are drawn from: requests and contacts by day, kept so that a year is counted at once.

All of it can be made anew from the requests and their histories (docs/decisions/0008).
"""

import sqlalchemy as sa

from bot.store.tables import metadata, request, request_event
from bot.store.types import Id, Short, UtcTime

# `codes`: a number of four bytes for each request that was asked on that day (bot/reports/facts.py).
report_day = sa.Table(
    "report_day",
    metadata,
    sa.Column("prison_id", Short, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("wing", Short, primary_key=True),
    sa.Column("kind", Short, primary_key=True),
    sa.Column("reason", Short, primary_key=True),
    sa.Column("codes", sa.LargeBinary, nullable=False),
)

report_helper_day = sa.Table(
    "report_helper_day",
    metadata,
    sa.Column("prison_id", Short, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("person_id", Id, primary_key=True),
    sa.Column("wing", Short, primary_key=True),
    sa.Column("kind", Short, primary_key=True),
    sa.Column("contacts", sa.Integer, nullable=False),
    sa.Column("soon", sa.Integer, nullable=False),
    sa.CheckConstraint("contacts > 0", name="contacts"),
    sa.CheckConstraint("soon >= 0 AND soon <= contacts", name="soon"),
)

# How far the history has been read, and which day was looked at again last.
report_reader = sa.Table(
    "report_reader",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("swept", sa.Date, nullable=True),
    sa.Column("swept_at", UtcTime, nullable=True),
    sa.CheckConstraint("id = 1", name="one_row"),
)

# A day's requests, and the moments at which supporters began.
sa.Index("ix_request_prison_id_asked_at", request.c.prison_id, request.c.asked_at)
sa.Index("ix_request_event_change_at", request_event.c.change, request_event.c.at)
