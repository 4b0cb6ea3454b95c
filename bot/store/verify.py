"""Walks a whole chain as it is stored and finds the first entry that is not as it was written."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.safety.audit import CHAINED
from bot.safety.heads import Chain, Head
from bot.safety.merkle import Tree
from bot.safety.record import GENESIS, WORDS_APART, WORDS_INSIDE, ChainBroken, commitment
from bot.store.chains import Link, links, sealed_words, stored_head
from bot.store.sealed import CannotOpen, Sealer
from bot.store.words import open_salted

# How the audit calls a deletion, before the kind of data.
DELETED: Final = "deleted_"
# Of each sort so many are told one by one; the others are counted.
_TOLD: Final = 20
_FORMS: Final = {Chain.SAFETY: (WORDS_INSIDE, WORDS_APART), Chain.AUDIT: (WORDS_APART,)}
# Steps of a clock below this are the order in which two writers came, and nothing else.
_UNEVEN: Final = timedelta(seconds=5)


@dataclass
class Told:
    """What the audit says that was deleted of one kind: how many in all, and when for the last time."""

    count: int
    last: datetime


@dataclass
class Gone:
    """The youngest entry whose words are gone."""

    number: int
    entry_id: str
    at: datetime


@dataclass
class Report:
    """What was found in one chain. `notes` are no failures: a clock that went back, a long silence."""

    chain: Chain
    entries: int = 0
    head: str = GENESIS
    root: str = ""
    before_the_chain: int = 0
    words_checked: int = 0
    words_gone: int = 0
    words_locked: int = 0
    youngest_gone: Gone | None = None
    told: dict[str, Told] = field(default_factory=dict)
    heads_checked: int = 0
    clock_back: int = 0
    gaps: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass
class _Walk:
    """Where the walk stands."""

    report: Report
    session: Session
    sealer: Sealer | None
    heads: Mapping[int, Sequence[Head]]
    gap: timedelta
    tree: Tree = field(default_factory=Tree)
    before: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    last_at: datetime | None = None
    last_id: str = "none"

    def run(self) -> None:
        chain, report = self.report.chain, self.report
        words = _Words(sealed_words(self.session, chain))
        for link in links(self.session, chain):
            if chain is Chain.AUDIT and link.form == 0:
                self._before_the_chain(link)
                continue
            report.entries += 1
            self._check_link(link)
            at = datetime.fromisoformat(link.at)
            self._check_words(link, words.of(link.seq), at)
            self._note_time(link, at)
            self.tree.add(bytes.fromhex(link.hash))
            self._check_heads(link)
            report.head, self.last_id = link.hash, link.id
            if chain is Chain.AUDIT and link.kind.startswith(DELETED):
                self._add_told(link, at)
        report.root = self.tree.root().hex()
        self._check_end()

    def _broken(self, link: Link, why: str) -> ChainBroken:
        return ChainBroken(self.report.entries, link.id, why)

    def _before_the_chain(self, link: Link) -> None:
        if self.report.entries:
            raise ChainBroken(self.report.entries, f"row {link.seq}", "a row after this entry is not chained")
        self.report.before_the_chain += 1
        self.before.update(link.text.encode())

    def _check_link(self, link: Link) -> None:
        if link.previous != self.report.head:
            raise self._broken(link, "does not follow the entry before it")
        if hashlib.sha256(link.text.encode()).hexdigest() != link.hash:
            raise self._broken(link, "its content was changed")
        if link.form not in _FORMS[self.report.chain]:
            raise self._broken(link, "it is of a form that is not known")
        try:
            if link.body:
                json.loads(link.body)
        except ValueError:
            raise self._broken(link, "its content was changed") from None
        if self.report.chain is Chain.AUDIT and self.report.entries == 1:
            stands_for = link.ref if link.kind == CHAINED else ""
            rows = self.before.hexdigest() if self.report.before_the_chain else ""
            if stands_for != rows:
                raise self._broken(link, "the rows before the chain are not those that it began with")

    def _add_told(self, link: Link, at: datetime) -> None:
        kind, number = link.kind.removeprefix(DELETED), link.ref.partition(" ")[0]
        count = int(number) if number.isascii() and number.isdigit() else 0
        known = self.report.told.setdefault(kind, Told(0, at))
        known.count, known.last = known.count + count, max(known.last, at)

    def _check_words(self, link: Link, kept: Mapping[str, str], at: datetime) -> None:
        try:
            commitments = json.loads(link.commitments) if link.commitments != "{}" else {}
        except ValueError:
            raise self._broken(link, "its content was changed") from None
        if link.form == WORDS_INSIDE and (commitments or kept):
            raise self._broken(link, "words stand beside it, though its own are inside")
        for name, sealed in kept.items():
            if name not in commitments:
                raise self._broken(link, f"words stand beside it that were never written ({name})")
            try:
                if self.sealer is None:
                    raise CannotOpen
                salt, text = open_salted(self.sealer, sealed)
            except CannotOpen:
                self.report.words_locked += 1
                continue
            if commitment(salt, text) != commitments[name]:
                raise self._broken(link, f"its words were changed ({name})")
            self.report.words_checked += 1
        if len(kept) < len(commitments):
            self._note_gone(link, commitments, kept, at)

    def _note_gone(
        self, link: Link, commitments: Mapping[str, str], kept: Mapping[str, str], at: datetime
    ) -> None:
        """Whether they may be gone is seen at the end, when it is known what the audit tells."""
        if kept:
            raise self._broken(link, "some of its words are missing, and others are there")
        report = self.report
        report.words_gone += len(commitments)
        if report.youngest_gone is None or at > report.youngest_gone.at:
            report.youngest_gone = Gone(report.entries, link.id, at)

    def _note_time(self, link: Link, at: datetime) -> None:
        if self.last_at is not None:
            step = at - self.last_at
            if step < -_UNEVEN:
                self.report.clock_back += 1
                self._note(self.report.clock_back, link, f"the clock went back by {-step}")
            elif step > self.gap:
                self.report.gaps += 1
                self._note(self.report.gaps, link, f"nothing was written for {step} before it")
        self.last_at = at

    def _note(self, count: int, link: Link, what: str) -> None:
        if count <= _TOLD:
            self.report.notes.append(f"{self.report.chain}: entry {self.report.entries} ({link.id}): {what}")

    def _check_heads(self, link: Link) -> None:
        for head in self.heads.get(self.report.entries, ()):
            if head.hash != link.hash or head.root != self.tree.root().hex():
                raise self._broken(
                    link, f"the head that was signed at {head.at:%Y-%m-%d %H:%M} UTC is of another log"
                )
            self.report.heads_checked += 1

    def _check_end(self) -> None:
        report, last = self.report, max(self.heads, default=0)
        if report.before_the_chain and not report.entries:
            raise ChainBroken(0, "none", "the whole chain is missing")
        if report.head != stored_head(self.session, report.chain):
            raise ChainBroken(report.entries, self.last_id, "entries are missing at the end")
        if last > report.entries:
            raise ChainBroken(
                report.entries,
                self.last_id,
                f"entries are missing at the end: a head was signed when there were {last}",
            )


class _Words:
    """The stream of words beside the stream of entries: both are in the same order."""

    def __init__(self, rows: Iterator[tuple[int, str, str]]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, seq: int) -> Mapping[str, str]:
        found: dict[str, str] = {}
        while self._next is not None and self._next[0] <= seq:
            if self._next[0] == seq:
                found[self._next[1]] = self._next[2]
            self._next = next(self._rows, None)
        return found


def verify_chain(
    session: Session,
    chain: Chain,
    sealer: Sealer | None,
    heads: Sequence[Head] = (),
    *,
    gap: timedelta = timedelta(days=3),
) -> Report:
    """Raises ChainBroken at the first bad entry. Takes memory for the heads, and none for the entries."""
    by_number: dict[int, list[Head]] = {}
    for head in heads:
        if head.chain is chain:
            by_number.setdefault(head.number, []).append(head)
    report = Report(chain)
    _Walk(report, session, sealer, by_number, gap).run()
    return report
