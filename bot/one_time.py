"""One-time codes of RFC 6238, as every code app shows them. The only pyotp import."""

from datetime import datetime
from typing import Final

import pyotp

_SECONDS: Final = 30
# A telephone's clock may be a little wrong: the half minute before and the one after count too.
_DRIFT: Final = 1


class TimeCodes:
    def new_secret(self) -> str:
        """160 bits, as the RFC asks."""
        return pyotp.random_base32(32)

    def address(self, secret: str, account: str, issuer: str) -> str:
        return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)

    def step_of(self, secret: str, code: str, now: datetime) -> int | None:
        typed = "".join(char for char in code[:32] if char.isascii() and not char.isspace())
        if len(typed) != 6 or not typed.isdigit():
            return None
        totp = pyotp.TOTP(secret)
        current = int(now.timestamp()) // _SECONDS
        steps = range(current - _DRIFT, current + _DRIFT + 1)
        # All are compared, so that the time taken tells nothing of which one was near.
        right = [step for step in steps if pyotp.utils.strings_equal(typed, totp.generate_otp(step))]
        return max(right, default=None)
