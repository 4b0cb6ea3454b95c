"""Words that were deleted or cannot be opened: every page of the desk stands, and says so in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support.desk import DeskKit, make_kit

LOST = {
    "DELETE FROM safety_words": "were deleted when their time was over",
    "UPDATE safety_words SET sealed = 'nothing that any key opens'": "cannot be opened",
}
CHECK = {"seen": "yes", "spoke": "yes", "response": "He nodded"}


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


@pytest.mark.parametrize("change", list(LOST))
def test_an_alert_whose_words_are_lost_is_shown_and_can_be_answered(kit: DeskKit, change: str) -> None:
    record = kit.say(kit.person("sam"), "cant do this no more")
    with kit.product.database.writing() as work:
        work.session.execute(sa.text(change))
        (entry,) = work.safety.entries_of(record)

    for page in ("/board", f"/alerts/{record}", f"/safety/{record}", f"/verdicts/{entry.id}"):
        answer = kit.signed_in("safer").get(page)
        assert answer.status_code == 200, page
        assert "cant do this no more" not in answer.text
    assert LOST[change] in kit.signed_in("safer").get(f"/alerts/{record}").text
    assert LOST[change] in kit.signed_in("safer").get(f"/safety/{record}").text

    assert kit.post("safer", f"/alerts/{record}/check", **CHECK).status_code == 303
    with kit.product.database.writing() as work:
        work.session.execute(sa.text(change))
    assert LOST[change] in kit.signed_in("safer").get(f"/safety/{record}").text
