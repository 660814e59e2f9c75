"""The transmitter's parts put together; app.py gives them addresses."""

from __future__ import annotations

import msgspec

from eid.endpoints.http import Answer, Scope
from eid.endpoints.jwks import PUBLIC
from eid.endpoints.own_tokens import OwnTokens
from eid.endpoints.signals.poll import Poll
from eid.endpoints.signals.push import SignalPush
from eid.endpoints.signals.receiver import Receivers
from eid.endpoints.signals.status import StreamStatus
from eid.endpoints.signals.streams import StreamConfiguration
from eid.endpoints.signals.subjects import StreamSubjects
from eid.endpoints.signals.token import SecurityEventTokens
from eid.endpoints.signals.verification import StreamVerification
from eid.keys import KeyRing
from eid.outbound import Outbound
from eid.signals import metadata
from eid.storage.records import Records


class Transmitter:
    """What app.py mounts and runs."""

    def __init__(
        self,
        issuer: str,
        records: Records,
        *,
        sid_key: bytes,
        keys: KeyRing,
        own_tokens: OwnTokens,
        outbound: Outbound,
    ) -> None:
        streams, outbox, audit = records.streams, records.signals, records.audit
        receivers = Receivers(own_tokens, streams)
        tokens = SecurityEventTokens(issuer, sid_key, keys)
        self._metadata = msgspec.json.encode(metadata.document(issuer))
        self.push = SignalPush(streams, outbox, tokens, outbound, audit)
        self.poll = Poll(receivers, streams, outbox, tokens)
        self.configuration = StreamConfiguration(issuer, receivers, streams, outbound, audit)
        self.status = StreamStatus(receivers, streams, audit)
        self.subjects = StreamSubjects(issuer, receivers, streams)
        self.verification = StreamVerification(receivers, streams, outbox)

    async def metadata(self, scope: Scope, body: bytes) -> Answer:
        """GET /.well-known/ssf-configuration (SSF 7.2)."""
        return Answer(200, self._metadata, PUBLIC)
