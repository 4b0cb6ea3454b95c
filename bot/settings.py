"""Every setting, with its default and a sentence. Read once at the start, from the environment and .env."""

import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.notices.addresses import BadAddress, mailboxes, named, web_address
from bot.people.provider import read_groups
from bot.weak_secrets import UnreadableSecret, from_files, weakness

ROOT = Path(__file__).resolve().parent.parent
# Production does not start on a weak one of these.
_KEYS = ("secret_key", "rasa_token", "seal_keys", "log_key")


class BadSettings(Exception):
    """A setting is missing or makes no sense. The message names each one."""


class Mode(StrEnum):
    DEMO = "demo"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Names in the environment are these in capitals with SIGNPOST_ before them."""

    model_config = SettingsConfigDict(env_prefix="SIGNPOST_", env_file=".env", frozen=True, extra="ignore")

    mode: Mode = Field(
        Mode.DEMO, description="demo seeds a demonstration prison; production refuses defaults"
    )
    prison: str = Field("oakmoor", description="Id of the prison: the name of its file in content/prisons")
    database_url: str = Field("sqlite:///var/signpost.db", description="SQLite file or postgresql:// address")
    secret_key: str = Field(
        "",
        description="Signs forms, marks words to be found again; 32 characters or more. demo makes one",
    )
    seal_keys: str = Field(
        "",
        repr=False,
        description="Seal people's words in the store; a comma between keys, the first seals. demo makes one",
    )
    log_key: str = Field(
        "",
        repr=False,
        description="Signs the heads of the logs; a comma between keys, the first signs. demo makes one",
    )
    log_head_seconds: int = Field(3600, ge=60, description="How often the heads of the logs are signed")
    log_heads_file: str = Field(
        "", description="File that each signed head is added to, best on another machine; empty for none"
    )
    host: str = Field("127.0.0.1", description="Address that both pages listen on")
    tablet_port: int = Field(8010, ge=1, le=65535, description="Port of the tablet and supporter pages")
    desk_port: int = Field(8020, ge=1, le=65535, description="Port of the staff desk")
    rasa_port: int = Field(5005, ge=1, le=65535, description="Port of the Rasa server, on loopback")
    actions_port: int = Field(5055, ge=1, le=65535, description="Port of the action server, on loopback")
    rasa_timeout: float = Field(4.0, gt=0, description="Seconds the tablet waits for Rasa before it goes on")
    rasa_token: str = Field(
        "", description="The tablet app shows it to Rasa, Rasa to the actions; 32 characters or more"
    )
    person_idle_minutes: int = Field(
        15, ge=1, description="A person's session ends after this long untouched"
    )
    staff_idle_minutes: int = Field(60, ge=1, description="A staff session ends after this long untouched")
    staff_session_hours: int = Field(12, ge=1, description="A staff session ends after this long in any case")
    secure_cookies: bool = Field(
        False, description="true where the pages are served over https, as they must be"
    )
    tls_certificate: str = Field(
        "", description="File with the pages' certificate and its chain; empty where a front server has it"
    )
    tls_key: str = Field("", description="File with its private key, which nobody else may read")
    second_step: Literal["by_mode", "required", "own_choice"] = Field(
        "by_mode",
        description="One-time codes of local staff accounts: by_mode requires them in production",
    )
    emergency_minutes: int = Field(60, ge=5, le=480, description="Emergency access ends after this long")
    trusted_proxies: str = Field(
        "",
        description="Addresses of our own proxies, a comma between; theirs alone is X-Forwarded-For believed",
    )
    oidc_issuer: str = Field(
        "", description="Staff sign in with this OpenID provider; empty for local accounts"
    )
    oidc_client_id: str = Field("", description="What the provider calls us")
    oidc_client_secret: str = Field("", repr=False, description="The secret that it gave us")
    oidc_scope: str = Field("openid profile", description="What we ask it for")
    oidc_groups_claim: str = Field("groups", description="The claim of the ID token that lists groups")
    oidc_groups: str = Field(
        "",
        description="What groups give, group=role,role@wing,wing with a space between; no wing for all wings",
    )
    oidc_accounts: Literal["must_exist", "make"] = Field(
        "must_exist",
        description="must_exist: an administrator adds the account first; make: the first sign-in does",
    )
    oidc_domains: str = Field(
        "",
        description="Domains of its user names that are ours, a comma between; its own host is one",
    )
    oidc_seconds: float = Field(
        5.0, gt=0, le=30, description="Seconds that one answer of a provider may take"
    )
    people_oidc_issuer: str = Field(
        "",
        description="People in prison may sign in with this provider, such as HMPPS Launchpad; empty for no",
    )
    people_oidc_client_id: str = Field("", description="What that provider calls us")
    people_oidc_client_secret: str = Field("", repr=False, description="The secret that it gave us")
    people_oidc_scope: str = Field(
        "openid user.basic.read user.establishment.read", description="What we ask it for"
    )
    people_agency: str = Field("", description="Its short name of this prison, such as OKI")
    tablet_url: str = Field("", description="Address of the tablet pages, to come back to from that provider")
    outbox_days: int = Field(30, ge=1, description="Delivered notices are forgotten after this many days")
    notify_desk_url: str = Field("", description="Address of the staff desk, for links in notices")
    notify_webhook: str = Field("", description="Address that alerts are posted to, signed; empty for none")
    notify_secret: str = Field(
        "", repr=False, description="Signs what is posted to the webhook; 32 characters or more"
    )
    notify_mail_to: str = Field(
        "", description="E-mail channels, name=address,address with a space between; empty for none"
    )
    notify_mail_from: str = Field("", description="Sender of the e-mails")
    notify_smtp_host: str = Field("", description="Server that e-mail goes through")
    notify_smtp_port: int = Field(587, ge=1, le=65535, description="Its port")
    notify_smtp_security: Literal["starttls", "tls"] = Field(
        "starttls", description="starttls, or tls from the first byte; nothing is sent in the clear"
    )
    notify_smtp_user: str = Field(
        "", description="Name that the server asks for; empty where it asks for none"
    )
    notify_smtp_password: str = Field("", repr=False, description="Password that goes with it")
    notify_smtp_ca: str = Field(
        "", description="File with the prison's own certificate authority, if it has one"
    )
    notify_apprise: str = Field(
        "",
        repr=False,
        description="Other channels, name=address as Apprise writes it, with a space between; empty for none",
    )
    notify_seconds: float = Field(
        10.0, gt=0, le=60, description="Seconds that one try of one channel may take"
    )
    hosts: str = Field(
        "", description="Names by which browsers call both pages, a comma between; demo takes any"
    )
    outgoing_hosts: str = Field(
        "",
        description="Further hosts that may be called, a comma between; some Apprise channels need theirs",
    )
    worker_seconds: float = Field(1.0, gt=0, description="How often the worker looks for work")
    content_seconds: float = Field(
        2.0, ge=0, description="How often each part looks whether staff published other content"
    )
    threads: int = Field(1, ge=1, le=8, description="Threads of the encoder in each process")
    content_dir: Path = Field(ROOT / "content", description="What is said")
    var_dir: Path = Field(ROOT / "var", description="Everything made at run time: encoder, models, database")

    @property
    def scheme(self) -> str:
        return "https" if self.tls_certificate else "http"

    @property
    def encoder_dir(self) -> Path:
        return self.var_dir / "encoder"

    @property
    def kept_screens_dir(self) -> Path:
        """Every screen that judged messages here. Part of the evidence: back it up with the database."""
        return self.var_dir / "screens"

    @property
    def screen_dir(self) -> Path:
        return self.var_dir / "screen"

    @property
    def models_dir(self) -> Path:
        return self.var_dir / "models"

    @property
    def rasa_url(self) -> str:
        return f"http://127.0.0.1:{self.rasa_port}"


def load_settings(**overrides: object) -> Settings:
    """Reads and checks the settings. Raises BadSettings in words that name what to change."""
    try:
        given = from_files(os.environ, (name for name in Settings.model_fields if name not in overrides))
        settings = Settings(**given | overrides)  # type: ignore[arg-type]
    except UnreadableSecret as error:
        raise BadSettings(str(error)) from error
    except ValidationError as error:
        lines = [f"SIGNPOST_{_name(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise BadSettings("; ".join(lines)) from error
    _refuse_half_channels(settings)
    _refuse_half_providers(settings)
    if settings.mode is Mode.PRODUCTION:
        _refuse_half_configured(settings)
    return settings


def _name(location: tuple[int | str, ...]) -> str:
    return "_".join(str(part) for part in location).upper()


def _refuse_half_channels(settings: Settings) -> None:
    """A channel that cannot work is worse than none. Apprise's schemes are checked where it is loaded."""
    if settings.notify_webhook and len(settings.notify_secret) < 32:
        raise BadSettings("SIGNPOST_NOTIFY_WEBHOOK needs 32 characters or more in SIGNPOST_NOTIFY_SECRET")
    secure = settings.mode is Mode.PRODUCTION
    for name, read in _readers(secure=secure):
        given = getattr(settings, name)
        try:
            if given:
                read(given)
        except BadAddress as error:
            raise BadSettings(f"SIGNPOST_{name.upper()}: {error}") from error
    mail = ("notify_mail_to", "notify_mail_from", "notify_smtp_host")
    missing = [f"SIGNPOST_{name.upper()}" for name in mail if not getattr(settings, name)]
    if 0 < len(missing) < len(mail):
        raise BadSettings(f"e-mail is half set up: it needs {' and '.join(missing)} too")
    if bool(settings.notify_smtp_user) != bool(settings.notify_smtp_password):
        raise BadSettings("SIGNPOST_NOTIFY_SMTP_USER and SIGNPOST_NOTIFY_SMTP_PASSWORD go together")
    any_channel = settings.notify_webhook or settings.notify_mail_to or settings.notify_apprise
    if secure and any_channel and not settings.notify_desk_url:
        raise BadSettings("production needs SIGNPOST_NOTIFY_DESK_URL where notices go out, for their links")


