"""domain.yml, the rules, the taxonomy, the actions and the words hold together."""

import inspect
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

from actions import names, taps
from actions.acts import ACTS
from actions.names import Slot
from actions.spoken import SpokenAction
from actions.wishes import KIND_OF
from bot.content import load_texts
from bot.settings import ROOT
from bot.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy(ROOT / "content")
TEXTS = load_texts(ROOT / "content" / "messages")
DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
SET_BY_CODE = {names.DANGER, names.NLU_FALLBACK}


def rules() -> list[dict[str, Any]]:
    files = sorted((ROOT / "data" / "rules").glob("*.yml"))
    return [rule for file in files for rule in yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)["rules"]]


def leads_to() -> dict[str, list[str]]:
    """The actions that each intent leads to."""
    found: dict[str, list[str]] = {}
    for rule in rules():
        first, second = rule["steps"]
        for choice in first.get("or", [first]):
            found.setdefault(choice["intent"], []).append(second["action"])
    return found


def entities() -> set[str]:
    return {name for entity in DOMAIN["entities"] for name in entity}


def constants(prefix: str = "") -> set[str]:
    values = vars(names).items()
    return {value for name, value in values if name.isupper() and name.startswith(prefix)}


def test_the_intents_are_those_of_the_taxonomy_and_two_that_code_sets():
    intents = DOMAIN["intents"]

    assert len(intents) == len(set(intents))
    assert set(intents) == set(TAXONOMY.intents) | SET_BY_CODE


def test_every_intent_has_one_rule_that_always_holds():
    found = leads_to()

    assert set(found) == set(DOMAIN["intents"])
    assert [intent for intent, actions in found.items() if len(actions) != 1] == []


def test_every_topic_leads_to_the_answer_and_nothing_else_does():
    topics = {f"ask_{topic}" for topic in TAXONOMY.topics}

    assert {intent for intent, [action] in leads_to().items() if action == names.ACTION_ANSWER} == topics


def test_every_act_that_is_only_said_has_words():
    saying = {names.ACTION_SAY, names.ACTION_YES, names.ACTION_NO}
    said = {intent for intent, [action] in leads_to().items() if action in saying}

    assert said == set(ACTS)
    assert [act.words for act in ACTS.values() if not TEXTS.has(act.words)] == []


def test_every_action_of_the_domain_is_registered_and_no_other():
    executor = ActionExecutor()
    executor.register_package("actions")
    ours = {name for name, run in executor.actions.items() if isinstance(run.__self__, SpokenAction)}

    assert ours == set(DOMAIN["actions"]) == constants("ACTION_")


def test_every_action_is_reached_by_a_rule():
    reached = {step["action"] for rule in rules() for step in rule["steps"] if "action" in step}

    assert set(DOMAIN["actions"]) - reached == {names.ACTION_DEFAULT_FALLBACK}


def test_slots_are_those_of_the_code():
    assert set(DOMAIN["slots"]) == set(Slot)


def test_no_slot_and_no_entity_decides_which_rule_applies():
    entities_that_decide = [e for e in DOMAIN["entities"] for o in e.values() if o["influence_conversation"]]
    slots_that_decide = [name for name, slot in DOMAIN["slots"].items() if slot["influence_conversation"]]

    assert entities_that_decide == []
    assert slots_that_decide == []
    assert [rule["rule"] for rule in rules() if "condition" in rule] == []


def test_entities_are_named_in_the_code():
    assert entities() <= constants()


@pytest.mark.parametrize("intent", KIND_OF)
def test_every_way_of_asking_has_its_question_and_its_kind(intent):
    kind = KIND_OF[intent]

    assert intent == f"request_{kind.value}"
    assert intent in TAXONOMY.requests
    assert TEXTS.has(f"ask_confirm_{kind.value}")


@pytest.mark.parametrize("intent", [*taps.GUESSABLE_ACTS, *TAXONOMY.requests])
def test_every_guess_that_is_no_topic_has_a_title(intent):
    assert TEXTS.has(f"guess_{intent}")


@pytest.mark.parametrize("module", sorted((ROOT / "actions").glob("*.py")), ids=lambda path: path.stem)
def test_the_actions_stay_in_one_flat_folder(module: Path):
    assert module.parent.name == "actions"
    assert not any(path.is_dir() and path.name != "__pycache__" for path in module.parent.iterdir())


def test_the_base_of_all_actions_is_not_registered_itself():
    assert inspect.isabstract(SpokenAction)
