"""The names that never change: topics, dialogue acts, requests, risks and levels, read from one file."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Taxonomy:
    """`groups` keeps the topics in the file's order, by group; the others are ids in the file's order."""

    groups: dict[str, tuple[str, ...]]
    acts: tuple[str, ...]
    requests: tuple[str, ...]
    risks: tuple[str, ...]
    levels: tuple[str, ...]

    @cached_property
    def topics(self) -> tuple[str, ...]:
        return tuple(topic for topics in self.groups.values() for topic in topics)

    @cached_property
    def intents(self) -> tuple[str, ...]:
        """Every intent of the assistant: topics with `ask_` before them, then acts and requests."""
        return (*(f"ask_{topic}" for topic in self.topics), *self.acts, *self.requests)


def load_taxonomy(content_dir: Path) -> Taxonomy:
    """Raises KeyError or OSError when the file is not there whole: nothing can start without it."""
    data: dict[str, Any] = yaml.safe_load((content_dir / "taxonomy.yml").read_text("utf-8"))
    return Taxonomy(
        groups={group: tuple(topics) for group, topics in data["topics"].items()},
        acts=tuple(data["dialogue"]),
        requests=tuple(data["requests"]),
        risks=tuple(data["risks"]),
        levels=tuple(data["levels"]),
    )
