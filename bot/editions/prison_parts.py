"""What a prison's file is to hold after an export: its services and its own sentences, in their order."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.editions.bodies import with_dates
from bot.editions.model import Body, ContentKind, Edition, EditionState
from bot.editions.order import order_of
from bot.editions.prison_text import Part
from bot.editions.rules import Rules
from bot.editions.yaml_text import local_yaml, service_yaml

# The parts of the file that staff change, by kind.
PARTS = {ContentKind.LOCAL: "local", ContentKind.SERVICE: "services"}


def body_in(kind: ContentKind, value: Any) -> Any:
    """What stands under an id in the file, as the body of an edition would have it."""
    return {"text": value} if kind is ContentKind.LOCAL and value else value


def prison_part(
    kind: ContentKind, file: Mapping[str, Any], rules: Rules, editions: Sequence[Edition]
) -> tuple[Part, dict[str, Any]] | None:
    """The part and what it must then read as; None where nothing in it changes."""
    name = PARTS[kind]
    before: dict[str, Any] = file[name]
    new = {each.key: each.published for each in editions if each.published}
    gone = {each.key for each in editions if each.state is EditionState.REMOVED}
    if not new and not gone & set(before):
        return None
    values = {key: _value(kind, body) for key, body in new.items()}
    kept = {key: values.get(key, value) for key, value in before.items() if key not in gone}
    after = kept | values
    about = {key: _topic(kind, key, value) for key, value in after.items()}
    old = {key: topic for key, topic in about.items() if key in before}
    order = order_of(old, {key: about[key] for key in about if key not in old}, rules.groups)
    blocks = {key: _block(kind, key, body) for key, body in new.items()}
    part = Part(name, order, blocks, apart=kind is ContentKind.SERVICE)
    return part, {key: after[key] for key in order}


def _value(kind: ContentKind, body: Body) -> Any:
    return body["text"] if kind is ContentKind.LOCAL else with_dates(body)


def _topic(kind: ContentKind, key: str, value: Any) -> str:
    topic: str = key if kind is ContentKind.LOCAL else value["topics"][0]
    return topic


def _block(kind: ContentKind, key: str, body: Body) -> list[str]:
    if kind is ContentKind.LOCAL:
        return [f"  {line}" for line in local_yaml(key, body).splitlines()]
    return [f"  {key}:", *(f"    {line}".rstrip() for line in service_yaml(body).splitlines())]
