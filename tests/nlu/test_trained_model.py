"""The model that `make train` made here; `make check` runs before it and does not ask for one."""

import pytest

from bot.running.made import check_archive
from bot.settings import ROOT

_MODEL = ROOT / "var" / "models" / "signpost.tar.gz"


@pytest.mark.skipif(not _MODEL.exists(), reason="no model was trained: run `make train` first")
def test_the_model_that_is_trained_here_holds_data_only() -> None:
    check_archive(_MODEL)
