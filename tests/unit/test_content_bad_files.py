"""Files that nobody should be able to break the check with: each is refused with file and line."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.content import LARGEST_FILE, BadContent, read_yaml
from bot.content_check import check_content

_CONTENT = Path(__file__).parents[2] / "content"
_TODAY = date(2026, 12, 1)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(_CONTENT, tmp_path / "content"))


@pytest.mark.parametrize(
    "value", ["!!timestamp 'x'", "!!bool 'x'", "!!int ''", "!!float 'x'"], ids=["day", "yes", "int", "float"]
)
def test_a_value_that_is_not_what_its_mark_says_is_refused_with_its_line(tmp_path: Path, value: str) -> None:
    path = tmp_path / "a.yml"
    path.write_text(f"one: text\ntwo: {value}\n", "utf-8")

    with pytest.raises(BadContent) as refused:
        read_yaml(path)

    assert refused.value.line == 2
    assert refused.value.why == "two: is not the kind of value that it is marked as"


def test_a_file_nested_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text("one: " + "[" * 3000 + "]" * 3000 + "\n", "utf-8")

    with pytest.raises(BadContent, match=r"a\.yml:1: has too many parts inside each other"):
        read_yaml(path)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_bytes(b"a: b\n" + b"#" * LARGEST_FILE)

    with pytest.raises(BadContent, match=r"a\.yml:1: is larger than 2 MB"):
        read_yaml(path)


@pytest.mark.parametrize(
    ("bad", "why"),
    [(b"\xff", "is not UTF-8; save the file as UTF-8"), (b"\x00", "holds a character that is no text")],
    ids=["not_utf8", "nul"],
)
def test_a_byte_that_is_no_text_is_refused_with_its_line(tmp_path: Path, bad: bytes, why: str) -> None:
    path = tmp_path / "a.yml"
    path.write_bytes(b"one: text\ntwo: te" + bad + b"xt\n")

    with pytest.raises(BadContent) as refused:
        read_yaml(path)

    assert (refused.value.line, refused.value.why) == (2, why)


@pytest.mark.parametrize("name", ["prisons/oakmoor.yml", "messages"])
def test_a_link_out_of_the_folder_is_refused(copy: Path, tmp_path: Path, name: str) -> None:
    shutil.move(copy / name, tmp_path / "outside")
    (copy / name).symlink_to(tmp_path / "outside")

    found = check_content(copy, _TODAY)

    line = f"{(copy / name).parent.name}/{Path(name).name}:1: is a link out of the content folder"
    assert line in found.refused


@pytest.mark.parametrize("name", ["taxonomy.yml", "reading_exceptions.yml"])
@pytest.mark.parametrize("text", [None, "- a\n", "a: b\n\tc: d\n"], ids=["gone", "list", "tab"])
def test_a_file_that_all_others_need_is_refused_like_any_other(
    copy: Path, name: str, text: str | None
) -> None:
    (copy / name).unlink()
    if text is not None:
        (copy / name).write_text(text, "utf-8")

    found = check_content(copy, _TODAY)

    assert len(found.refused) == 1
    assert found.refused[0].startswith(f"content/{name}:")


def test_a_file_that_nobody_would_read_for_its_ending_is_refused(copy: Path) -> None:
    (copy / "prisons/oakmoor.yml").rename(copy / "prisons/oakmoor.yaml")

    found = check_content(copy, _TODAY)

    assert found.refused == ("prisons/oakmoor.yaml:1: should end in .yml, or nobody reads it",)


def test_a_language_on_offer_without_its_file_is_refused_where_the_prison_names_it(copy: Path) -> None:
    (copy / "messages" / "pl.yml").unlink()
    lines = (copy / "prisons" / "oakmoor.yml").read_text("utf-8").splitlines()
    line = next(at for at, text in enumerate(lines, 1) if text.startswith("languages:"))

    refused = check_content(copy, _TODAY).refused

    assert len(refused) == 3  # one for each prison that offers Polish
    assert any(f"oakmoor.yml:{line}: languages" in fault for fault in refused)
    assert all(fault.endswith("there is no messages/pl.yml") for fault in refused)
