"""The tables. Constraints repeat the rules that matter; migrations build them, a test compares the two."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.queue.model import OPEN
from bot.store.review_tables import review_columns, review_rules
from bot.store.types import FORM_WITH_WORDS, Id, Marked, Number, SealedJson, SealedText, Short, UtcTime

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(**more: Any) -> "sa.Column[str]":
    return sa.Column("id", Id, primary_key=True, **more)


def _shorts(*names: str) -> list["sa.Column[str]"]:
    return [sa.Column(name, Short, nullable=False) for name in names]


def _place() -> list["sa.Column[str]"]:
    return _shorts("wing", "landing", "cell")


def _at(name: str, *, nullable: bool = False) -> "sa.Column[datetime]":
    return sa.Column(name, UtcTime, nullable=nullable)


def _times(*names: str) -> list["sa.Column[datetime]"]:
    """Of what may never happen."""
    return [_at(name, nullable=True) for name in names]


person = sa.Table(
    "person",
    metadata,
    _id(),
    *_shorts("prison_id", "number", "first_name"),
    *_place(),
    sa.Column("pin_hash", sa.Text, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    *_times("welcomed_at", "cell_said_at"),
    sa.Column("failed_pins", sa.Integer, nullable=False, default=0),
    _at("wait_until", nullable=True),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.UniqueConstraint("prison_id", "number"),
)

device = sa.Table(
    "device",
    metadata,
    _id(),
    sa.Column("prison_id", Short, nullable=False),
    *_place(),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("enrolled_by", Id, nullable=False),
    _at("enrolled_at"),
    _at("revoked_at", nullable=True),
)

enrolment_code = sa.Table(
    "enrolment_code",
    metadata,
    _id(),
    sa.Column("prison_id", Short, nullable=False),
    *_place(),
    sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("made_by", Id, nullable=False),
    _at("made_at"),
    _at("expires_at"),
    _at("used_at", nullable=True),
)

person_session = sa.Table(
    "person_session",
    metadata,
    _id(),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("device_id", Id, sa.ForeignKey("device.id"), nullable=False, index=True),
    _at("started_at"),
    _at("last_seen_at"),
    *_times("ended_at"),
)

supporter = sa.Table(
    "supporter",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("prison_id", Short, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("wings", sa.JSON, nullable=False),
    sa.Column("load_cap", sa.Integer, nullable=False),
    sa.Column("on_duty", sa.Boolean, nullable=False),
    _at("suspended_at", nullable=True),
    sa.Column("cleared_until", sa.Date, nullable=True),
    *(sa.Column(name, sa.JSON, nullable=False, server_default="[]") for name in ("languages", "meets")),
    *(sa.Column(name, sa.Integer, nullable=True) for name in ("own_cap", "own_rest_hours")),
    *_times("paused_at", "duty_at", "last_contact_at", "rest_until"),
    sa.CheckConstraint("load_cap >= 0", name="load_cap"),
    sa.CheckConstraint("suspended_at IS NULL OR NOT on_duty", name="suspended_off_duty"),
)

staff = sa.Table(
    "staff",
    metadata,
    _id(),
    *_shorts("prison_id", "username", "name"),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("wings", sa.JSON, nullable=False),
    sa.Column("failed_sign_ins", sa.Integer, nullable=False, default=0),
    _at("wait_until", nullable=True),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.UniqueConstraint("prison_id", "username"),
)

staff_session = sa.Table(
    "staff_session",
    metadata,
    _id(),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False, index=True),
    *(_at(name) for name in ("started_at", "last_seen_at")),
    *_times("ended_at", "ends_at"),
    sa.Column("how", Short, nullable=False, server_default="password"),
)

safety_record = sa.Table(
    "safety_record",
    metadata,
    _id(),
    sa.Column("prison_id", Short, nullable=False),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("first_name", Short, nullable=False),
    *_place(),
    sa.Column("level", Short, nullable=False),
    sa.Column("risks", sa.JSON, nullable=False),
    _at("noticed_at"),
    _at("latest_at"),
    sa.Column("state", Short, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    *_times("acknowledged_at", "checked_at", "reviewed_at", "climb_at"),
    sa.Column("climbed_to", Short, nullable=False),
    *review_columns(),
    sa.CheckConstraint("level IN ('concern', 'urgent', 'emergency')", name="level"),
    sa.CheckConstraint("state IN ('open', 'acknowledged', 'checked', 'reviewed')", name="state"),
    *review_rules(),
)

safety_entry = sa.Table(
    "safety_entry",
    metadata,
    sa.Column("seq", Number, primary_key=True, autoincrement=True),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("record_id", Id, sa.ForeignKey("safety_record.id"), nullable=False, index=True),
    sa.Column("kind", Short, nullable=False),
    _at("at"),
    sa.Column("actor_kind", Short, nullable=False),
    sa.Column("actor_id", sa.String(32), nullable=False),
    # JSON text as it was hashed, not a JSON type: a database may reorder that.
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False, unique=True),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
    # 1: words in the body. 2: only commitments to words, which stand in a table of their own.
    sa.Column("form", sa.SmallInteger, nullable=False, server_default="1"),
    sa.Column("commitments", sa.Text, nullable=False, server_default="{}"),
)

chain_head = sa.Table(
    "chain_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.CheckConstraint("id = 1", name="one_row"),
)
_OPEN_STATES = ", ".join(f"'{state.value}'" for state in sorted(OPEN))

request = sa.Table(
    "request",
    metadata,
    _id(),
    *_shorts("reference", "prison_id"),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("first_name", Short, nullable=False),
    *_place(),
    *_shorts("kind", "role", "state"),
    sa.Column("urgency", sa.Integer, nullable=False),
    *(_at(name) for name in ("asked_at", "due_at", "changed_at")),
    sa.Column("times_asked", sa.Integer, nullable=False),
    _at("seen_at", nullable=True),
    sa.Column("supporter_id", Id, sa.ForeignKey("person.id"), nullable=True, index=True),
    sa.Column("record_id", Id, sa.ForeignKey("safety_record.id"), nullable=True),
    sa.Column("escalated_to", Short, nullable=False),
    _at("missed_at", nullable=True),
    sa.Column("came", sa.Boolean, nullable=True),
    _at("came_at", nullable=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("wish", Short, nullable=False, server_default=""),
    sa.Column("language", sa.String(8), nullable=False, server_default=""),
    _at("look_at", nullable=True),
    sa.Column("nobody", sa.JSON, nullable=False, server_default="[]"),
    sa.CheckConstraint("kind IN ('listener', 'peer', 'staff', 'someone')", name="kind"),
    sa.CheckConstraint(f"state IN ({_OPEN_STATES}, 'done', 'cancelled', 'could_not')", name="state"),
    # Privacy: asking for a Listener never makes a safety record, nor the other way round.
    sa.CheckConstraint("record_id IS NULL OR kind = 'staff'", name="record_only_for_staff"),
    # One open request per person and kind, whatever two processes do at the same moment.
    sa.Index(
        "uq_request_open",
        "person_id",
        "kind",
        "role",
        unique=True,
        sqlite_where=sa.text(f"state IN ({_OPEN_STATES})"),
        postgresql_where=sa.text(f"state IN ({_OPEN_STATES})"),
    ),
    sa.Index("ix_request_prison_id_state", "prison_id", "state"),
    sa.Index("ix_request_state_due_at", "state", "due_at"),
    sa.Index("ix_request_prison_id_changed_at", "prison_id", "changed_at"),
    sa.Index("ix_request_look_at", "look_at"),
)

request_event = sa.Table(
    "request_event",
    metadata,
    sa.Column("seq", Number, primary_key=True, autoincrement=True),
    sa.Column("request_id", Id, sa.ForeignKey("request.id"), nullable=False, index=True),
    _at("at"),
    sa.Column("change", Short, nullable=False),
    sa.Column("start", Short, nullable=True),
    sa.Column("end", Short, nullable=False),
    sa.Column("actor_kind", Short, nullable=False),
    sa.Column("actor_id", sa.String(32), nullable=False),
    sa.Column("reason", Short, nullable=False),
    sa.Column("offered", SealedText, nullable=False),
    sa.Column("note", SealedText, nullable=False),
    sa.Column("count", sa.Integer, nullable=False, server_default="0"),
)

message = sa.Table(
    "message",
    metadata,
    sa.Column("seq", Number, primary_key=True, autoincrement=True),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("device_id", sa.String(32), nullable=False),
    sa.Column("direction", Short, nullable=False),
    sa.Column("text", SealedText, nullable=False),
    _at("at"),
    sa.Column("form_key", Marked("form", FORM_WITH_WORDS), nullable=False),
    sa.Column("buttons", SealedJson, nullable=False),
    sa.Column("record_id", Id, sa.ForeignKey("safety_record.id"), nullable=True),
    sa.Column("reply_to", Id, nullable=True, index=True),
    sa.Column("tone", Short, nullable=False),
    # The topic that a reply answers; under such a reply the tablet asks whether it helped.
    sa.Column("topic", Short, nullable=False, server_default=""),
    # The same form pressed twice is one message.
    sa.UniqueConstraint("person_id", "form_key"),
    sa.Index("ix_message_person_id_seq", "person_id", "seq"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("seq", Number, primary_key=True, autoincrement=True),
    *_shorts("topic", "prison_id"),
    sa.Column("ref", Id, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    _at("created_at"),
    _at("next_at", nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    *_times("delivered_at", "dead_at"),
    sa.Index("ix_outbox_next_at", "next_at"),
    sa.Index("ix_outbox_created_at", "created_at"),
    # The desk looks on every refresh for the latest row of one topic.
    sa.Index("ix_outbox_topic_ref", "topic", "ref"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", Number, primary_key=True, autoincrement=True),
    sa.Column("staff_id", sa.String(32), nullable=False, index=True),
    *_shorts("prison_id", "action", "ref"),
    _at("at"),
    # Rows of form 0 were written before the audit was a chain; its first entry is a digest of them.
    sa.Column("form", sa.SmallInteger, nullable=False, server_default="0"),
    *(sa.Column(name, sa.String(64), unique=True, index=True) for name in ("id", "previous", "hash")),
    sa.Column("commitments", sa.Text, nullable=False, server_default="{}"),
)
