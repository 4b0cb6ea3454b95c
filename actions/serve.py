"""The action server as the product starts it: on loopback, with a token, and silent about words.

The library's own command asks for no token, lists every action to anybody, and writes the words of a failed
request into its answer and its log.
"""

import hmac
import json
import logging
import os
import sys
from typing import Any

from rasa_sdk.endpoint import create_app
from rasa_sdk.utils import update_sanic_log_level
from sanic import response

TOKEN_HEADER = "X-Signpost-Token"  # noqa: S105 - the header's name
_HOST = "127.0.0.1"
log = logging.getLogger(__name__)


def app_with(token: str) -> Any:
    """Raises ValueError for a token that anybody could guess."""
    if len(token) < 32:
        raise ValueError("the action server needs a token of 32 characters or more")
    app = create_app("actions", cors_origins="")

    @app.middleware("request")  # type: ignore[untyped-decorator]
    async def only_with_token(request: Any) -> Any:
        # The manager asks whether it is up; that tells nobody anything.
        if request.path == "/health":
            return None
        if hmac.compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), token.encode()):
            return None
        return response.json({"error": "not allowed"}, status=403)

    async def failed(_request: Any, error: Exception) -> Any:
        status = int(getattr(error, "status_code", 500))
        if status >= 500:
            log.error(json.dumps({"event": "action.failed", "error": type(error).__name__}))
        return response.json({"error": "failed"}, status=status)

    app.error_handler.add(Exception, failed)
    return app


def main() -> None:
    port = int(sys.argv[1])
    app = app_with(os.environ.get("SIGNPOST_RASA_TOKEN", ""))
    update_sanic_log_level()
    app.run(_HOST, port, workers=1, access_log=False)


if __name__ == "__main__":
    main()
