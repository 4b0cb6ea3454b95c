"""A product on a given database for tests of the worker and of what it carries."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.answers import AnswerBook
from bot.bootstrap import Product
from bot.content import Texts
from bot.follow_ups import FollowUps
from bot.prison_file import load_prison
from bot.settings import ROOT, Settings
from bot.store.database import Database
from bot.taxonomy import load_taxonomy
from tests.support.builders import NOW, PRISON
from tests.support.fake_people import PlainHasher


@dataclass
class Clock:
    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


def a_product(database: Database, clock: Clock | None, **settings: Any) -> Product:
    """Without a clock it is the real time. What lies in the project's own `var` is touched by no test."""
    settings = {"var_dir": Path(tempfile.gettempdir()) / "signpost-has-no-var", **settings}
    content = ROOT / "content"
    return Product(
        settings=Settings(_env_file=None, **settings),
        database=database,
        taxonomy=load_taxonomy(content),
        prison=load_prison(content, PRISON),
        texts=Texts({}),
        desk_texts=Texts({}),
        answers=AnswerBook({}),
        follow_ups=FollowUps({}),
        hasher=PlainHasher(),
        now=clock or (lambda: datetime.now(NOW.tzinfo)),
    )
