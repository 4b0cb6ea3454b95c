"""TLS by the product itself: a real server, a certificate made here, and what is refused at the start."""

import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.settings import BadSettings, Settings
from bot.tls import tls_context
from bot.web.desk.app import create_app
from bot.web.serving import server
from tests.support.desk import DeskKit, make_kit
from tests.support.outside import free_port


def make_certificate(folder: Path, name: str = "one") -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{name}.pem", folder / f"{name}.key"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].touch(mode=0o600)
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


def settings_of(certificate: Path | str, key: Path | str, **more: Any) -> Settings:
    given: dict[str, Any] = {"tls_certificate": str(certificate), "tls_key": str(key), "secure_cookies": True}
    return Settings(**given | more)


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[DeskKit]:
    kit = make_kit(tmp_path)
    yield kit
    kit.product.database.close()


@pytest.fixture
def desk(kit: DeskKit, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The desk's port, and the certificate to trust."""
    certificate, key = make_certificate(tmp_path)
    port = free_port()
    more = {"tls_certificate": str(certificate), "tls_key": str(key), "secure_cookies": True}
    settings = kit.product.settings.model_copy(update=more)
    running = server(create_app(replace(kit.product, settings=settings)), settings, port, end_seconds=1)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield port, certificate
    running.should_exit = True
    thread.join(timeout=10)


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def test_the_desk_answers_over_tls_and_says_that_only_that_counts(desk: tuple[int, Path]) -> None:
    port, certificate = desk
    with httpx.Client(verify=trusting(certificate), base_url=f"https://localhost:{port}") as client:
        page = client.get("/sign-in")

    assert page.status_code == 200
    assert "max-age=" in page.headers["strict-transport-security"]
    cookies = page.headers.get_list("set-cookie")
    assert cookies
    assert all("__Host-" in each and "Secure" in each for each in cookies)


def test_nothing_is_said_in_the_clear(desk: tuple[int, Path]) -> None:
    port, _ = desk

    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://localhost:{port}/sign-in", timeout=5)


@pytest.mark.parametrize("ciphers", ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA"])
def test_a_client_that_only_knows_weak_ways_gets_no_answer(desk: tuple[int, Path], ciphers: str) -> None:
    """Without forward secrecy, or without authenticated encryption."""
    port, certificate = desk
    weak = trusting(certificate)
    weak.maximum_version = ssl.TLSVersion.TLSv1_2
    weak.set_ciphers(f"{ciphers}:@SECLEVEL=0")

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"https://localhost:{port}/healthz", verify=weak, timeout=5)


def test_old_versions_are_off(tmp_path: Path) -> None:
    context = tls_context(settings_of(*make_certificate(tmp_path)))

    assert context is not None
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_without_a_certificate_there_is_no_tls() -> None:
    assert tls_context(Settings(tls_certificate="", tls_key="")) is None


def test_half_of_it_is_refused(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)

    for given in (settings_of(certificate, ""), settings_of("", key)):
        with pytest.raises(BadSettings, match="go together"):
            tls_context(given)
    with pytest.raises(BadSettings, match="SIGNPOST_SECURE_COOKIES"):
        tls_context(settings_of(certificate, key, secure_cookies=False))


def test_files_that_are_missing_no_pair_or_locked_are_refused(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    _, other = make_certificate(tmp_path, "other")
    locked = tmp_path / "locked.key"
    loaded = serialization.load_pem_private_key(key.read_bytes(), None)
    locked.touch(mode=0o600)
    locked.write_bytes(
        loaded.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"phrase"),
        )
    )

    for each in (tmp_path / "none.key", other, locked, certificate):
        with pytest.raises(BadSettings, match=r"cannot be read, are no pair"):
            tls_context(settings_of(certificate, each))


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604])
def test_a_key_that_others_get_at_is_refused(tmp_path: Path, mode: int) -> None:
    certificate, key = make_certificate(tmp_path)
    key.chmod(mode)

    with pytest.raises(BadSettings, match="others on this machine"):
        tls_context(settings_of(certificate, key))


def test_a_key_of_a_group_may_be_read_by_it(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    key.chmod(0o640)

    assert tls_context(settings_of(certificate, key)) is not None
