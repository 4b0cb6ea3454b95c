"""Looks through all content: what must be refused, and what is past its review date."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ParamSpec, TypeVar

from bot.answers import load_answers
from bot.content import ENGLISH, BadContent, Texts, load_texts, read_yaml
from bot.directory.sentences import people_read
from bot.prison import Prison
from bot.prison_file import load_prison
from bot.reading import too_hard
from bot.role_cards import PARTS, RoleCards, load_role_cards
from bot.taxonomy import load_taxonomy

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")

_ALL_NEED = ("taxonomy.yml", "reading_exceptions.yml")


@dataclass(frozen=True)
class Found:
    """Each line begins with file and line. `refused` must be mended; `past_review` is for the owners."""

    prisons: int
    services: int
    refused: tuple[str, ...]
    past_review: tuple[str, ...]


def check_content(content_dir: Path, today: date) -> Found:
    """Goes on after a bad file, so that one run names them all."""
    refused: list[str] = []
    refused += _links_out(content_dir)
    for path in sorted(content_dir.rglob("*.yaml")):
        refused.append(str(BadContent(path, 1, "should end in .yml, or nobody reads it")))
    for path in sorted(content_dir.rglob("*.yml")):
        _try(refused, read_yaml, path)
    needed = [_try(refused, read_yaml, content_dir / name) for name in _ALL_NEED]
    if None in needed:
        # Without these no other file can be judged.
        return Found(0, 0, tuple(dict.fromkeys(refused)), tuple(_past_review(content_dir, today)))
    topics = load_taxonomy(content_dir).topics
    _try(refused, load_texts, content_dir / "desk")
    texts = _try(refused, load_texts, content_dir / "messages")
    _try(refused, load_answers, content_dir / "answers", topics)
    cards = _try(refused, load_role_cards, content_dir / "role_cards")
    refused += _hard_cards(content_dir, cards) if cards else ()
    read = [_try(refused, load_prison, content_dir, path.stem) for path in _prison_files(content_dir)]
    prisons = [prison for prison in read if prison is not None]
    for prison in prisons:
        refused += _hard_sentences(content_dir, prison)
        refused += _no_words_in(content_dir, prison, texts) if texts else ()
    return Found(
        prisons=len(prisons),
        services=sum(len(prison.services) for prison in prisons),
        refused=tuple(dict.fromkeys(refused)),
        past_review=tuple(_past_review(content_dir, today)),
    )


def _try(
    refused: list[str], read: Callable[_Given, _Made], *args: _Given.args, **more: _Given.kwargs
) -> _Made | None:
    """What was read; None where it was refused, and then why is in the list."""
    try:
        return read(*args, **more)
    except BadContent as error:
        refused.append(str(error))
        return None


def _links_out(content_dir: Path) -> Iterator[str]:
    """A link inside the folder is fine. One that leads out shows what nobody here has checked."""
    root = content_dir.resolve()
    for path in sorted(content_dir.rglob("*")):
        # A link to itself cannot be followed: reading the file refuses it.
        if path.is_symlink() and path.exists() and not path.resolve().is_relative_to(root):
            yield str(BadContent(path, 1, "is a link out of the content folder"))


def _prison_files(content_dir: Path) -> list[Path]:
    return sorted((content_dir / "prisons").glob("*.yml"))


def _hard_sentences(content_dir: Path, prison: Prison) -> Iterator[str]:
    """An exception is named as `services.<prison>.<service>.<key>` or `local.<prison>.<topic>`."""
    file = read_yaml(content_dir / "prisons" / f"{prison.id}.yml")
    excepted = read_yaml(content_dir / "reading_exceptions.yml").data
    for key, text in people_read(prison):
        why, (part, _, rest) = too_hard(text), key.partition(".")
        if why and f"{part}.{prison.id}.{rest}" not in excepted:
            yield str(file.refuse(key, f"too hard to read: {why}"))


def _no_words_in(content_dir: Path, prison: Prison, texts: Texts) -> Iterator[str]:
    """A language that a prison's tablets offer and for which there is no file of messages."""
    file = read_yaml(content_dir / "prisons" / f"{prison.id}.yml")
    for at, language in enumerate(prison.languages):
        if language not in texts.languages:
            yield str(file.refuse(f"languages.{at}", f"there is no messages/{language}.yml"))


def _hard_cards(content_dir: Path, cards: RoleCards) -> Iterator[str]:
    file = read_yaml(content_dir / "role_cards" / f"{ENGLISH}.yml")
    for role, card in cards.by_language[ENGLISH].items():
        for part in PARTS:
            for at, text in enumerate(getattr(card, part)):
                if why := too_hard(text):
                    yield str(file.refuse(f"{role.value}.{part}.{at}", f"too hard to read: {why}"))


def _past_review(content_dir: Path, today: date) -> Iterator[str]:
    """Files that cannot be read are left out here: they are refused already."""
    for path in (*sorted((content_dir / "answers").rglob("*.yml")), *_prison_files(content_dir)):
        try:
            file = read_yaml(path)
        except BadContent:
            continue
        due = {"review_by": file.data}
        services = file.data.get("services")
        if isinstance(services, dict):
            due |= {f"services.{name}.review_by": each for name, each in services.items()}
        for key, data in due.items():
            review_by = data.get("review_by") if isinstance(data, dict) else None
            if type(review_by) is date and review_by < today:
                yield str(file.refuse(key, f"was due on {review_by}, owner {data.get('owner')}"))
