"""A waiting event as the signed token that its receiver gets (RFC 8417 2.2, SSF 4.1)."""

from __future__ import annotations

from dataclasses import dataclass

from eid import sessions
from eid.keys import KeyRing
from eid.signals import subjects
from eid.signals.streams import Stream
from eid.storage.signal_outbox import Waiting
from eid.tokens import issue


@dataclass(frozen=True)
class SecurityEventTokens:
    """Signs with the key of the moment; `jti`, `iat` and `txn` stay the same over all attempts."""

    issuer: str
    sid_key: bytes
    keys: KeyRing

    def make(self, stream: Stream, waiting: Waiting) -> str:
        """A SET for the receiver of this stream."""
        if waiting.sub is None:
            subject = subjects.of_stream(str(stream.stream_id))
        elif waiting.session_id is None:
            subject = subjects.of_person(self.issuer, waiting.sub)
        else:
            sid = sessions.sid_for(self.sid_key, waiting.session_id, stream.sector)
            subject = subjects.of_session(self.issuer, waiting.sub, sid)
        return issue.security_event_token(
            self.keys.current,
            issuer=self.issuer,
            client_id=stream.client_id,
            jti=waiting.jti,
            txn=waiting.txn,
            issued_at=int(waiting.queued_at.timestamp()),
            happened_at=int(waiting.happened_at.timestamp()),
            subject=subject,
            events={waiting.event_type: waiting.body},
        )
