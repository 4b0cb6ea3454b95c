"""What keeps Signpost from starting is one sentence; what was made is made again when a source changes."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.running import training
from bot.running.checks import CannotStart, check_disk, check_machine, check_ports
from bot.running.processes import processes_of, write_config
from bot.running.training import Part, parts_of
from bot.settings import ROOT, Settings

_PORTS = ("tablet_port", "desk_port", "rasa_port", "actions_port")


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def _settings(tmp_path: Path, **more: int) -> Settings:
    free: dict[str, int] = {}
    probes = [socket.socket() for _ in _PORTS]
    for name, probe in zip(_PORTS, probes, strict=True):
        probe.bind(("127.0.0.1", 0))
        free[name] = probe.getsockname()[1]
        probe.close()
    return Settings(_env_file=None, var_dir=tmp_path / "var", **free | more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", _PORTS)
def test_a_port_in_use_is_one_sentence_that_says_what_to_do(tmp_path: Path, taken: int, name: str) -> None:
    with pytest.raises(CannotStart) as refused:
        check_ports(_settings(tmp_path, **{name: taken}))

    words = str(refused.value)
    assert str(taken) in words
    assert f"SIGNPOST_{name.upper()}" in words
    assert "\n" not in words


def test_free_ports_and_room_are_no_obstacle(tmp_path: Path) -> None:
    check_machine(_settings(tmp_path))

    assert (tmp_path / "var").is_dir()


def test_an_address_that_is_not_this_machines_is_refused(tmp_path: Path) -> None:
    settings = _settings(tmp_path).model_copy(update={"host": "203.0.113.9"})

    with pytest.raises(CannotStart, match=r"203\.0\.113\.9"):
        check_ports(settings)


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.running import checks

    monkeypatch.setattr(checks, "_FREE_NEEDED", 1 << 60)

    with pytest.raises(CannotStart, match="Make room"):
        check_disk(tmp_path)


@pytest.fixture
def part(tmp_path: Path) -> Part:
    sources = tmp_path / "sources"
    (sources / "deep").mkdir(parents=True)
    (sources / "deep" / "one.yml").write_text("one")
    (sources / "two.yml").write_text("two")
    folder = tmp_path / "made"
    folder.mkdir()
    return Part("thing", folder, (sources,), ("model",), lambda _settings, _log: None)


def _make(part: Part) -> Part:
    (part.folder / "model").write_text("made")
    part.keep_fingerprint()
    return part


def test_what_was_made_from_these_sources_is_fresh(part: Part) -> None:
    assert not part.is_fresh()

    assert _make(part).is_fresh()


@pytest.mark.parametrize("change", ["edit", "add", "remove", "rename"])
def test_a_changed_source_makes_it_stale(part: Part, change: str) -> None:
    _make(part)
    one = part.sources[0] / "deep" / "one.yml"

    match change:
        case "edit":
            one.write_text("two")
        case "add":
            one.with_name("three.yml").write_text("")
        case "remove":
            one.unlink()
        case "rename":
            one.rename(one.with_name("other.yml"))

    assert not part.is_fresh()


def test_what_python_leaves_behind_changes_nothing(part: Part) -> None:
    _make(part)
    cache = part.sources[0] / "__pycache__"
    cache.mkdir()

    (cache / "one.pyc").write_bytes(b"x")

    assert part.is_fresh()


def test_a_touched_source_with_the_same_words_changes_nothing(part: Part) -> None:
    _make(part)

    (part.sources[0] / "two.yml").write_text("two")

    assert part.is_fresh()


def test_a_product_that_is_gone_makes_it_stale(part: Part) -> None:
    _make(part)

    (part.folder / "model").unlink()

    assert not part.is_fresh()


@pytest.mark.parametrize("kept", ["", "{}", "[1]", "null", '{"hash": 1}'])
def test_a_damaged_fingerprint_makes_it_stale(part: Part, kept: str) -> None:
    _make(part)

    (part.folder / "sources.json").write_text(kept)

    assert not part.is_fresh()


def test_every_part_is_made_from_sources_that_exist(tmp_path: Path) -> None:
    for part in parts_of(_settings(tmp_path)):
        assert part.sources
        for source in part.sources:
            # The assistant's own two files are at the root; the rest are folders of the tree.
            assert source.parent == ROOT or source.exists(), source


def test_content_may_lie_outside_the_project(tmp_path: Path) -> None:
    (tmp_path / "content" / "safety").mkdir(parents=True)
    (tmp_path / "content" / "safety" / "words.yml").write_text("a: 1")
    settings = _settings(tmp_path).model_copy(update={"content_dir": tmp_path / "content"})
    (screen,) = (part for part in parts_of(settings) if part.folder == settings.screen_dir)
    before = screen.fingerprint()

    (tmp_path / "content" / "safety" / "words.yml").write_text("a: 2")

    assert screen.fingerprint() != before


def test_parts_call_nobody_outside_and_keep_to_one_thread() -> None:
    environment = training.rasa_environment()

    assert environment["RASA_TELEMETRY_ENABLED"] == "false"
    assert environment["OMP_NUM_THREADS"] == "1"


def test_the_managers_file_is_for_its_owner_only_and_names_every_part(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    processes = processes_of(settings)

    config = write_config(settings, processes)

    assert config.stat().st_mode & 0o077 == 0
    text = config.read_text("utf-8")
    assert all(f"[program:{process.name}]" in text for process in processes)
    assert "autorestart = true" in text


def test_the_tablet_starts_last_and_stops_first(tmp_path: Path) -> None:
    processes = processes_of(_settings(tmp_path))

    assert max(processes, key=lambda process: process.order).name == "tablet"
