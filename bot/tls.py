"""TLS by the product itself, for a prison without a front server that does it."""

import ssl
import stat
from pathlib import Path
from typing import Final

from bot.settings import BadSettings, Settings

# Of TLS 1.2 only what keeps a recorded session closed when the key is lost later; TLS 1.3 has nothing else.
CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """TLS 1.2 and 1.3 with the settings' certificate; None where they name none. Raises BadSettings.

    The files are read once: a new certificate needs a new start.
    """
    if not settings.tls_certificate and not settings.tls_key:
        return None
    if not settings.tls_certificate or not settings.tls_key:
        raise BadSettings("SIGNPOST_TLS_CERTIFICATE and SIGNPOST_TLS_KEY go together")
    if not settings.secure_cookies:
        raise BadSettings("SIGNPOST_TLS_CERTIFICATE needs SIGNPOST_SECURE_COOKIES=true too")
    certificate, key = Path(settings.tls_certificate), Path(settings.tls_key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_RENEGOTIATION
    try:
        is_open = bool(key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO) & ~stat.S_IRGRP)
        # A key with a pass phrase would ask for it on a terminal that is not there.
        context.load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ValueError) as error:
        raise BadSettings(
            f"SIGNPOST_TLS_CERTIFICATE and SIGNPOST_TLS_KEY: {certificate} and {key} cannot be read, "
            "are no pair, or the key has a pass phrase"
        ) from error
    if is_open:
        raise BadSettings(
            f"SIGNPOST_TLS_KEY: others on this machine can get at {key}; chmod it to 600 or 640"
        )
    return context
