"""Both chains as rows, streamed: what is stored is put together as it was hashed, and nothing is decoded."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from json.encoder import encode_basestring as quoted
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.safety.heads import Chain

_BATCH: Final = 2_000

# A database takes only so many values in one question.
_AT_ONCE: Final = 500

_COLUMNS: Final = {
    Chain.SAFETY: (
        "SELECT seq, id, at, previous, hash, form, commitments, record_id, kind, actor_kind, actor_id, body "
        "FROM safety_entry WHERE "
    ),
    Chain.AUDIT: (
        "SELECT seq, id, at, previous, hash, form, commitments, prison_id, staff_id, action, ref "
        "FROM audit WHERE "
    ),
}
_WORDS: Final = {
    Chain.SAFETY: (
        "SELECT e.seq, w.name, w.sealed FROM safety_entry e JOIN safety_words w ON w.entry_id = e.id"
    ),
    Chain.AUDIT: "SELECT e.seq, w.name, w.sealed FROM audit e JOIN audit_words w ON w.entry_id = e.id",
}
# Rows of the audit from before it was a chain have the form 0.
_HASHES: Final = {
    Chain.SAFETY: "SELECT id, hash FROM safety_entry WHERE form <> 0 ORDER BY seq",
    Chain.AUDIT: "SELECT id, hash FROM audit WHERE form <> 0 ORDER BY seq",
}


class Link(NamedTuple):
    """One row of a chain. `text` is what its hash must be of; `body` is JSON text, empty in the audit."""

    seq: int
    id: str
    at: str
    previous: str
    hash: str
    form: int
    commitments: str
    body: str
    text: str
    kind: str
    ref: str


# Below any row: nothing may hide where nobody looks.
FROM_THE_FIRST: Final = -(1 << 62)


def links(session: Session, chain: Chain, after: int = FROM_THE_FIRST) -> Iterator[Link]:
    make = _of_safety if chain is Chain.SAFETY else _of_audit
    for row in _stream(session, f"{_COLUMNS[chain]}seq > :after ORDER BY seq", {"after": after}):
        yield make(row)


def links_of(session: Session, chain: Chain, ids: Collection[str]) -> Iterator[Link]:
    """Of these entries only, in no order: nobody reads a whole log for a few of them."""
    make = _of_safety if chain is Chain.SAFETY else _of_audit
    for row in _of_ids(session, f"{_COLUMNS[chain]}id IN :ids", ids):
        yield make(row)


def hashes(session: Session, chain: Chain) -> Iterator[tuple[str, str]]:
    """Id and hash of every chained entry, in order."""
    for row in _stream(session, _HASHES[chain], {}):
        yield row[0], row[1]


def sealed_words(session: Session, chain: Chain) -> Iterator[tuple[int, str, str]]:
    """In the order of the entries: the entry's seq, the name, and what is sealed."""
    for row in _stream(session, f"{_WORDS[chain]} ORDER BY e.seq", {}):
        yield row[0], row[1], row[2]


def sealed_words_of(session: Session, chain: Chain, ids: Collection[str]) -> Iterator[tuple[int, str, str]]:
    """The same of these entries only, in no order."""
    for row in _of_ids(session, f"{_WORDS[chain]} WHERE e.id IN :ids", ids):
        yield row[0], row[1], row[2]


def records_without_words(session: Session) -> int:
    """How many safety records have an entry whose words are not there."""
    counted = (
        "SELECT COUNT(DISTINCT e.record_id) FROM safety_entry e WHERE e.commitments <> '{}' "
        "AND NOT EXISTS (SELECT 1 FROM safety_words w WHERE w.entry_id = e.id)"
    )
    return int(session.scalar(sa.text(counted)) or 0)


def stored_head(session: Session, chain: Chain) -> str:
    table = "chain_head" if chain is Chain.SAFETY else "audit_head"
    return str(session.scalar(sa.text(f"SELECT hash FROM {table}")) or "")  # noqa: S608 - two fixed names


def _of_ids(session: Session, statement: str, ids: Collection[str]) -> Iterator[Any]:
    asked = sa.text(statement).bindparams(sa.bindparam("ids", expanding=True))
    each = sorted(ids)
    for start in range(0, len(each), _AT_ONCE):
        yield from session.execute(asked, {"ids": each[start : start + _AT_ONCE]})


def _stream(session: Session, statement: str, values: dict[str, Any]) -> Iterator[Any]:
    result = session.execute(sa.text(statement), values, execution_options={"yield_per": _BATCH})
    for part in result.partitions(_BATCH):
        yield from part


def moment(at: Any) -> str:
    """As it was hashed. SQLite gives the text that it stores, in UTC and without a zone."""
    if isinstance(at, datetime):
        aware = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        return aware.isoformat(timespec="microseconds")
    text = str(at)
    return f"{text[:10]}T{text[11:]}+00:00"


def _of_safety(row: Any) -> Link:
    seq, id_, at, previous, hash_, form, commitments, record, kind, actor_kind, actor_id, body = row
    at = moment(at)
    # The keys are in the order of the alphabet, as `bot.safety.record.canonical` has them.
    form_key, words_key = (f'"form":{form},', f',"words":{commitments}') if form != 1 else ("", "")
    text = (
        f'{{"actor_id":{quoted(actor_id)},"actor_kind":{quoted(actor_kind)},"at":"{at}","body":{body},'
        f'{form_key}"id":{quoted(id_)},"kind":{quoted(kind)},"previous":{quoted(previous)},'
        f'"record_id":{quoted(record)}{words_key}}}'
    )
    return Link(seq, id_, at, previous, hash_, form, commitments, body, text, kind, record)


def _of_audit(row: Any) -> Link:
    seq, id_, at, previous, hash_, form, commitments, prison, staff, action, ref = row
    at = moment(at)
    if form == 0:
        text = (
            f'{{"action":{quoted(action)},"at":"{at}","prison_id":{quoted(prison)},"ref":{quoted(ref)},'
            f'"seq":{seq},"staff_id":{quoted(staff)}}}'
        )
        return Link(seq, "", at, "", "", 0, "{}", "", text, action, ref)
    text = (
        f'{{"action":{quoted(action)},"at":"{at}","form":{form},"id":{quoted(id_)},'
        f'"previous":{quoted(previous)},"prison_id":{quoted(prison)},"ref":{quoted(ref)},'
        f'"staff_id":{quoted(staff)},"words":{commitments}}}'
    )
    return Link(seq, id_, at, previous, hash_, form, commitments, "", text, action, ref)
