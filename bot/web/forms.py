"""Form tokens: a form counts only on the session it was made for, for a day, and each copy once."""

import secrets

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

_LIVES = 24 * 3600


class StaleForm(Exception):
    """The token is missing or forged."""


class ExpiredForm(StaleForm):
    """The token is ours, but of another session or too old."""


class FormTokens:
    """`owner` is the session's id (or the tablet's, before sign-in): a token of another one is refused."""

    def __init__(self, secret: str, purpose: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt=f"form:{purpose}")

    def make(self, owner: str) -> str:
        return self._serializer.dumps([owner, secrets.token_hex(12)])

    def is_ours(self, token: str) -> bool:
        """Whoever it was made for, and however long ago."""
        try:
            self._serializer.loads(token)
        except (BadSignature, ValueError, TypeError):
            return False
        return True

    def key(self, token: str, owner: str) -> str:
        """The form's own key, the same each time this copy is sent. Raises StaleForm or ExpiredForm."""
        try:
            made_for, key = self._serializer.loads(token, max_age=_LIVES)
        except SignatureExpired as error:
            raise ExpiredForm from error
        except (BadSignature, ValueError, TypeError) as error:
            raise StaleForm from error
        if made_for != owner:
            raise ExpiredForm
        return str(key)
