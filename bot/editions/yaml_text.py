"""A body as YAML, in the hand of the files under content/."""

from collections.abc import Mapping
from typing import Any

import yaml

from bot.answers import FOLLOW_UPS
from bot.editions.bodies import with_dates
from bot.editions.model import Body

_STR, _SEQ, _MAP = (f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map"))
_BLOCKS = ("short", "more", "simpler", *FOLLOW_UPS)
_SENTENCES = ("place", "note")


class _Block(str):
    """Written below its key, line by line."""


class _Sentence(str):
    """Written in quotes."""


class _Row(list[Any]):
    """Written on one line, in brackets."""


class _Pairs(dict[str, Any]):
    """Written on one line, in braces."""


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """The items of a list stand further in than its key."""
        super().increase_indent(flow, False)


_Dumper.add_representer(_Block, lambda dumper, text: dumper.represent_scalar(_STR, str(text), style="|"))
_Dumper.add_representer(_Sentence, lambda dumper, text: dumper.represent_scalar(_STR, str(text), style='"'))
_Dumper.add_representer(_Row, lambda dumper, row: dumper.represent_sequence(_SEQ, row, flow_style=True))
_Dumper.add_representer(_Pairs, lambda dumper, row: dumper.represent_mapping(_MAP, row, flow_style=True))


def answer_yaml(body: Body) -> str:
    """A whole file."""
    styled: dict[str, Any] = {}
    for key, value in with_dates(body).items():
        match key:
            case "sources":
                styled[key] = [{name: _Sentence(text) for name, text in source.items()} for source in value]
            case "steps":
                styled[key] = [_Sentence(step) for step in value]
            case "related" | "people":
                styled[key] = _Row(value)
            case _:
                styled[key] = _Block(f"{value}\n") if key in _BLOCKS else value
    return _dump(styled)


def service_yaml(body: Body) -> str:
    """What stands under a service's id, before it is moved in."""
    styled: dict[str, Any] = {}
    for key, value in with_dates(body).items():
        match key:
            case "topics" | "languages":
                styled[key] = _Row(value)
            case "hours" if isinstance(value, Mapping):
                styled[key] = {day: _spans(spans) for day, spans in value.items()}
            case "bank_holidays" if isinstance(value, Mapping):
                styled[key] = _Pairs({name: _flat(each) for name, each in value.items()})
            case "who":
                styled[key] = _Pairs({name: _flat(each) for name, each in value.items()})
            case "reach":
                styled[key] = [_reach(way) for way in value]
            case _:
                styled[key] = _Sentence(value) if key in _SENTENCES else value
    return _dump(styled)


def local_yaml(topic: str, body: Body) -> str:
    """A topic and the prison's own sentence on it, on one line."""
    return _dump({topic: _Sentence(body["text"])})


def is_word(text: str) -> bool:
    """Whether YAML reads it as the word that it is, and not as a number, a truth or nothing."""
    try:
        return isinstance(yaml.safe_load(text), str)
    except yaml.YAMLError:
        return False


def _reach(way: Mapping[str, str]) -> _Pairs:
    return _Pairs({key: _Sentence(text) if key in ("say", "number") else text for key, text in way.items()})


def _flat(value: Any) -> Any:
    if isinstance(value, list):
        return _spans(value) if value and isinstance(value[0], list) else _Row(value)
    return value


def _spans(spans: list[list[str]]) -> _Row:
    return _Row(_Row(_Sentence(time) for time in span) for span in spans)


def _dump(styled: Mapping[str, Any]) -> str:
    text: str = yaml.dump(
        dict(styled),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=100_000,
        default_flow_style=False,
    )
    return text
