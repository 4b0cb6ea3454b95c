"""Checks both logs as a whole: chains, words, the heads that are stored and those that left the house."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.retention import LIMITS, DataKind
from bot.safety.heads import Chain, Head, NotAHead, SignedHead, signed_text
from bot.safety.record import GENESIS, ChainBroken
from bot.signing import is_signed
from bot.store.chains import records_without_words
from bot.store.database import Database
from bot.store.heads import Stored
from bot.store.unit_of_work import UnitOfWork
from bot.store.verify import Report, verify_chain

_KIND_OF_WORDS = {Chain.SAFETY: DataKind.SAFETY_WORDS, Chain.AUDIT: DataKind.AUDIT_WORDS}


@dataclass(frozen=True)
class Broken:
    """The first thing that is not as it was written. `number` is 0 where it is no entry."""

    chain: str
    number: int
    entry_id: str
    why: str

    def __str__(self) -> str:
        where = f"entry {self.number} ({self.entry_id}): " if self.number else ""
        return f"{where}{self.why}"


@dataclass
class Checked:
    reports: list[Report] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stored_heads: int = 0
    outside_heads: int = 0


class _HeadBroken(Exception):
    """A signed head is not as it was signed. Says which and why."""


def check_logs(
    database: Database,
    keys: Mapping[str, str],
    outside: Iterable[str] = (),
    *,
    gap: timedelta = timedelta(days=3),
) -> Checked:
    """`keys` are public keys by their id, `outside` the lines of a file of heads. Each chain is checked whole
    even where the other one is broken."""
    checked = Checked()
    kept_outside: list[SignedHead] = []
    try:
        kept_outside = list(_read_outside(outside, keys, checked))
    except _HeadBroken as error:
        checked.broken.append(Broken("heads", 0, "", str(error)))
    # Of one moment: what is written or let go meanwhile must not look like a fault.
    with database.snapshot() as work:
        for chain in Chain:
            mine = [signed for signed in kept_outside if signed.head.chain is chain]
            _check_chain(work, database, chain, keys, mine, checked, gap)
        _judge_deletions(checked, work)
    if not keys:
        checked.notes.append("no public key was given: signatures were not checked")
    return checked


def _check_chain(
    work: UnitOfWork,
    database: Database,
    chain: Chain,
    keys: Mapping[str, str],
    outside: list[SignedHead],
    checked: Checked,
    gap: timedelta,
) -> None:
    try:
        stored = list(_read_stored(work.heads.walk(chain), chain, keys))
    except _HeadBroken as error:
        checked.broken.append(Broken(chain.value, 0, "", str(error)))
        stored = []
    else:
        known = {head.digest for head in stored}
        lost = next((signed.head for signed in outside if signed.head.digest not in known), None)
        if lost is not None:
            why = f"the head signed for {lost.number} entries left the house, and is not stored any more"
            checked.broken.append(Broken(chain.value, 0, "", why))
    checked.stored_heads += len(stored)
    heads = {head.digest: head for head in (*stored, *(signed.head for signed in outside))}
    sealer = database.sealer() if database.has_keys else None
    try:
        report = verify_chain(work.session, chain, sealer, list(heads.values()), gap=gap)
    except ChainBroken as error:
        # Before what is said of heads: an entry says more.
        checked.broken.insert(0, Broken(chain.value, error.number, error.entry_id, error.why))
        return
    checked.reports.append(report)
    checked.notes += report.notes


def _read_stored(rows: Iterable[Stored], chain: Chain, keys: Mapping[str, str]) -> Iterable[Head]:
    """Raises _HeadBroken at the first that was changed, left out or put elsewhere."""
    previous, number = GENESIS, 0
    for row in rows:
        try:
            head = Head.from_body(row.body)
        except NotAHead as error:
            raise _HeadBroken(f"a signed head after {number} entries was changed") from error
        if head.body != row.body or head.chain is not chain:
            raise _HeadBroken(f"the signed head of {head.number} entries was changed")
        _check_signature(SignedHead(head, row.signature), keys)
        if head.previous != previous or head.number <= number:
            raise _HeadBroken(f"the signed head before that of {head.number} entries is missing")
        previous, number = head.digest, head.number
        yield head


def _read_outside(lines: Iterable[str], keys: Mapping[str, str], checked: Checked) -> Iterable[SignedHead]:
    for at, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            signed = SignedHead.from_line(line)
        except NotAHead:
            # A disk that was full in the middle of a line is no fault of the log.
            checked.notes.append(f"line {at} of the file of heads cannot be read")
            continue
        _check_signature(signed, keys)
        checked.outside_heads += 1
        yield signed


def _check_signature(signed: SignedHead, keys: Mapping[str, str]) -> None:
    if not keys:
        return
    key = keys.get(signed.head.key)
    if key is None:
        raise _HeadBroken(
            f"the signed head of {signed.head.number} entries is under the key {signed.head.key}, "
            "which was not given"
        )
    if not is_signed(key, signed_text(signed.head.body), signed.signature):
        raise _HeadBroken(f"the signature of the head of {signed.head.number} entries is wrong")


def _judge_deletions(checked: Checked, work: UnitOfWork) -> None:
    """Words may be gone only as the audit tells: so many, and none younger than any prison may let go."""
    reports = {report.chain: report for report in checked.reports}
    audit = reports.get(Chain.AUDIT)
    if audit is None:  # it is broken itself, and says nothing of others
        return
    for chain, report in reports.items():
        youngest, kind = report.youngest_gone, _KIND_OF_WORDS[chain]
        if youngest is None:
            continue
        told = audit.told.get(kind)
        gone = records_without_words(work.session) if chain is Chain.SAFETY else report.words_gone
        if told is None or youngest.at > told.last - timedelta(days=LIMITS[kind].least):
            why = "its words are gone, and no deletion of which the audit tells was of words so young"
        elif gone > told.count:
            why = f"its words are gone, and of more ({gone}) than the audit tells were deleted ({told.count})"
        else:
            continue
        checked.broken.append(Broken(chain.value, youngest.number, youngest.entry_id, why))


def read_lines(path: Path) -> Iterable[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from file
