"""Documents that name files or commands which do not exist are refused."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_PATH = re.compile(r"`((?:bot|docs|tests|content|data|scripts|actions)/[\w./-]+)`")


def test_every_test_in_the_hazard_log_exists() -> None:
    hazards = yaml.safe_load((ROOT / "docs" / "hazard-log.yml").read_text("utf-8"))["hazards"]

    missing = [name for hazard in hazards for name in hazard["tests"] if not (ROOT / name).is_file()]

    assert hazards
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_in_a_document_exists(document: Path) -> None:
    named = _PATH.findall(document.read_text("utf-8"))

    missing = [name for name in named if not (ROOT / name).exists()]

    assert missing == []
