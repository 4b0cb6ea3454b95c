"""What is loaded is data that was made here: no pickle, no code from a file, hashes looked at before use."""

import ast
import io
import json
import tarfile
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.running.checks import CannotStart
from bot.running.made import check_archive, check_part, keep_hashes
from bot.running.vulnerabilities import NoDatabase, check, entries_of, locked
from bot.settings import ROOT

_CODE = sorted(
    file
    for folder in ("bot", "actions", "scripts", "evaluation", "benchmarks")
    for file in (ROOT / folder).rglob("*.py")
)
# Each of these makes objects or runs code out of a file.
_MODULES = {
    "pickle",
    "cPickle",
    "_pickle",
    "dill",
    "cloudpickle",
    "joblib",
    "shelve",
    "marshal",
    "jsonpickle",
}
_CALLS = {"eval", "exec", "compile", "__import__", "unsafe_load", "full_load"}


def faults_of(text: str, name: str = "file") -> list[str]:
    found = []
    for node in ast.walk(ast.parse(text)):
        line = f"{name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = (
                [each.name for each in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
            found += [f"{line} imports {each}" for each in names if each.partition(".")[0] in _MODULES]
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            plain = isinstance(node.func, ast.Name) or called in ("unsafe_load", "full_load")
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            if called == "load" and isinstance(owner, ast.Name) and owner.id == "torch":
                found.append(f"{line} calls torch.load")
            if called in _CALLS and plain:
                found.append(f"{line} calls {called}")
            for word in node.keywords:
                if word.arg == "allow_pickle" and getattr(word.value, "value", None) is not False:
                    found.append(f"{line} allows pickle")
    return found


def test_no_module_of_ours_reads_objects_or_code_out_of_a_file() -> None:
    faults = [
        fault for file in _CODE for fault in faults_of(file.read_text("utf-8"), str(file.relative_to(ROOT)))
    ]

    assert faults == []


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from joblib import load",
        "torch.load(path)",
        "eval('1')",
        "np.load(x, allow_pickle=True)",
        "yaml.unsafe_load(x)",
    ],
)
def test_each_way_to_do_so_is_found(text: str) -> None:
    assert faults_of(text)


def test_every_package_is_locked_with_a_hash_and_comes_from_the_registry() -> None:
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    others = [each for each in packages if each["name"] != "signpost"]

    assert [each["name"] for each in others if "registry" not in each["source"]] == []
    files = [
        (each["name"], file) for each in others for file in (*each.get("wheels", ()), *_one(each, "sdist"))
    ]
    assert [name for name, file in files if not str(file.get("hash", "")).startswith("sha256:")] == []


def _one(package: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return [package[key]] if key in package else []


def test_a_part_that_was_changed_after_it_was_made_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "head.npz").write_bytes(b"as it was made")
    keep_hashes(tmp_path, ("head.npz",))
    check_part("screen", tmp_path, ("head.npz",), trusting=False)

    (tmp_path / "head.npz").write_bytes(b"as somebody else wants it")

    with pytest.raises(CannotStart, match="was changed after it was made"):
        check_part("screen", tmp_path, ("head.npz",), trusting=True)


def test_production_does_not_load_what_nobody_kept_a_hash_of(tmp_path: Path) -> None:
    (tmp_path / "head.npz").write_bytes(b"x")

    with pytest.raises(CannotStart, match="Nobody knows who made"):
        check_part("screen", tmp_path, ("head.npz",), trusting=False)
    check_part("screen", tmp_path, ("head.npz",), trusting=True)
    assert "head.npz" in json.loads((tmp_path / "hashes.json").read_text())


@pytest.mark.parametrize(
    "name", ["components/x/model.pkl", "components/run.py", "../../etc/x.json", "a.joblib"]
)
def test_a_model_with_more_than_data_in_it_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "model.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for each in ("metadata.json", name):
            archive.addfile(tarfile.TarInfo(each), io.BytesIO())

    with pytest.raises(CannotStart, match="which no model of ours holds"):
        check_archive(path)


def _entry(**affected: Any) -> dict[str, Any]:
    return {
        "id": "X-1",
        "summary": "bad",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "Some_Thing"}, **affected}],
    }


@pytest.mark.parametrize(
    ("entry", "count"),
    [
        (_entry(versions=["1.2"]), 1),
        (_entry(ranges=[{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.3"}]}]), 1),
        (_entry(ranges=[{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}]}]), 0),
        (_entry(ranges=[{"type": "ECOSYSTEM", "events": [{"introduced": "1.10"}]}]), 0),
        (
            _entry(ranges=[{"type": "ECOSYSTEM", "events": [{"introduced": "1"}, {"last_affected": "1.2"}]}]),
            1,
        ),
        (_entry(versions=["1.2"]) | {"withdrawn": "2026-01-01"}, 0),
        ({"id": "X-2"}, 0),
    ],
)
def test_a_known_vulnerability_is_found_by_version_and_by_range(entry: dict[str, Any], count: int) -> None:
    assert len(check({"some-thing": "1.2"}, [entry])[1]) == count


def test_the_database_may_be_a_folder_and_none_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps(_entry(versions=["1.2"])))

    assert len(list(entries_of(tmp_path))) == 1
    with pytest.raises(NoDatabase, match="there is no OSV database"):
        list(entries_of(tmp_path / "no.zip"))
    assert len(locked(ROOT / "uv.lock")) > 100
