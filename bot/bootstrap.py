"""The one place that assembles the product. Apps, actions, worker and commands all start here."""

import functools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog

from bot.answers import AnswerBook, load_answers
from bot.content import ENGLISH, Texts, load_texts
from bot.editions.live import Live, from_files
from bot.editions.rules import Rules
from bot.follow_ups import FollowUps, load_follow_ups
from bot.passwords import Argon2Hasher
from bot.people.ports import Hasher
from bot.people.provider import read_groups, unknown_wings
from bot.prison import Prison
from bot.prison_file import known_in, load_prison
from bot.role_cards import RoleCards, load_role_cards
from bot.safety.ports import Judge
from bot.safety.screen import Screen
from bot.settings import BadSettings, Mode, Settings
from bot.signing import Signer
from bot.store.database import Database
from bot.store.sealed import Sealer
from bot.taxonomy import Taxonomy, load_taxonomy

log = structlog.get_logger()

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Product:
    """Everything a part of the product needs, made once per process. Tests hand in their own pieces.

    `answers`, `prison.services` and `prison.local` are those of the files as staff have changed them.
    """

    settings: Settings
    database: Database
    taxonomy: Taxonomy
    prison: Prison
    texts: Texts
    desk_texts: Texts
    answers: AnswerBook
    follow_ups: FollowUps
    hasher: Hasher
    now: Clock
    role_cards: RoleCards = field(default_factory=partial(RoleCards, {}))
    live: Live = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Here and not in `build`: a copy with another database must show what was published in that one.
        live = Live(self.database, _rules(self), pause=self.settings.content_seconds)
        object.__setattr__(self, "live", live)
        object.__setattr__(self, "answers", live.over_answers(self.answers))
        object.__setattr__(self, "prison", live.over_prison(self.prison))


def build(settings: Settings, *, now: Clock | None = None) -> Product:
    """Reads content and opens the database. Raises BadContent or BadSettings: better no start than half."""
    content = settings.content_dir
    taxonomy = load_taxonomy(content)
    prison = load_prison(content, settings.prison)
    _refuse_unknown_wings(settings, prison)
    return Product(
        settings=settings,
        database=build_database(settings),
        taxonomy=taxonomy,
        prison=prison,
        texts=load_texts(content / "messages"),
        desk_texts=load_texts(content / "desk"),
        answers=load_answers(content / "answers", taxonomy.topics),
        follow_ups=load_follow_ups(content),
        hasher=Argon2Hasher(),
        now=now or _utc_now,
        role_cards=load_role_cards(content / "role_cards"),
    )


def _refuse_unknown_wings(settings: Settings, prison: Prison) -> None:
    """A wing that is none would open nothing: whoever is in that group sees an empty board, and no alert."""
    if not settings.oidc_issuer:
        return
    wrong = unknown_wings(read_groups(settings.oidc_groups), prison.wings)
    if wrong:
        wings = f"{prison.name} does not have: {', '.join(wrong)}. Its wings are {', '.join(prison.wings)}"
        raise BadSettings(f"SIGNPOST_OIDC_GROUPS names a wing that {wings}.")


def _rules(product: Product) -> Rules:
    topics, prison = product.taxonomy.topics, product.prison
    return Rules(
        prison_id=prison.id,
        topics=topics,
        known=known_in(prison, frozenset(topics)),
        answers=from_files(product.answers.by_language.get(ENGLISH, {})),
        services=from_files(prison.services),
        groups=product.taxonomy.groups,
        local=from_files(prison.local),
    )


def build_judge(settings: Settings) -> Screen:
    """The danger screen with its encoder. Kept apart: only the tablet app and the commands need it."""
    from bot.nlu.build_screen import build_screen
    from bot.nlu.encoder import shared

    encoder = shared(settings.encoder_dir, threads=settings.threads)
    screen = build_screen(settings.content_dir, settings.screen_dir, encoder)
    # What is made at first use takes most of a second: nobody's grave message is to wait for it.
    screen.judge("hello")
    return screen


def build_kept_judge(settings: Settings) -> Screen:
    """As `build_judge`, and the screen's files are kept, so that its verdicts can be replayed years later."""
    from bot.nlu.kept_screens import keep

    judge = build_judge(settings)
    try:
        keep(
            settings.kept_screens_dir,
            judge.version,
            encoder_dir=settings.encoder_dir,
            screen_dir=settings.screen_dir,
            content_dir=settings.content_dir,
        )
    except OSError as error:  # people must be heard all the same
        log.error("screen.not_kept", error=type(error).__name__)
    return judge


def screen_of_version(settings: Settings) -> Callable[[str], Judge | None]:
    """The screen of a version named in a record, each loaded once; None where it is not kept here."""
    from bot.nlu.kept_screens import NotKept, load_kept

    @functools.cache
    def load(version: str) -> Judge | None:
        try:
            return load_kept(settings.kept_screens_dir, version)
        except NotKept as error:
            log.error("screen.not_kept", why=str(error))
            return None

    return load


def build_database(settings: Settings) -> Database:
    return Database(database_url(settings), partial(build_sealer, settings))


def database_url(settings: Settings) -> str:
    """A relative SQLite path is meant from the project's folder, wherever the process was started."""
    head, _, tail = settings.database_url.partition("sqlite:///")
    if head or not tail or tail.startswith("/"):
        return settings.database_url
    return f"sqlite:///{settings.var_dir.parent / tail}"


def secret_of(settings: Settings, name: str) -> str:
    """The secret from the settings; a demonstration makes one in var/ so that nobody runs on a known one."""
    given: str = getattr(settings, name)
    if given or settings.mode is Mode.PRODUCTION:
        return given
    return _kept_secret(settings.var_dir / f"{name}.secret")


def build_sealer(settings: Settings) -> Sealer:
    return Sealer.of(secret_of(settings, "seal_keys"), marks_by=secret_of(settings, "secret_key"))


def build_signers(settings: Settings) -> tuple[Signer, ...]:
    """The first signs the heads of the logs; what the others signed before it is still known."""
    return tuple(Signer(part.strip()) for part in secret_of(settings, "log_key").split(",") if part.strip())


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Exclusive, and closed to others: several processes may start at the same moment.
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text("ascii")


def _utc_now() -> datetime:
    return datetime.now(UTC)
