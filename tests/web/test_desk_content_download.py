"""The download of what is published: a newer text in the files is never lost by it unasked."""

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from bot.settings import ROOT
from tests.support.content_desk import KIT, VISITS, audit, send
from tests.support.desk import DeskKit, make_kit

ZIP = "/content/export.zip"
ANSWER, PRISON_FILE, NOTE = "content/answers/en/visits.yml", "content/prisons/oakmoor.yml", "newer-texts.txt"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "content", tmp_path / "content"))


@pytest.fixture
def kit(tmp_path: Path, content: Path) -> Iterator[DeskKit]:
    """An answer, a service and another answer are published over the files."""
    kit = make_kit(tmp_path, content_dir=content)
    send(kit, VISITS, "publish", title=["Visits here"])
    send(kit, "/content/answers/phone", "publish", title=["Phone here"])
    send(kit, KIT, "publish", title=["Clean kit"])
    yield kit
    kit.product.database.close()


def corrected(content: Path, name: str, before: str, after: str) -> None:
    """A release brings another text in a file."""
    path = content / name
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def downloaded(kit: DeskKit, address: str = ZIP) -> dict[str, str]:
    answer = kit.signed_in("manager").get(address)
    assert answer.status_code == 200
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    return {name: packed.read(name).decode() for name in packed.namelist()}


def the_list(kit: DeskKit) -> httpx.Response:
    return kit.signed_in("manager").get("/content")


def test_an_answer_that_changed_since_the_edit_is_left_out_and_named(kit: DeskKit, content: Path) -> None:
    corrected(content, "answers/en/visits.yml", "title: Visits", "title: Corrected")

    files = downloaded(kit)

    assert set(files) == {"content/answers/en/phone.yml", PRISON_FILE, NOTE}
    assert "answers/en/visits.yml: visits" in files[NOTE]
    assert "phone" not in files[NOTE]
    assert "Left out" in files[NOTE]


def test_a_service_that_changed_since_the_edit_keeps_its_newer_text_beside_the_others(
    kit: DeskKit, content: Path
) -> None:
    send(kit, "/content/services/dentist", "publish", title=["Teeth"])
    corrected(content, "prisons/oakmoor.yml", "title: Kit change", "title: Corrected")

    files = downloaded(kit)

    services = yaml.safe_load(files[PRISON_FILE])["services"]
    assert (services["kit_change"]["title"], services["dentist"]["title"]) == ("Corrected", "Teeth")
    assert "prisons/oakmoor.yml: kit_change" in files[NOTE]
    assert "dentist" not in files[NOTE]


def test_whoever_asks_for_them_gets_them_too_and_the_note_says_what_they_replace(
    kit: DeskKit, content: Path
) -> None:
    corrected(content, "answers/en/visits.yml", "title: Visits", "title: Corrected")

    files = downloaded(kit, f"{ZIP}?newer=replace")

    assert yaml.safe_load(files[ANSWER])["title"] == "Visits here"
    assert "answers/en/visits.yml: visits" in files[NOTE]
    assert "take the place of a newer text" in files[NOTE]
    assert "Left out" not in files[NOTE]


def test_without_a_newer_text_there_is_no_note_and_no_second_way(kit: DeskKit) -> None:
    assert set(downloaded(kit)) == {ANSWER, "content/answers/en/phone.yml", PRISON_FILE}
    assert "newer=replace" not in the_list(kit).text


def test_unpacking_over_the_files_and_downloading_again_names_nothing(kit: DeskKit, content: Path) -> None:
    for name, text in downloaded(kit).items():
        (content.parent / name).write_text(text, "utf-8")

    assert NOTE not in downloaded(kit)


def test_a_file_that_cannot_be_read_any_more_is_not_written_over_unasked(kit: DeskKit, content: Path) -> None:
    (content / "answers/en/visits.yml").write_text("broken: [", "utf-8")

    assert ANSWER not in downloaded(kit)
    assert ANSWER in downloaded(kit, f"{ZIP}?newer=replace")


def test_the_page_names_them_before_the_download(kit: DeskKit, content: Path) -> None:
    corrected(content, "answers/en/visits.yml", "title: Visits", "title: Corrected")
    corrected(content, "prisons/oakmoor.yml", "title: Kit change", "title: Corrected")

    page = the_list(kit).text

    part = page[page.index('id="h-download"') :]
    assert f'<a href="{VISITS}">Visits here</a>' in part
    assert f'<a href="{KIT}">Clean kit</a>' in part
    assert "/content/answers/phone" not in part
    assert f'href="{ZIP}?newer=replace"' in part


def test_a_prisons_file_that_cannot_be_written_is_said_on_the_page_and_nothing_is_in_the_audit(
    kit: DeskKit, content: Path
) -> None:
    path = content / "prisons" / "oakmoor.yml"
    data = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    path.write_text(yaml.safe_dump(data, default_flow_style=True), "utf-8")

    answer = kit.signed_in("manager").get(ZIP)

    assert answer.status_code == 409
    assert "The files could not be made" in answer.text
    assert "prisons/oakmoor.yml is not laid out with one block below the other" in answer.text
    assert "content_downloaded" not in {action for _, action, _ in audit(kit)}


@pytest.mark.parametrize("damage", ["broken: [", None])
def test_a_prisons_file_that_cannot_be_read_is_said_on_the_page(
    kit: DeskKit, content: Path, damage: str | None
) -> None:
    path = content / "prisons" / "oakmoor.yml"
    if damage is None:
        path.unlink()
    else:
        path.write_text(damage, "utf-8")

    answer = kit.signed_in("manager").get(f"{ZIP}?newer=replace")

    assert answer.status_code == 409
    assert "prisons/oakmoor.yml:" in answer.text
    assert "content_downloaded" not in {action for _, action, _ in audit(kit)}


def test_what_was_taken_away_here_and_changed_in_the_file_stays_in_the_file(
    kit: DeskKit, content: Path
) -> None:
    page = kit.signed_in("manager").get("/content/services/dentist/remove")
    token = page.text.split('name="token" value="')[1].split('"')[0]
    gone = kit.signed_in("manager").post(
        "/content/services/dentist/remove", data={"token": token, "based_on": "0"}
    )
    assert gone.status_code == 303
    assert "dentist" not in yaml.safe_load(downloaded(kit)[PRISON_FILE])["services"]
    corrected(content, "prisons/oakmoor.yml", "title: Dentist", "title: New dentist")

    files = downloaded(kit)

    assert yaml.safe_load(files[PRISON_FILE])["services"]["dentist"]["title"].startswith("New dentist")
    assert "prisons/oakmoor.yml: dentist" in files[NOTE]
