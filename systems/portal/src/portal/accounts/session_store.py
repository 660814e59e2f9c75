"""Sessions in PostgreSQL, sealed at rest, with the login's columns beside the data so that a query can end them.

One question reads the session, the kind and cohort of the old account that made it, and the policy: each request is
judged by what held at that moment, and the date costs no question of its own.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import connection

from portal.accounts import policy_store
from portal.accounts.policy import Seen
from portal.sealing import sealer

if TYPE_CHECKING:
    from portal.accounts.models import LoginSession

CONTEXT = "session"
READ = f"""
select s.session_data, s.portal_account_id, coalesce(a.kind, ''), coalesce(a.cohort, ''), {policy_store.COLUMNS}
from accounts_loginsession s
left join accounts_portalaccount a on a.id = s.portal_account_id
left join accounts_policycopy p on p.slot = 1
where s.session_key = %s and s.expire_date > %s
"""  # noqa: S608


class SessionStore(DatabaseSessions):
    """Django's database sessions over `LoginSession`. `seen`: what the policy needs, read with the session."""

    seen: Seen | None = None

    @classmethod
    def get_model_class(cls) -> Any:
        from portal.accounts.models import LoginSession

        return LoginSession

    def load(self) -> dict[str, Any]:
        """The session's data; an unknown or expired key is nobody's."""
        with connection.cursor() as cursor:
            cursor.execute(READ, [self.session_key, datetime.now(UTC)])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return {}
        data, account_id, kind, cohort, *policy = found
        row = policy_store.Row(*policy) if policy[0] is not None else None
        self.seen = Seen(account_id, kind, cohort, row)
        return self.decode(data)

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
