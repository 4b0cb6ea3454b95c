"""What is given to outsiders, checked by their own program alone: proofs, exported logs, bundles."""

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.people.model import ActorKind, Person
from bot.proving import NotProvable, bundle_files, chain_lines, head_lines, prove, signed_manifest
from bot.safety.heads import Chain, Head
from bot.safety.model import Level
from bot.safety.record import EntryKind, SafetyRecord, new_entry
from bot.settings import ROOT
from bot.signing import Signer
from bot.store.database import Database
from tests.support.builders import CELL, NOW, PRISON, SIGNER
from tests.support.filling import sign_heads

KEYS = {SIGNER.key_id: SIGNER.public_key}
WORDS = "żółć 😭 cant do this"


@pytest.fixture
def backend() -> str:
    """Nothing here differs by the database."""
    return "sqlite"


@pytest.fixture
def ids(database: Database, sam: Person) -> list[str]:
    """Seven entries, of which the signed head knows all but the last."""
    found: list[str] = []
    with database.writing() as work:
        work.safety.add_record(
            SafetyRecord("record", PRISON, sam.id, "Sam", CELL, Level.URGENT, (), NOW, NOW)
        )
    for number in range(7):
        if number == 6:
            sign_heads(database)
        with database.writing() as work:
            at = NOW + number * timedelta(minutes=1)
            entry = new_entry(
                "record", EntryKind.NOTICED, at, ActorKind.SYSTEM, "", {"n": number}, {"text": WORDS}
            )
            found.append(work.safety.append(entry).id)
            work.audit.put(PRISON, "officer", "record_viewed", f"ref{number}", at, why="A complaint")
    return found


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "public-key.txt"
    path.write_text(f"# given on paper\n{SIGNER.public_key}\n")
    return path


