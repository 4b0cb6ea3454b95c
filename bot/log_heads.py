"""Signs the heads of both logs at set times, and takes each of them out of the house."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.bootstrap import Product, build_signers
from bot.notices.model import LOG_HEAD
from bot.safety.heads import Chain, NotAHead, SignedHead
from bot.safety.record import ChainBroken
from bot.signing import Signer
from bot.store.heads import head_of
from bot.store.unit_of_work import UnitOfWork

log = structlog.get_logger()


class HeadKeeper:
    """Any number may run: a head that another one signed in between is not signed again."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._next_at: datetime | None = None
        self._signers: tuple[Signer, ...] = ()
        self._left_to_write = True

    def keep(self) -> int:
        """Signs what is due, and writes to the file what does not stand there yet. Returns how many."""
        now = self._product.now()
        wait = timedelta(seconds=self._product.settings.log_head_seconds)
        # A clock that was set back must not keep heads from being signed.
        due = self._next_at is None or now >= self._next_at or self._next_at - now > wait
        signed = 0
        if due:
            self._next_at = now + wait
            signed = sum(sign_next(self._product, chain, self._signer, now) for chain in Chain)
        if signed or self._left_to_write:
            self._left_to_write = True
            write_out(self._product)
            self._left_to_write = False
        return signed

    @property
    def _signer(self) -> Signer:
        self._signers = self._signers or build_signers(self._product.settings)
        return self._signers[0]


def sign_next(product: Product, chain: Chain, signer: Signer, now: datetime) -> bool:
    """Signs the head of a chain to which entries were added. What does not hold is not signed, and said."""
    try:
        # Reading may take long, the first time above all, and nobody waits for it.
        with product.database.reading() as work:
            reached = work.heads.reach(chain)
    except (ChainBroken, NotAHead) as error:
        log.error("log.broken", chain=chain.value, why=str(error))
        return False
    if reached is None:
        return False
    signed = head_of(chain, reached, now, signer.key_id, signer.sign)
    with product.database.writing() as work:
        added = work.heads.add(signed, reached)
        if added:
            _tell(work, product.prison.id, signed, now)
    if added:
        log.info("log.head_signed", chain=chain.value, number=signed.head.number)
    return added


def _tell(work: UnitOfWork, prison_id: str, signed: SignedHead, now: datetime) -> None:
    head = signed.head
    facts = {"chain": head.chain.value, "number": str(head.number), "code": head.code, "line": signed.line}
    work.outbox.put(LOG_HEAD, prison_id, f"{head.chain.value}.{head.number}"[:32], now, facts)


def write_out(product: Product) -> int:
    """Adds to the file of the settings every signed head that is not in it yet. Raises OSError.

    What stands in the file says how far it is: so nothing is lost when the file's disk was away for days.
    """
    if not product.settings.log_heads_file:
        return 0
    path = Path(product.settings.log_heads_file)
    lines = []
    with product.database.reading() as work:
        reached = _reached_in(path)
        for chain in Chain:
            lines += [
                f'{{"head":{stored.body},"signature":"{stored.signature}"}}\n'
                for stored in work.heads.walk(chain)
                if _number_of(stored.body) > reached.get(chain.value, 0)
            ]
    if lines:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    # A full disk cut the last line off: what follows stands on its own.
                    lines.insert(0, "\n")
            file.write("".join(lines).encode())
            file.flush()
            os.fsync(file.fileno())
    return sum(line != "\n" for line in lines)


def _reached_in(path: Path) -> dict[str, int]:
    """The highest number of each chain in the file. A line that is cut off counts for nothing."""
    reached: dict[str, int] = {}
    if not path.exists():
        return reached
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                head = SignedHead.from_line(line).head
            except NotAHead:
                continue
            reached[head.chain.value] = max(head.number, reached.get(head.chain.value, 0))
    return reached


def _number_of(body: str) -> int:
    """A row that was damaged is written out as it is: the outside must see it."""
    try:
        return int(json.loads(body)["number"])
    except (ValueError, KeyError, TypeError):
        return 1 << 62
