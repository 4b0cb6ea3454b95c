"""The steps to becoming a supporter, in a prison's file: by role or for all others, refused by line."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.content import BadContent
from bot.prison import Prison
from bot.prison_file import load_prison
from bot.settings import ROOT

OAKMOOR = yaml.safe_load((ROOT / "content" / "prisons" / "oakmoor.yml").read_text("utf-8"))


def load(folder: Path, steps: object) -> Prison:
    content = folder / "content"
    (content / "prisons").mkdir(parents=True)
    for name in ("taxonomy.yml", "languages.yml"):
        shutil.copy(ROOT / "content" / name, content / name)
    data: dict[str, Any] = {**OAKMOOR, "supporters": {"steps": steps}}
    (content / "prisons" / "oakmoor.yml").write_text(yaml.safe_dump(data, sort_keys=False), "utf-8")
    return load_prison(content, "oakmoor")


@pytest.mark.parametrize("prison_id", ["oakmoor", "fernhill", "larkmere"])
def test_each_demonstration_prison_has_steps_for_every_role(prison_id: str) -> None:
    prison = load_prison(ROOT / "content", prison_id)

    assert all(prison.help.steps_to(role) for role in prison.peer_roles)
    assert prison.help.steps_to("listener") != prison.help.steps_to("insider")


def test_a_role_without_steps_of_its_own_has_those_of_all_others(tmp_path: Path) -> None:
    rules = load(tmp_path, {"listener": ["Ask."], "every_role": ["Ask.", "Wait."]}).help

    assert (rules.steps_to("listener"), rules.steps_to("buddy")) == (("Ask.",), ("Ask.", "Wait."))


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ({"king": ["Ask."]}, "supporters.steps.king: is not a key"),
        ({"listener": []}, "supporters.steps.listener: should have from 1 to 8 steps"),
        ({"listener": [f"Step {number}." for number in range(9)]}, "from 1 to 8 steps"),
        ({"listener": ["Ask.", "Ask."]}, "stands here twice"),
        ({"listener": ["<b>Ask</b>"]}, "a mark of HTML"),
        ({"listener": "Ask."}, "should be a list"),
        (["Ask."], "should be keys and values"),
    ],
)
def test_steps_that_make_no_sense_are_refused_with_their_line(
    tmp_path: Path, steps: object, says: str
) -> None:
    with pytest.raises(BadContent) as refused:
        load(tmp_path, steps)

    assert says in str(refused.value)
    assert "prisons/oakmoor.yml:" in str(refused.value)
