"""/ssf/streams, the configuration endpoint: create, read, update, replace, delete (SSF 8.1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from eid.clients import Client
from eid.endpoints.http import Answer, Scope, json
from eid.endpoints.signals.receiver import MANAGE, READ, Receivers, json_object, new_stream, stream_id_in_query
from eid.oidc.errors import Conflict, InvalidRequest
from eid.outbound import CallForbidden, Outbound
from eid.signals import streams
from eid.signals.streams import Stream, StreamRefused
from eid.storage.audit import Audit
from eid.storage.signal_streams import SignalStreams


@dataclass(frozen=True)
class StreamConfiguration:
    """One method of HTTP, one act."""

    issuer: str
    receivers: Receivers
    streams: SignalStreams
    outbound: Outbound
    audit: Audit

    async def __call__(self, scope: Scope, body: bytes) -> Answer:
        """GET with ssf.read or ssf.manage, the others with ssf.manage."""
        if scope["method"] == "GET":
            return await self._read(await self.receivers.client(scope, READ, MANAGE), stream_id_in_query(scope))
        client = await self.receivers.client(scope, MANAGE)
        if scope["method"] == "DELETE":
            return await self._delete(client, stream_id_in_query(scope))
        asked = json_object(body)
        if scope["method"] == "POST":
            return await self._create(client, asked)
        return await self._change(client, asked, whole=scope["method"] == "PUT")

    async def _read(self, client: Client, stream_id: str | None) -> Answer:
        if stream_id is not None:
            return self._said(await self.receivers.stream(client, stream_id))
        mine = await self.streams.of_client(client.client_id)
        return json([] if mine is None else [streams.configuration(mine, self.issuer)])

    async def _create(self, client: Client, asked: dict[str, Any]) -> Answer:
        stream = self._judged(new_stream(client, uuid4()), asked, whole=True)
        if not await self.streams.create(stream):
            raise Conflict("this receiver has a stream")
        await self.audit.write("stream_created", client_id=client.client_id)
        return self._said(stream, 201)

    async def _change(self, client: Client, asked: dict[str, Any], *, whole: bool) -> Answer:
        stream = await self.receivers.stream(client, asked.get("stream_id"))
        stream = self._judged(stream, asked, whole=whole)
        await self.streams.change(stream)
        await self.audit.write("stream_changed", client_id=client.client_id)
        return self._said(stream)

    async def _delete(self, client: Client, stream_id: str | None) -> Answer:
        stream = await self.receivers.stream(client, stream_id)
        await self.streams.delete(stream.stream_id)
        await self.audit.write("stream_deleted", client_id=client.client_id)
        return Answer(204, b"", ())

    def _judged(self, stream: Stream, asked: dict[str, Any], *, whole: bool) -> Stream:
        try:
            made = streams.changed(stream, asked, whole=whole, issuer=self.issuer)
            if made.endpoint_url is not None:
                self.outbound.judge(made.endpoint_url)
        except (StreamRefused, CallForbidden) as refused:
            raise InvalidRequest(str(refused)) from None
        return made

    def _said(self, stream: Stream, status: int = 200) -> Answer:
        return json(streams.configuration(stream, self.issuer), status)
