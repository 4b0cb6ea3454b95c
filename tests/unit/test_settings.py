"""Settings: defaults that run a demonstration, and a production that is never half configured."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.bootstrap import build, database_url, secret_of
from bot.settings import ROOT, BadSettings, Mode, Settings, load_settings

# Made up for these tests, and as strong as production asks.
SECRET = "kP3vR8mZ1qT6wY9bN4cH7jL2xD5gF0sA"
OTHER, THIRD, FOURTH = SECRET[::-1], SECRET.swapcase(), SECRET.swapcase()[::-1]
WHOLE: dict[str, Any] = {
    "mode": "production",
    "secret_key": SECRET,
    "rasa_token": OTHER,
    "seal_keys": THIRD,
    "log_key": FOURTH,
    "secure_cookies": True,
    "hosts": "desk.oakmoor.example",
}


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither this machine's environment nor its .env."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SIGNPOST_{name.upper()}", raising=False)


def test_the_defaults_are_a_demonstration_on_loopback() -> None:
    settings = load_settings()

    assert settings.mode is Mode.DEMO
    assert settings.host == "127.0.0.1"
    assert settings.rasa_url == "http://127.0.0.1:5005"


def test_settings_come_from_the_environment_and_from_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("SIGNPOST_DESK_PORT=9001\nSIGNPOST_TABLET_PORT=9002\nOTHER=1\n")
    monkeypatch.setenv("SIGNPOST_TABLET_PORT", "9003")

    settings = load_settings()

    assert (settings.desk_port, settings.tablet_port) == (9001, 9003)


def test_settings_do_not_change_while_it_runs() -> None:
    settings = load_settings()

    with pytest.raises(ValidationError):
        settings.mode = Mode.PRODUCTION  # type: ignore[misc]


def test_production_starts_when_it_has_its_own() -> None:
    assert load_settings(**WHOLE).mode is Mode.PRODUCTION


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"secret_key": ""}, "SIGNPOST_SECRET_KEY"),
        ({"secret_key": SECRET[:31]}, "SIGNPOST_SECRET_KEY"),
        ({"secret_key": "s" * 40}, "SIGNPOST_SECRET_KEY repeats"),
        ({"secret_key": "aB3dE6gH9jK2" * 4}, "SIGNPOST_SECRET_KEY repeats"),
        ({"rasa_token": "changeme-changeme-1234567890-abcdef"}, "SIGNPOST_RASA_TOKEN is one of an example"),
        ({"rasa_token": SECRET}, "another secret in each"),
        ({"hosts": ""}, "SIGNPOST_HOSTS"),
        ({"rasa_token": ""}, "SIGNPOST_RASA_TOKEN"),
        ({"seal_keys": ""}, "SIGNPOST_SEAL_KEYS"),
        ({"seal_keys": f"{THIRD},short"}, "SIGNPOST_SEAL_KEYS"),
        ({"log_key": ""}, "SIGNPOST_LOG_KEY"),
        ({"log_key": f"{FOURTH},short"}, "SIGNPOST_LOG_KEY"),
        ({"secure_cookies": False}, "SIGNPOST_SECURE_COOKIES"),
        ({"notify_webhook": "https://example.org/hook"}, "SIGNPOST_NOTIFY_SECRET"),
    ],
)
def test_production_refuses_to_be_half_configured(change: dict[str, Any], name: str) -> None:
    with pytest.raises(BadSettings, match=name) as refused:
        load_settings(**WHOLE | change)

    assert not any(secret in str(refused.value) for secret in (SECRET, OTHER, THIRD))
    assert "\n" not in str(refused.value)


def test_a_webhook_without_a_secret_is_refused_in_a_demonstration_too() -> None:
    with pytest.raises(BadSettings, match="SIGNPOST_NOTIFY_SECRET"):
        load_settings(notify_webhook="https://example.org/hook")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tablet_port", "0"),
        ("desk_port", "65536"),
        ("rasa_port", "http"),
        ("mode", "test"),
        ("threads", "9"),
        ("rasa_timeout", "0"),
        ("worker_seconds", "-1"),
        ("secure_cookies", "perhaps"),
        ("person_idle_minutes", "0"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"SIGNPOST_{name.upper()}", value)

    with pytest.raises(BadSettings, match=f"SIGNPOST_{name.upper()}: "):
        load_settings()


def test_a_demonstration_makes_a_secret_once_and_keeps_it_to_its_owner(tmp_path: Path) -> None:
    settings = load_settings(var_dir=tmp_path / "var")

    first, second = secret_of(settings, "secret_key"), secret_of(settings, "secret_key")

    assert first == second
    assert len(first) >= 32
    assert secret_of(settings, "rasa_token") != first
    assert (tmp_path / "var" / "secret_key.secret").stat().st_mode & 0o077 == 0


def test_production_never_makes_a_secret(tmp_path: Path) -> None:
    settings = load_settings(**WHOLE, var_dir=tmp_path)

    assert secret_of(settings, "secret_key") == SECRET
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///var/signpost.db", "sqlite:////srv/signpost/var/signpost.db"),
        ("sqlite:////data/signpost.db", "sqlite:////data/signpost.db"),
        ("postgresql://db/signpost", "postgresql://db/signpost"),
    ],
)
def test_a_relative_database_lies_beside_the_var_folder(url: str, expected: str) -> None:
    settings = load_settings(database_url=url, var_dir="/srv/signpost/var")

    assert database_url(settings) == expected


_HEAD = """\
# Every setting of Signpost, with its default. Copy this file to .env and take the # away where yours differs.
# The same names in the environment win over the file. Paths are meant from the project's folder.
"""


def _expected() -> str:
    """The example file as the settings say it should be."""
    parts = [_HEAD]
    for name, field in Settings.model_fields.items():
        value = field.default
        if isinstance(value, Path):
            value = value.relative_to(ROOT)
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        parts.append(f"# {field.description}\n# SIGNPOST_{name.upper()}={shown}\n")
    return "\n".join(parts)


def test_the_example_file_names_every_setting_with_its_default() -> None:
    assert (ROOT / ".env.example").read_text("utf-8") == _expected()


def test_the_example_file_with_every_line_switched_on_is_the_defaults(tmp_path: Path) -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    switched_on = [line.removeprefix("# ") for line in lines if line.startswith("# SIGNPOST_")]
    (tmp_path / ".env").write_text("\n".join(switched_on), "utf-8")

    settings = load_settings()

    paths: dict[str, Any] = {"content_dir": Path("content"), "var_dir": Path("var")}
    assert len(switched_on) == len(Settings.model_fields)
    assert settings == Settings(_env_file=None, **paths)


STAFF_PROVIDER: dict[str, Any] = {
    "oidc_issuer": "https://provider.test",
    "oidc_client_id": "signpost",
    "oidc_client_secret": "given",
    "oidc_groups": "officers=wing@A",
    "notify_desk_url": "https://desk.test",
}
PEOPLE_PROVIDER: dict[str, Any] = {
    "people_oidc_issuer": "https://home.test",
    "people_oidc_client_id": "signpost",
    "people_oidc_client_secret": "given",
    "people_agency": "OKI",
    "tablet_url": "https://tablet.test",
}


def test_production_starts_with_both_providers() -> None:
    assert load_settings(**WHOLE, **STAFF_PROVIDER, **PEOPLE_PROVIDER).mode is Mode.PRODUCTION


@pytest.mark.parametrize("name", [*STAFF_PROVIDER, *PEOPLE_PROVIDER])
def test_a_provider_that_is_half_set_up_is_refused(name: str) -> None:
    if name.endswith("_issuer"):
        given = WHOLE | STAFF_PROVIDER | PEOPLE_PROVIDER | {name: "http://provider.test"}
    else:
        given = WHOLE | STAFF_PROVIDER | PEOPLE_PROVIDER | {name: ""}

    with pytest.raises(BadSettings, match=f"SIGNPOST_{name.upper()}"):
        load_settings(**given)


@pytest.mark.parametrize(
    "change",
    [{"oidc_groups": "officers=king"}, {"oidc_groups": "officers"}, {"oidc_scope": "profile"}],
)
def test_a_provider_that_makes_no_sense_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(BadSettings, match="SIGNPOST_OIDC"):
        load_settings(**(STAFF_PROVIDER | change))


def test_a_secret_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{SECRET}\n")
    monkeypatch.setenv("SIGNPOST_SECRET_KEY_FILE", str(tmp_path / "key"))

    assert load_settings().secret_key == SECRET


def test_a_secret_given_twice_or_in_a_file_that_is_not_there_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SIGNPOST_RASA_TOKEN_FILE", str(tmp_path / "nothing"))
    with pytest.raises(BadSettings, match="SIGNPOST_RASA_TOKEN_FILE: the file cannot be read"):
        load_settings()
    monkeypatch.setenv("SIGNPOST_RASA_TOKEN", SECRET)
    with pytest.raises(BadSettings, match="both set") as refused:
        load_settings()
    assert SECRET not in str(refused.value)


def test_a_group_of_a_wing_that_is_none_is_refused_at_the_start(tmp_path: Path) -> None:
    """Whoever is in it would see an empty board, and no alert."""
    given = STAFF_PROVIDER | {"var_dir": tmp_path, "database_url": "sqlite://"}

    with pytest.raises(
        BadSettings, match=r"SIGNPOST_OIDC_GROUPS names a wing .* does not have: Z, a"
    ) as refused:
        build(load_settings(**given | {"oidc_groups": "one=wing@A,Z two=orderly@a three=safer_custody"}))
    build(load_settings(**given | {"oidc_groups": "one=wing@A,B three=safer_custody"})).database.close()

    assert "Its wings are A, B" in str(refused.value)
