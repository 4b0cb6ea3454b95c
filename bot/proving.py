"""Makes proofs for outsiders from the store: of single entries, and of whole logs."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from bot.safety.heads import Chain
from bot.safety.merkle import paths
from bot.safety.proof import MANIFEST, Opening, Proof, entry_line
from bot.safety.record import plain_json
from bot.signing import Signer
from bot.store.chains import Link, hashes, links, links_of, sealed_words_of
from bot.store.sealed import CannotOpen
from bot.store.unit_of_work import UnitOfWork
from bot.store.words import open_salted

# Bytes of a SHA-256.
_HASH: Final = 32


class NotProvable(Exception):
    """There is no such entry, or no head was signed since it was written. Says which."""


def prove(
    work: UnitOfWork,
    chain: Chain,
    entry_ids: Collection[str],
    public_keys: Mapping[str, str],
    *,
    with_words: bool = False,
) -> list[Proof]:
    """A proof of each of these entries, in the order of the log, in one walk. Raises NotProvable."""
    signed = work.heads.last(chain)
    if signed is None:
        raise NotProvable("no head of this log was signed yet")
    public_key = public_keys.get(signed.head.key)
    if public_key is None:
        raise NotProvable("the newest head is signed with a key that the settings do not have")
    wanted, above = _find(work, chain, frozenset(entry_ids), signed.head.number)
    found, root, size = paths(above, wanted)
    if size != signed.head.number or root.hex() != signed.head.root:
        raise NotProvable("the log is not the one whose head was signed; see signpost verify-log")
    openings = _openings(work, chain, frozenset(entry_ids)) if with_words else {}
    return [
        Proof(chain, index, link.text, found[index], signed, public_key, openings.get(link.seq, {}))
        for index, link in sorted(wanted.items())
    ]


def bundle_files(
    work: UnitOfWork, entries: Mapping[Chain, Collection[str]], public_keys: Mapping[str, str]
) -> Iterator[tuple[str, bytes]]:
    """For a bundle: a proof of each entry, and every signed head. Of nobody else a word. Raises NotProvable.

    Sign a head first, so that the newest entries are below one.
    """
    for chain, ids in entries.items():
        for proof in prove(work, chain, ids, public_keys, with_words=True) if ids else ():
            name = f"proofs/{chain.value}-{proof.index + 1}.json"
            yield name, json.dumps(proof.to_json(), indent=1, ensure_ascii=False).encode()
    lines = [line for chain in Chain for line in head_lines(work, chain)]
    yield "heads.jsonl", "".join(f"{line}\n" for line in lines).encode()


def signed_manifest(manifest: Mapping[str, Any], signer: Signer) -> tuple[bytes, bytes]:
    """What stands in manifest.json and in manifest.sig. It has "files": each name with its SHA-256."""
    whole = {**manifest, "format": MANIFEST, "key": signer.key_id}
    signature = signer.sign_bytes(f"{MANIFEST}\n{plain_json(whole)}".encode())
    return json.dumps(whole, sort_keys=True, indent=1, ensure_ascii=False).encode(), signature.encode()


def chain_lines(work: UnitOfWork, chain: Chain, *, with_words: frozenset[str] = frozenset()) -> Iterator[str]:
    """The whole log, one line of JSON for each entry. Words are given along of these entries only."""
    openings = _openings(work, chain, with_words)
    for link in _chained(work, chain):
        yield entry_line(link.text, link.hash, openings.get(link.seq, {}))


def head_lines(work: UnitOfWork, chain: Chain) -> Iterator[str]:
    """Every signed head of a log, as lines of JSON."""
    for stored in work.heads.walk(chain):
        yield f'{{"head":{stored.body},"signature":"{stored.signature}"}}'


def _chained(work: UnitOfWork, chain: Chain) -> Iterator[Link]:
    return (link for link in links(work.session, chain) if link.form != 0)


def _find(
    work: UnitOfWork, chain: Chain, ids: frozenset[str], signed: int
) -> tuple[dict[int, Link], Iterator[bytes]]:
    """These entries by their place in the log, and the hash of every entry below the signed head.

    One reading of ids and hashes, 32 bytes kept of each entry; the rest is read of these entries only.
    """
    places: dict[str, int] = {}
    kept = bytearray()
    for at, (id_, each) in enumerate(hashes(work.session, chain)):
        kept += bytes.fromhex(each)
        if id_ in ids:
            places[id_] = at
    missing = ids - places.keys()
    if missing:
        raise NotProvable(f"there is no entry {min(missing)} in this log")
    late = next((id_ for id_, at in places.items() if at >= signed), None)
    if late is not None:
        raise NotProvable(f"no head was signed since entry {late} was written")
    found = {places[link.id]: link for link in links_of(work.session, chain, ids)}
    end = min(len(kept), signed * _HASH)
    return found, (bytes(kept[at : at + _HASH]) for at in range(0, end, _HASH))


def _openings(work: UnitOfWork, chain: Chain, ids: Collection[str]) -> dict[int, dict[str, Opening]]:
    """What no key opens, or was deleted, is left out: the entry is proven without it."""
    opened: dict[int, dict[str, Opening]] = {}
    for seq, name, sealed in sealed_words_of(work.session, chain, ids):
        try:
            opened.setdefault(seq, {})[name] = Opening(*open_salted(work.sealer, sealed))
        except CannotOpen:
            continue
    return opened
