"""Sessions in PostgreSQL, sealed at rest, with the login's columns beside the data so that a query can end them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, cast

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions

from portal.sealing import sealer

if TYPE_CHECKING:
    from portal.accounts.models import LoginSession

CONTEXT = "session"


class SessionStore(DatabaseSessions):
    """Django's database sessions over `LoginSession`."""

    @classmethod
    def get_model_class(cls) -> Any:
        from portal.accounts.models import LoginSession

        return LoginSession

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Seal the data; a dump of the table shows nothing."""
        return base64.b64encode(sealer().seal(json.dumps(session_dict), CONTEXT)).decode()

    def decode(self, session_data: Any) -> dict[str, Any]:
        """Open the data; broken data is an empty session, as in Django."""
        try:
            data = json.loads(sealer().open(base64.b64decode(session_data), CONTEXT))
        except Exception:
            return {}
        return data if isinstance(data, dict) else {}

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """A row whose login columns repeat what the sealed data says (`accounts.sessions` writes `login`)."""
        from portal.accounts.sessions import LoginRecord

        row = super().create_model_instance(data)
        if "login" in data:
            LoginRecord.from_json(data["login"]).fill(cast("LoginSession", row))
        return row
