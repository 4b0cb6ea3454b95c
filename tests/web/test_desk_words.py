"""Every sentence that the desk says is in content/desk, and every value that it may meet has one."""

import re
from pathlib import Path

import pytest

from bot.content import load_texts
from bot.editions.model import EditionState
from bot.learning.danger_model import Manner, Standing
from bot.notices.model import Why
from bot.people.model import ActorKind, PeerRole, StaffRole
from bot.people.reading import Rule
from bot.queue import matching
from bot.queue.model import Change, Kind, State, Urgency
from bot.safety.concern import Concern
from bot.safety.conversations import Purpose
from bot.safety.feedback import Opinion
from bot.safety.finding import Step
from bot.safety.model import Level, Risk
from bot.safety.record import EntryKind, RecordState
from bot.safety.review import Outcome

ROOT = Path(__file__).resolve().parents[2]
TEXTS = load_texts(ROOT / "content" / "desk")
TEMPLATES = sorted((ROOT / "bot/web/templates/desk").glob("*.html"))
_SAID = re.compile(r'page\.say\([\'"]([a-z_]+)[\'"]')

FAMILIES = {
    "kind": Kind,
    "state": State,
    "event": Change,
    "who": ActorKind,
    "role": PeerRole,
    "staff_role": StaffRole,
    "risk": Risk,
    "record": RecordState,
    "entry": EntryKind,
    "outcome": Outcome,
    "purpose": Purpose,
    "concern": Concern,
    "rule": Rule,
    "unusual": Rule,
    "filter_state": Step,
    "edition": EditionState,
    "opinion": Opinion,
    "manner": Manner,
    "examples": Standing,
    "why": Why,
    "against": matching.Why,
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_value_of_a_closed_set_has_its_words(family: str) -> None:
    missing = [item.value for item in FAMILIES[family] if not TEXTS.has(f"{family}_{item.value}")]

    assert missing == []


def test_every_urgency_and_level_has_its_words() -> None:
    wanted = [f"urgency_{item.name.lower()}" for item in Urgency]
    wanted += [
        f"level_{item.value}{tail}" for item in Level if item is not Level.NONE for tail in ("", "_words")
    ]

    assert [key for key in wanted if not TEXTS.has(key)] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_only_what_is_in_the_content(template: Path) -> None:
    said = set(_SAID.findall(template.read_text("utf-8")))

    assert {key for key in said if not TEXTS.has(key)} == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_script_style_or_unescaped_text_of_its_own(template: Path) -> None:
    text = template.read_text("utf-8")

    assert re.search(r"<script(?! src)|<style|style=| on[a-z]+=|\|\s*safe|https?:", text) is None


def test_every_sentence_is_used_somewhere() -> None:
    sources = [*TEMPLATES, *(ROOT / "bot/web/desk").glob("*.py"), *(ROOT / "bot/notices").glob("*.py")]
    sources += [ROOT / "bot/cli.py", ROOT / "bot/bundle_index.py"]
    everything = "\n".join(path.read_text("utf-8") for path in sources)
    families = (*FAMILIES, "urgency", "level", "reason", "section", "count", "title", "action", "answer")
    families = (*families, "supporter", "people_done", "intent", "lines", "line_done", "notice_done")
    families = (
        *families,
        "alarms_by",
        "alarms_missed_by",
        "alarms_label",
        "example_done",
        "step",
        "breathing",
        "screen",
    )
    families = (*families, "care_reason", "day", "days_done", "came", "done", "view", "all")
    families = (*families, "coordinator_done", "pressure_state", "rota", "reports", "handover")
    families = (*families, "nobody", "wish", "matching_meets", "keep_apart_done", "error_who_goes")
    families = (*families, "own_data", "hold_done", "hold_period", "words", "letter_head")
    families = (*families, "account_done", "accounts_done", "account_told", "session", "emergency_done")
    families = (*families, "password", "sign_in_said")
    families = (*families, *(f"content_{name}" for name in ("field", "times", "way", "view", "done")))
    families = (*families, "reviews", "read", "menu")
    # A notice without a level is called by its topic.
    by_topic = {f"notice_{topic}" for topic in ("request", "month_report", "log_head", "emergency")}
    # Pages that only say what happened take two sentences by one name.
    named = re.sub(r"_(heading|words)$", "", everything)

    unused = [
        key
        for key in TEXTS.languages["en"].messages
        if f'"{key}"' not in everything
        and f"'{key}'" not in everything
        and key not in by_topic
        and not key.startswith(tuple(f"{family}_" for family in families))
        and f'"{re.sub(r"_(heading|words)$", "", key)}"' not in named
    ]

    assert unused == []