def _check(*arguments: object) -> "subprocess.CompletedProcess[str]":
    """Isolated: nothing of the product and none of its libraries can be imported."""
    command = [sys.executable, "-I", "-S", str(ROOT / "tools" / "verify_signpost.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


def _proof(database: Database, entry_id: str, *, words: bool = True) -> dict[str, Any]:
    with database.reading() as work:
        (proof,) = prove(work, Chain.SAFETY, [entry_id], KEYS, with_words=words)
    return proof.to_json()


def test_an_outsider_checks_one_entry_with_its_words(
    database: Database, ids: list[str], key_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(_proof(database, ids[2])))

    done = _check("--public-key", key_file, path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "entry 3 of the safety log" in done.stdout
    assert "with 1 of its 1 kind of words" in done.stdout


def test_a_proof_shows_nothing_of_any_other_entry(database: Database, ids: list[str]) -> None:
    shown = json.dumps(_proof(database, ids[2], words=False))

    assert not [each for each in ids if each in shown and each != ids[2]]
    assert WORDS not in json.loads(shown)["words"]


_FORGED: dict[str, Callable[[dict[str, Any]], object]] = {
    "entry": lambda proof: proof.update(entry=proof["entry"].replace('"n":2', '"n":3')),
    "index": lambda proof: proof.update(index=3),
    "path": lambda proof: proof["path"].reverse(),
    "a shorter path": lambda proof: proof["path"].pop(),
    "root": lambda proof: proof["head"].update(root="0" * 64),
    "number": lambda proof: proof["head"].update(number=7),
    "time": lambda proof: proof["head"].update(at="2026-11-23T11:00:00.000000+00:00"),
    "signature": lambda proof: proof.update(signature="0" * 128),
    "chain": lambda proof: proof.update(chain="audit"),
    "words": lambda proof: proof["words"]["text"].update(words="all good"),
    "more words": lambda proof: proof["words"].update(note={"salt": "00" * 32, "words": "x"}),
    "no head": lambda proof: proof.pop("head"),
    "format": lambda proof: proof.update(format="signpost-proof-2"),
}


@pytest.mark.parametrize("part", list(_FORGED))
def test_a_forged_proof_does_not_hold(
    database: Database, ids: list[str], key_file: Path, tmp_path: Path, part: str
) -> None:
    proof = _proof(database, ids[2])
    _FORGED[part](proof)
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(proof))

    done = _check("--public-key", key_file, path)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "Does not hold" in done.stdout


def test_a_proof_under_another_key_does_not_hold_with_the_key_that_it_brings_along(
    database: Database, ids: list[str], key_file: Path, tmp_path: Path
) -> None:
    thief, proof = Signer("t" * 32), _proof(database, ids[2])
    head = Head.from_json({**proof["head"], "key": thief.key_id})
    signed = thief.sign(head)
    forged = {"head": json.loads(head.body), "signature": signed.signature, "public_key": thief.public_key}
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(proof | forged))

    assert _check("--public-key", key_file, path).returncode == 1


def test_what_no_head_knows_yet_and_what_is_not_there_are_not_provable(
    database: Database, ids: list[str]
) -> None:
    with database.reading() as work:
        with pytest.raises(NotProvable, match="no head was signed since"):
            prove(work, Chain.SAFETY, [ids[6]], KEYS)
        with pytest.raises(NotProvable, match="there is no entry"):
            prove(work, Chain.SAFETY, ["0" * 32], KEYS)
        with pytest.raises(NotProvable, match="a key that the settings do not have"):
            prove(work, Chain.SAFETY, [ids[0]], {})


@pytest.fixture
def exported(database: Database, ids: list[str], tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    with database.reading() as work:
        for chain in Chain:
            lines = [f"{line}\n" for line in chain_lines(work, chain, with_words=frozenset(ids[:2]))]
            (folder / f"{chain.value}.jsonl").write_text("".join(lines), "utf-8")
        heads = [f"{line}\n" for chain in Chain for line in head_lines(work, chain)]
    (folder / "heads.jsonl").write_text("".join(heads))
    return folder


def test_an_outsider_checks_both_logs_and_their_heads(exported: Path, key_file: Path) -> None:
    done = _check("--public-key", key_file, exported)
    single = _check("--public-key", key_file, "--heads", exported / "heads.jsonl", exported / "audit.jsonl")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "the safety log: 7 entries, 1 signed heads, 2 words; 1 after the last head" in done.stdout
    assert "the audit log: 7 entries" in single.stdout


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (lambda lines: [lines[0].replace('\\"n\\":0', '\\"n\\":9'), *lines[1:]], "entry 1"),
        (lambda lines: [*lines[:3], *lines[4:]], "entry 4"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "entry 1"),
        (lambda lines: lines[:4], "others are missing"),
        (lambda lines: [*lines[:2], "{}\n"], "line 3"),
    ],
)
def test_a_log_that_was_changed_on_its_way_does_not_hold(
    exported: Path, key_file: Path, lines: Callable[[list[str]], list[str]], said: str
) -> None:
    path = exported / "safety.jsonl"
    before = path.read_text("utf-8").splitlines(keepends=True)
    after = lines(before)
    assert after != before
    path.write_text("".join(after), "utf-8")

    done = _check("--public-key", key_file, exported)

    assert done.returncode == 1
    assert said in done.stdout


def test_a_code_from_a_paper_book_is_that_of_the_log(database: Database, exported: Path) -> None:
    with database.reading() as work:
        signed = work.heads.last(Chain.SAFETY)
    assert signed is not None
    code = signed.head.code

    right = _check("--code", "safety", code.lower(), 6, exported / "safety.jsonl")
    wrong = _check("--code", "safety", code, 5, exported / "safety.jsonl")

    assert (right.returncode, wrong.returncode) == (0, 1)


@pytest.fixture
def bundle(database: Database, ids: list[str], tmp_path: Path) -> dict[str, bytes]:
    sign_heads(database)
    with database.reading() as work:
        files = dict(bundle_files(work, {Chain.SAFETY: ids[1:4]}, KEYS))
    files["people.jsonl"] = b'{"first_name":"Sam"}\n'
    listed = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    manifest, signature = signed_manifest({"files": listed, "made_at": NOW.isoformat()}, SIGNER)
    return files | {"manifest.json": manifest, "manifest.sig": signature}


def _zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def test_an_outsider_checks_a_bundle_as_a_zip_and_as_a_folder(
    bundle: dict[str, bytes], key_file: Path, tmp_path: Path
) -> None:
    zipped = _zipped(tmp_path / "bundle.zip", bundle)
    with zipfile.ZipFile(zipped) as made:
        made.extractall(tmp_path / "bundle")

    for path in (zipped, tmp_path / "bundle"):
        done = _check("--public-key", key_file, path)

        assert done.returncode == 0, done.stdout + done.stderr
        assert "the bundle: 5 files" in done.stdout
        assert "entry 4 of the safety log" in done.stdout


