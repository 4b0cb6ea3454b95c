"""Words of entries stand apart, the audit is a chain too, and heads are signed."""

import hashlib
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_GENESIS = "0" * 64
# Tables to which rows are only ever added; 0001 guards safety_entry already.
_APPEND_ONLY = ("audit", "signed_head")
# Words may be taken away and sealed anew, and belong to their entry for ever.
_WORDS = ("safety_words", "audit_words")


def upgrade() -> None:
    # Entries that are there hold words in their body; they stay as they were hashed.
    form = sa.Column("form", sa.SmallInteger(), nullable=False, server_default="1")
    op.add_column("safety_entry", form)
    op.add_column("safety_entry", sa.Column("commitments", sa.Text(), nullable=False, server_default="{}"))
    foreign = sa.ForeignKeyConstraint(
        ["entry_id"], ["safety_entry.id"], name=op.f("fk_safety_words_entry_id")
    )
    _create_words("safety_words", foreign)
    _create_words("audit_words")
    _chain_the_audit()
    op.create_table(
        "signed_head",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("peaks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_signed_head")),
        sa.UniqueConstraint("chain", "number", name=op.f("uq_signed_head_chain_number")),
        sa.UniqueConstraint("chain", "previous", name=op.f("uq_signed_head_chain_previous")),
    )
    _forbid()


def downgrade() -> None:
    _allow()
    op.drop_table("signed_head")
    op.drop_table("audit_head")
    op.drop_table("audit_words")
    for index in ("hash", "previous", "id"):
        op.drop_index(op.f(f"ix_audit_{index}"), table_name="audit")
    # What was chained before this step goes with the chain.
    op.execute("DELETE FROM audit WHERE action = 'audit_chained'")
    for column in ("commitments", "form", "hash", "previous", "id"):
        op.drop_column("audit", column)
    op.drop_table("safety_words")
    op.drop_column("safety_entry", "commitments")
    op.drop_column("safety_entry", "form")


def _create_words(name: str, *more: Any) -> None:
    op.create_table(
        name,
        sa.Column("entry_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("entry_id", "name", name=op.f(f"pk_{name}")),
    )


def _chain_the_audit() -> None:
    """Rows that are there were hashed by nobody. The first entry of the chain is a digest of them all."""
    for name in ("id", "previous", "hash"):
        op.add_column("audit", sa.Column(name, sa.String(length=64), nullable=True))
        op.create_index(op.f(f"ix_audit_{name}"), "audit", [name], unique=True)
    op.add_column("audit", sa.Column("form", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("audit", sa.Column("commitments", sa.Text(), nullable=False, server_default="{}"))
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.execute(_head_row(_first_of_the_audit()))


def _head_row(head: str) -> "sa.TextClause":
    return sa.text("INSERT INTO audit_head (id, hash) VALUES (1, :hash)").bindparams(hash=head)


def _first_of_the_audit() -> str:
    """Writes the entry that stands for all rows before it and returns its hash; with no rows, none is."""
    connection = op.get_bind()
    select = sa.text("SELECT seq, prison_id, staff_id, action, ref, at FROM audit ORDER BY seq")
    select = select.columns(sa.column("seq"), at=sa.DateTime(timezone=True))  # type: ignore[assignment]
    whole, count = hashlib.sha256(), 0
    for row in connection.execute(select).mappings():
        whole.update(_json({**row, "at": _moment(row["at"])}))
        count += 1
    if not count:
        return _GENESIS
    now = datetime.now(UTC)
    form = {
        "id": uuid.uuid4().hex,
        "prison_id": "",
        "staff_id": "",
        "action": "audit_chained",
        "ref": whole.hexdigest(),
        "at": _moment(now),
        "form": 2,
        "words": {},
        "previous": _GENESIS,
    }
    head = hashlib.sha256(_json(form)).hexdigest()
    values = {
        name: form[name] for name in ("id", "prison_id", "staff_id", "action", "ref", "form", "previous")
    }
    audit = sa.table("audit", *(sa.column(name) for name in values), sa.column("hash"), _at())
    stored = now.replace(tzinfo=None) if connection.dialect.name == "sqlite" else now
    connection.execute(sa.insert(audit).values(**values, hash=head, at=stored))
    return head


def _at() -> "sa.ColumnClause[datetime]":
    return sa.column("at", sa.DateTime(timezone=True))


def _json(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _moment(at: datetime) -> str:
    aware = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return aware.isoformat(timespec="microseconds")


def _forbid() -> None:
    """Not by a bug, and not by hand: who wants to change a row must take a guard away first, and is seen."""
    if op.get_bind().dialect.name == "sqlite":
        for table in _APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(_sqlite_guard(table, verb, verb))
        for table in _WORDS:
            op.execute(_sqlite_guard(table, "UPDATE", "UPDATE OF entry_id, name"))
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in _APPEND_ONLY:
        op.execute(_postgresql_guard(table, "UPDATE OR DELETE OR TRUNCATE"))
    for table in _WORDS:
        op.execute(_postgresql_guard(table, "UPDATE OF entry_id, name"))


def _sqlite_guard(table: str, verb: str, event: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _postgresql_guard(table: str, event: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_change BEFORE {event} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _allow() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in _APPEND_ONLY:
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{verb}")
        for table in _WORDS:
            op.execute(f"DROP TRIGGER {table}_no_update")
        return
    for table in (*_APPEND_ONLY, *_WORDS):
        op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
    op.execute("DROP FUNCTION refuse_change")
