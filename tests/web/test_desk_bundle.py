"""The sealed bundle of a hold: everything about one person, hashed, readable, and nobody else's words."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot import bundle
from bot.bootstrap import build_signers
from bot.people import pressure
from bot.people.model import Actor, ActorKind
from bot.queue import keep_apart
from bot.safety import review
from bot.settings import ROOT
from bot.store import tables as t
from bot.web.desk import holds
from tests.support.builders import SEALER
from tests.support.desk import PRISON, DeskKit, make_kit

OFFICER = Actor(ActorKind.STAFF, "staff-safer")


@pytest.fixture
def kit(tmp_path: Path) -> DeskKit:
    kit = make_kit(tmp_path)
    sam, ali = kit.person("sam"), kit.person("ali")
    record = kit.say(sam, "I want it to stop <b>zebra</b>")
    kit.say(ali, "something else quagga")
    kit.ask(sam)
    now, prison = kit.clock.time, kit.product.prison
    with kit.product.database.writing() as work:
        review.acknowledge(work, record, OFFICER, prison_id=PRISON, prison=prison, now=now)
        keep_apart.add(work, PRISON, sam.id, ali.id, "They fought numbat", OFFICER, seal=SEALER, now=now)
        pressure.report(work, PRISON, sam.id, SEALER.seal("He wants vapes wombat"), "form", now=now)
    kit.post("dpo", "/holds", number="SAM1", reason="Inquest saola", begins="", ends="")
    return kit


def files_of(kit: DeskKit) -> dict[str, bytes]:
    with kit.product.database.reading() as work:
        (held,) = work.holds.list_of(PRISON)
    answer = kit.post("dpo", f"/holds/{held.id}/bundle")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as made:
        return {name: made.read(name) for name in made.namelist()}


def test_it_holds_everything_of_the_person_with_the_words(kit: DeskKit) -> None:
    files = files_of(kit)

    assert b"zebra" in files["data/message.jsonl"]
    assert b"zebra" in files["data/safety_entry.jsonl"]
    assert b"numbat" in files["data/keep_apart.jsonl"]
    assert b"wombat" in files["data/pressure_report.jsonl"]
    assert b"saola" in files["data/legal_hold.jsonl"]
    assert len(files["data/request.jsonl"].splitlines()) == 2, "the one asked for, and that of the alert"
    whole = b"".join(files.values())
    assert b"quagga" not in whole, "somebody else's words"
    assert b"pin_hash" not in whole
    assert b"hash of" not in whole


def test_the_manifest_has_the_hash_of_every_other_file(kit: DeskKit) -> None:
    files = files_of(kit)

    assert files.pop("manifest.sig")
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["files"] == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    assert manifest["person"] == "sam"


def test_an_outsider_verifies_it_with_one_file_and_the_public_key(kit: DeskKit, tmp_path: Path) -> None:
    files = files_of(kit)
    keys = tmp_path / "keys.txt"
    keys.write_text("".join(f"{each.public_key}\n" for each in build_signers(kit.product.settings)))

    whole = verified(tmp_path / "whole", files, keys)
    changed = {**files, "data/message.jsonl": files["data/message.jsonl"].replace(b"zebra", b"zebrb")}
    without = {name: data for name, data in files.items() if name != "data/request.jsonl"}

    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert "zebra" not in whole.stdout
    assert len([name for name in files if name.startswith("proofs/safety-")]) == 2
    assert any(name.startswith("proofs/audit-") for name in files)
    assert verified(tmp_path / "changed", changed, keys).returncode != 0
    assert verified(tmp_path / "without", without, keys).returncode != 0


def verified(folder: Path, files: dict[str, bytes], keys: Path) -> "subprocess.CompletedProcess[str]":
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    command = [sys.executable, "-I", str(ROOT / "tools" / "verify_signpost.py"), str(path)]
    return subprocess.run(
        [*command, "--public-key", str(keys)], capture_output=True, text=True, check=False, timeout=60
    )


def test_words_can_be_checked_against_what_the_chain_holds(kit: DeskKit) -> None:
    for line in files_of(kit)["data/safety_entry.jsonl"].splitlines():
        entry = json.loads(line)
        for name, words in entry["words"].items():
            salted = bytes.fromhex(entry["salts"][name]) + words.encode()
            assert hashlib.sha256(salted).hexdigest() == entry["commitments"][name]


def test_the_index_reads_without_any_program_and_runs_nothing(kit: DeskKit) -> None:
    page = files_of(kit)["index.html"].decode()

    assert "I want it to stop &lt;b&gt;zebra&lt;/b&gt;" in page
    assert "<b>zebra" not in page
    assert "<script" not in page
    assert "Officer Safer" in page
    assert "Inquest saola" in page


def test_each_bundle_is_in_the_audit_and_in_itself(kit: DeskKit) -> None:
    files = files_of(kit)

    assert b"hold_bundle_exported" in files["data/audit.jsonl"]
    with kit.product.database.reading() as work:
        rows = sa.select(t.audit.c.staff_id).where(t.audit.c.action == "hold_bundle_exported")
        assert list(work.session.scalars(rows)) == ["staff-dpo"]


def test_a_bundle_of_a_hold_that_is_not_there_is_refused(kit: DeskKit) -> None:
    assert kit.post("dpo", "/holds/nothing/bundle").status_code == 404


@pytest.mark.parametrize("username", ["wing", "safer", "manager", "admin"])
def test_nobody_else_may(kit: DeskKit, username: str) -> None:
    with kit.product.database.reading() as work:
        (held,) = work.holds.list_of(PRISON)

    assert kit.post(username, f"/holds/{held.id}/bundle").status_code == 403


def test_who_looks_at_a_record_while_it_is_made_does_not_break_it(
    kit: DeskKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries come between the signing and the reading: once here, and then it is quiet."""
    real, looked = bundle.sign_next, []

    def signs(*given: Any) -> Any:
        done = real(*given)
        if len(looked) < 2:
            looked.append(given)
            with kit.product.database.writing() as work:
                work.audit.put(PRISON, "officer", "person_viewed", "sam", kit.clock.time)
        return done

    monkeypatch.setattr(bundle, "sign_next", signs)

    assert "manifest.sig" in files_of(kit)


