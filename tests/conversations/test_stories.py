"""Every test story here, through the trained model, the real actions and a real database, without servers."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from actions.spoken import SpokenAction
from bot.bootstrap import Product, build
from bot.people.model import Person, Place
from bot.safety.model import Level
from bot.settings import ROOT, load_settings
from bot.store import migrate
from bot.taxonomy import load_taxonomy
from tests.support.builders import a_verdict

MODEL = load_settings().models_dir / "signpost.tar.gz"
TOPICS = load_taxonomy(ROOT / "content").topics
RASAS_OWN = {"action_listen", "action_session_start"}
STORIES = [
    pytest.param(story["steps"], id=story["story"])
    for file in sorted(Path(__file__).parent.glob("test_*.yml"))
    for story in yaml.safe_load(file.read_text("utf-8"))["stories"]
]


class InThisProcess(EndpointConfig):
    """Stands where the action server's address would be, and calls the same executor."""

    def __init__(self, executor: ActionExecutor) -> None:
        super().__init__("http://in-this-process")
        self._executor = executor

    async def request(self, *_: Any, json: Any = None, **__: Any) -> Any:
        return await self._executor.run(json)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    path = tmp_path_factory.mktemp("conversations") / "signpost.db"
    product = build(load_settings(database_url=f"sqlite:///{path}", secret_key="s" * 40, seal_keys="k" * 40))
    migrate.upgrade(product.database.engine)
    yield product
    product.database.close()


@pytest.fixture(scope="module")
def agent(product: Product) -> Agent:
    assert MODEL.exists(), "there is no trained model: make train"
    every = ActionExecutor()
    every.register_package("actions")
    with_this_product = ActionExecutor()
    for run in every.actions.values():
        if isinstance(run.__self__, SpokenAction):
            with_this_product.register_action(type(run.__self__)(lambda: product))
    return Agent.load(str(MODEL), action_endpoint=InThisProcess(with_this_product))


@pytest.fixture
def sender(product: Product, request: pytest.FixtureRequest) -> str:
    """A person of his own for each story, so that none finds another's requests."""
    person_id = f"p{abs(hash(request.node.name))}"
    place = Place("A", "A2", "A2-14")
    with product.database.writing() as work:
        work.people.add(Person(person_id, product.prison.id, person_id, "Sam", place, pin_hash="x"))
    return person_id


@pytest.mark.parametrize("steps", STORIES)
async def test_a_story_goes_as_written(agent, sender, steps):
    expected = [(step.get("intent"), step.get("action")) for step in steps]

    happened: list[tuple[str | None, str | None]] = []
    for step in steps:
        if "user" in step:
            happened += await say(agent, sender, step["user"].strip())

    assert happened == expected


async def test_every_reply_of_a_conversation_can_be_tapped(agent, sender):
    output = CollectingOutputChannel()
    for text in ("hello", "wen is me mum alowed 2 visit", "i want a listener"):
        await agent.handle_message(UserMessage(text, output, sender))

    payloads = [button["payload"] for reply in output.messages for button in reply.get("buttons", [])]
    taps = [payload for payload in payloads if payload.startswith("/")]
    for payload in taps:
        [(intent, _), (_, action)] = await say(agent, sender, payload)
        assert payload.startswith(f"/{intent}")
        assert action not in (None, "action_default_fallback")
    assert len(taps) >= 8


@pytest.mark.parametrize("topic", TOPICS)
async def test_every_topic_is_answered_and_can_be_asked_about(agent, product, sender, topic):
    first = await heard(agent, sender, f"/ask_{topic}")
    then = await heard(agent, sender, "how long will that take tho")

    assert first[0]["text"].startswith(product.answers.get(topic).short)
    assert first[1]["custom"] == {"topic": topic}
    assert then[0]["text"]
    assert any(f"/ask_{topic}{{" in button["payload"] for button in then[0]["buttons"])


