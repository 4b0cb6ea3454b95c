"""Documents that name files or commands which do not exist are refused."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
_PATH = re.compile(r"`((?:bot|docs|tests|content|data|scripts|actions|benchmarks)/[\w./-]+)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_in_a_document_exists(document: Path) -> None:
    named = _PATH.findall(document.read_text("utf-8"))

    missing = [name for name in named if not (ROOT / name).exists()]

    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_picture_in_a_document_exists(document: Path) -> None:
    named = _PICTURE.findall(document.read_text("utf-8"))

    missing = [name for name in named if not (document.parent / name).exists()]

    assert missing == []