def _refuse_half_providers(settings: Settings) -> None:
    """A provider that cannot work keeps everybody out."""
    secure = settings.mode is Mode.PRODUCTION
    for start, more in (
        ("oidc", ["oidc_groups", "notify_desk_url"]),
        ("people_oidc", ["people_agency", "tablet_url"]),
    ):
        issuer, name = getattr(settings, f"{start}_issuer"), f"SIGNPOST_{start.upper()}_ISSUER"
        if not issuer:
            continue
        try:
            web_address(issuer, secure=secure)
            read_groups(settings.oidc_groups)
        except (BadAddress, ValueError) as error:
            raise BadSettings(f"{name}, or SIGNPOST_OIDC_GROUPS: {error}") from error
        # A demonstration knows its own addresses.
        needed = [f"{start}_client_id", f"{start}_client_secret", *(more if secure else more[:1])]
        missing = [f"SIGNPOST_{each.upper()}" for each in needed if not getattr(settings, each)]
        if missing:
            raise BadSettings(f"{name} needs {' and '.join(missing)} too")
        if "openid" not in getattr(settings, f"{start}_scope").split():
            raise BadSettings(f"SIGNPOST_{start.upper()}_SCOPE: openid must be in it")


def _readers(*, secure: bool) -> tuple[tuple[str, Callable[[str], object]], ...]:
    def web(text: str) -> str:
        return web_address(text, secure=secure)

    def mails(text: str) -> list[tuple[str, ...]]:
        return [mailboxes(to) for to in named(text).values()]

    return (
        ("notify_desk_url", web),
        ("notify_webhook", web),
        ("notify_mail_to", mails),
        ("notify_mail_from", mailboxes),
        ("notify_apprise", named),
    )


def _refuse_half_configured(settings: Settings) -> None:
    given = [
        (f"SIGNPOST_{name.upper()}", part.strip())
        for name in _KEYS
        for part in str(getattr(settings, name)).split(",")
    ]
    weak = [f"{name} {why}" for name, secret in given if (why := weakness(secret))]
    if weak:
        raise BadSettings(f"production needs secrets of its own: {'; '.join(weak)}")
    if len({secret for _, secret in given}) < len(given):
        raise BadSettings(
            f"production needs another secret in each of {', '.join(sorted({n for n, _ in given}))}"
        )
    if not settings.secure_cookies:
        raise BadSettings("production needs SIGNPOST_SECURE_COOKIES=true and pages served over https")
    if not settings.hosts:
        raise BadSettings("production needs SIGNPOST_HOSTS, the names by which browsers call the pages")