def test_a_log_that_cannot_be_proven_is_said_in_words(kit: DeskKit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "sign_next", lambda *_: False)
    with kit.product.database.reading() as work:
        (held,) = work.holds.list_of(PRISON)

    answer = kit.post("dpo", f"/holds/{held.id}/bundle")

    assert answer.status_code == 409
    assert "could not be signed just now" in answer.text


def test_while_one_is_made_another_press_is_told_to_wait(
    kit: DeskKit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often somebody presses, one thread at most is kept from the boards."""
    with kit.product.database.reading() as work:
        (held,) = work.holds.list_of(PRISON)
    meanwhile = []

    def presses_again(product: Any, hold_id: str, by: str, prison_id: str) -> bundle.Bundle:
        meanwhile.append(kit.post("dpo", f"/holds/{held.id}/bundle"))
        return bundle.make_bundle(product, hold_id, by, prison_id)

    monkeypatch.setattr(holds, "make_bundle", presses_again)
    made = kit.post("dpo", f"/holds/{held.id}/bundle")
    monkeypatch.setattr(holds, "make_bundle", bundle.make_bundle)

    assert (made.status_code, [each.status_code for each in meanwhile]) == (200, [409])
    assert "Another bundle is being made" in meanwhile[0].text
    assert kit.post("dpo", f"/holds/{held.id}/bundle").status_code == 200
    assert kit.post("dpo", "/holds/none/bundle").status_code == 404
    assert kit.post("dpo", f"/holds/{held.id}/bundle").status_code == 200
