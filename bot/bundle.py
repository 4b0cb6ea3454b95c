"""The sealed bundle of a hold: all that is stored about the person and period, signed, for an outsider.

A zip with one JSON line a row, a proof of every entry of both logs, an index to read, and a signed manifest
with the SHA-256 of every other file. tools/verify_signpost.py accepts it.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bot.bootstrap import Product, build_signers
from bot.bundle_index import index_of
from bot.log_heads import sign_next
from bot.people.hold import Hold
from bot.proving import NotProvable, bundle_files, signed_manifest
from bot.safety.heads import Chain
from bot.safety.record import Entry
from bot.safety.verdict_words import verdict_in
from bot.signing import Signer
from bot.store.about_person import Period, Row
from bot.store.unit_of_work import UnitOfWork

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
INDEX: Final = "index.html"
# Zip files name no time but this: the same data make the same bytes.
_TRIES: Final = 5
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)


class NoSuchHold(Exception):
    """There is no hold of this id in this prison."""


@dataclass(frozen=True)
class Bundle:
    """`name` is of the file; `data` the zip; `manifest` what is hashed in it."""

    name: str
    data: bytes
    manifest: Mapping[str, Any]


def make_bundle(product: Product, hold_id: str, by: str, prison_id: str) -> Bundle:
    """Of one moment. That it was made is in the audit, and in the bundle. Raises NoSuchHold."""
    now = product.now()
    with product.database.writing() as work:
        held = work.holds.get(hold_id)
        if held is None or held.prison_id != prison_id:
            raise NoSuchHold(hold_id)
        work.audit.put(prison_id, by, "hold_bundle_exported", hold_id, now)
    signer, *_ = signers = build_signers(product.settings)
    files = _signed_files(product, held, signers)
    manifest = {
        "made_at": now.isoformat(),
        "prison": prison_id,
        "hold": hold_id,
        "person": held.person_id,
        "period": [_plain(held.begins_at), _plain(held.ends_at)],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    files[MANIFEST], files[SIGNATURE] = signed_manifest(manifest, signer)
    return Bundle(f"bundle-{hold_id[:8]}-{now:%Y%m%dT%H%M}.zip", _zipped(files), manifest)


def _signed_files(product: Product, held: Hold, signers: Sequence[Signer]) -> dict[str, bytes]:
    """Raises NotProvable where entries come faster than they are signed, or the log does not hold."""
    keys = {each.key_id: each.public_key for each in signers}
    for tries_left in reversed(range(_TRIES)):
        # So that the newest entries, also the one about this bundle, are below a signed head.
        for chain in Chain:
            sign_next(product, chain, signers[0], product.now())
        try:
            with product.database.snapshot() as work:
                return dict(_files(product, work, held, keys))
        except NotProvable:
            # Somebody looked at a record, or wrote, between the two: both are done again.
            if not tries_left:
                raise
    raise AssertionError


def _files(
    product: Product, work: UnitOfWork, held: Hold, public_keys: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    period = Period(held.begins_at, held.ends_at)
    ids = work.about_person.ids_of(held.number)
    everything = work.about_person.everything(ids, period, removed=True)
    refs = {held.id, *ids, *(row["id"] for row in everything.tables["safety_record"])}
    refs |= {row["id"] for row in everything.tables["request"]}
    audit = work.about_person.looked_at(sorted(refs))
    prisons = {row["prison_id"] for row in everything.people}
    staff = [each for prison in sorted(prisons) for each in work.staff.names(prison).items()]
    yield "people.jsonl", _lines(everything.people)
    yield "staff.jsonl", _lines({"id": id_, "name": name} for id_, name in staff)
    for table, rows in sorted(everything.tables.items()):
        yield f"data/{table}.jsonl", _lines(rows)
    yield "data/audit.jsonl", _lines(audit)
    yield "data/safety_entry.jsonl", _lines(map(_entry_row, everything.entries))
    yield "content.jsonl", _lines(work.about_person.editions(sorted(prisons), period))
    yield "screens.json", _json(_screens(product, everything.entries), indent=1)
    # Rows of the audit from before it was a chain are in the bundle, and nothing proves them.
    chained = [row["id"] for row in audit if row["form"]]
    proven = {Chain.SAFETY: [entry.id for entry in everything.entries], Chain.AUDIT: chained}
    yield from bundle_files(work, proven, public_keys)
    yield INDEX, index_of(product, held, everything, audit, dict(staff)).encode()


def _entry_row(entry: Entry) -> Row:
    """With the salt of each commitment, so that anybody can check that these are the words."""
    return {
        "id": entry.id,
        "record_id": entry.record_id,
        "kind": entry.kind.value,
        "at": entry.at,
        "actor_kind": entry.actor_kind.value,
        "actor_id": entry.actor_id,
        "body": entry.body,
        "form": entry.form,
        "commitments": dict(entry.commitments),
        "words": dict(entry.words),
        "salts": {name: salt.hex() for name, salt in entry.salts.items()},
        "locked": sorted(entry.locked),
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _screens(product: Product, entries: Iterable[Entry]) -> Mapping[str, Any]:
    """Which versions of the danger screen judged, and the hash of each file that is kept of them."""
    found: dict[str, Any] = {}
    for entry in entries:
        verdict = verdict_in(entry)
        if verdict is None or not verdict.version or verdict.version in found:
            continue
        kept = product.settings.kept_screens_dir / verdict.version
        inside = sorted(kept.rglob("*")) if kept.is_dir() else []
        found[verdict.version] = {
            file.relative_to(kept).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in inside
            if file.is_file()
        }
    return found


def _lines(rows: Iterable[Row]) -> bytes:
    return b"".join(_json(row) + b"\n" for row in rows)


def _json(value: object, indent: int | None = None) -> bytes:
    spaced = (",", ": ") if indent else (",", ":")
    made = json.dumps(
        value, sort_keys=True, ensure_ascii=False, default=_plain, indent=indent, separators=spaced
    )
    return made.encode("utf-8", "replace")


def _plain(value: object) -> object:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value if value is None else str(value)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in sorted(files.items()):
            made.writestr(zipfile.ZipInfo(name, _ZIP_TIME), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