@pytest.mark.parametrize(
    "change",
    [
        {"people.jsonl": b'{"first_name":"Sam "}\n'},
        {"more.txt": b"put in later"},
        {"people.jsonl": None},
        {"manifest.sig": b"0" * 128},
        {"manifest.json": None},
    ],
)
def test_a_bundle_that_was_changed_does_not_hold(
    bundle: dict[str, bytes], key_file: Path, tmp_path: Path, change: dict[str, bytes | None]
) -> None:
    files = {name: data for name, data in (bundle | change).items() if data is not None}
    done = _check("--public-key", key_file, _zipped(tmp_path / "bundle.zip", files))

    # Without its manifest it is no bundle any more, and nothing of it is said to hold.
    assert done.returncode == (2 if "manifest.json" not in files else 1)
    assert "the bundle:" not in done.stdout
    assert ("there is no manifest.json" in done.stdout) is ("manifest.json" not in files)
    assert "manifest.json" in files or "Holds" not in done.stdout


def test_where_nothing_is_to_be_checked_nothing_holds(key_file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert _check("--public-key", key_file, tmp_path / "empty").returncode == 2
    assert _check("--public-key", tmp_path / "none.txt", tmp_path / "empty").returncode == 2


def test_what_was_checked_is_written_into_a_new_folder_and_nothing_else(
    bundle: dict[str, bytes], key_file: Path, tmp_path: Path
) -> None:
    new, zipped = tmp_path / "new", _zipped(tmp_path / "bundle.zip", bundle)

    done = _check("--public-key", key_file, "--unpack", new, zipped)
    again = _check("--public-key", key_file, "--unpack", new, zipped)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Read only that" in done.stdout
    files = {each.relative_to(new).as_posix(): each for each in new.rglob("*") if each.is_file()}
    assert {name: each.read_bytes() for name, each in files.items()} == bundle
    assert (again.returncode, "is there already" in again.stdout) == (2, True)


def test_of_what_does_not_hold_nothing_is_written(
    bundle: dict[str, bytes], key_file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    changed = _zipped(tmp_path / "bundle.zip", bundle | {"people.jsonl": b"{}\n", "more.txt": b""})

    done = _check("--public-key", key_file, "--unpack", folder / "new", changed)

    assert done.returncode == 1
    assert "Does not hold: more.txt is in the bundle and not in its manifest" in done.stdout
    assert "Does not hold: people.jsonl was changed" in done.stdout
    assert list(folder.iterdir()) == []


def test_the_keys_own_file_is_not_written_where_nothing_signs_it(
    exported: Path, key_file: Path, tmp_path: Path
) -> None:
    (exported / "public-key.txt").write_text("anything")

    done = _check("--public-key", key_file, "--unpack", tmp_path / "new", exported)

    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(each.name for each in (tmp_path / "new").iterdir()) == [
        "audit.jsonl",
        "heads.jsonl",
        "safety.jsonl",
    ]


def test_a_log_without_a_signed_head_of_its_own_is_not_said_to_hold(exported: Path, key_file: Path) -> None:
    heads = (exported / "heads.jsonl").read_text().splitlines(keepends=True)
    (exported / "heads.jsonl").write_text("".join(line for line in heads if '"audit"' not in line))

    done = _check("--public-key", key_file, exported)

    assert done.returncode == 2
    assert "Holds: the safety log" in done.stdout
    assert "Note: the audit log" in done.stdout
    assert "only that each entry follows the one before was checked" in done.stdout
    assert "there is no signed head of the audit log" in done.stdout


def test_an_export_with_another_file_in_it_is_not_checked(exported: Path, key_file: Path) -> None:
    (exported / "people.jsonl").write_text("{}\n")

    done = _check("--public-key", key_file, exported)

    assert (done.returncode, "Holds" in done.stdout) == (2, False)
    assert "do they lie in a folder inside?" in done.stdout


def test_after_a_code_it_says_that_the_rest_was_not_checked(database: Database, exported: Path) -> None:
    with database.reading() as work:
        signed = work.heads.last(Chain.SAFETY)
    assert signed is not None

    done = _check("--code", "safety", signed.head.code, 6, exported / "safety.jsonl")

    assert "Note: what stands after entry 6 was not checked" in done.stdout