async def test_two_needs_in_one_message_are_both_answered_or_offered(agent, product, sender):
    said = await heard(agent, sender, "how do i book a visit. and also how do i order my canteen")

    everything = str(said)
    assert product.answers.get("visits").short in said[0]["text"] or "/ask_visits" in everything
    assert product.answers.get("canteen").title in everything or "/ask_canteen" in everything


async def test_a_person_beside_a_question_is_asked_about_last(agent, product, sender):
    said = await heard(agent, sender, "how do i book a visit. and i want a listener please")

    texts = [each["text"] for each in said if "text" in each]
    assert texts[-1] == product.texts.say("ask_confirm_listener")


async def test_danger_beside_needs_is_only_danger(agent, sender):
    verdict = a_verdict(Level.EMERGENCY).to_json()
    metadata = {"verdict": verdict, "answered": True, "language": "en"}
    text = "how do i book a visit. and i want a listener please. gonna string up"

    assert await heard(agent, sender, text, metadata) == []


# Questions about help, and about a past that is over: the topics that may answer each.
ASKED_ABOUT = {
    "what is a listener and is it private": {"about_listeners"},
    "do listeners tell staff what you say": {"about_listeners"},
    "can i ring samaritans for free": {"samaritans_phone"},
    "do staff listen in when i call samaritans": {"samaritans_phone"},
    "what is an ACCT": {"mental_health", "my_records"},
    "was on an ACCT in 2019, does that still show on my file": {"my_records", "mental_health"},
    "i used to self harm years ago, is there a group for that": {"mental_health"},
    "can i be a listener if i was on an ACCT once": {"become_supporter"},
}


@pytest.mark.parametrize("text", ASKED_ABOUT)
async def test_a_question_about_help_or_a_past_is_answered_as_a_question(agent, product, sender, text):
    verdict = a_verdict(Level.NONE).to_json()
    metadata = {"verdict": verdict, "answered": False, "language": "en"}

    said = await heard(agent, sender, text, metadata)

    topics = {each["custom"]["topic"] for each in said if "topic" in each.get("custom", {})}
    assert topics & ASKED_ABOUT[text]
    words = str(said)
    for key in ("danger_told", "danger_not_told", "danger_emergency", "danger_urgent", "out_of_scope"):
        assert product.texts.say(key) not in words


@pytest.mark.parametrize("text", ["hello", "fuck off", "/ask_visits", "/out_of_scope", "/ask_who_sees_this"])
async def test_the_same_three_times_is_not_answered_the_same_three_times(agent, sender, text):
    said = [(await heard(agent, sender, text))[0]["text"] for _ in range(3)]

    assert len(set(said)) > 1


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "a" * 4_000,
        "wot, " * 800,
        "visit канал مرحبا 我想 phone",
        ". ".join(f"i want my visit number {n}" for n in range(12)),
    ],
)
async def test_whatever_is_written_is_answered_and_quickly(agent, sender, text):
    await heard(agent, sender, "hello")
    begun = time.process_time()
    said = await heard(agent, sender, text)

    assert said
    assert time.process_time() - begun < 2, "the tablet waits for four seconds"


async def heard(
    agent: Agent, sender: str, text: str, metadata: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """What the tablet app is told in answer to this."""
    output = CollectingOutputChannel()
    await agent.handle_message(UserMessage(text, output, sender, metadata=metadata or {}))
    messages: list[dict[str, Any]] = output.messages
    return messages


async def say(agent: Agent, sender: str, text: str) -> list[tuple[str | None, str | None]]:
    """The intent that was found, and the actions that ran, in the form of the steps above."""
    before = len((await agent.tracker_store.get_or_create_tracker(sender)).events)
    await agent.handle_message(UserMessage(text, CollectingOutputChannel(), sender))
    tracker = await agent.tracker_store.get_or_create_tracker(sender)
    happened: list[tuple[str | None, str | None]] = []
    for event in list(tracker.events)[before:]:
        if isinstance(event, UserUttered):
            happened.append((event.intent_name, None))
        elif isinstance(event, ActionExecuted) and event.action_name not in RASAS_OWN:
            happened.append((None, event.action_name))
    return happened
