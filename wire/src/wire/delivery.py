"""Sends SMS through a gateway (HTTP) and mail through SMTP. The texts and addresses are never logged."""

from __future__ import annotations

import asyncio
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import cached_property
from urllib.parse import urlsplit

import httpx

from wire import loopback

SMTP_TIMEOUT_SECONDS = 5


class DeliveryFailed(Exception):
    """The message was not taken; the text names the channel, never the address or the words."""


@dataclass(frozen=True)
class Delivery:
    """The two channels of one system.

    Args:
        sms_gateway_url: takes `POST {"to", "text", "reference"}` with a bearer token.
        smtp_url: `smtp://host:port` or `smtps://user:password@host:port`.
        sender: mail address and short name shown as the sender.
    """

    sms_gateway_url: str
    sms_gateway_token: str
    smtp_url: str
    sender: str

    def sms(self, to: str, text: str, reference: str) -> None:
        """Hands one SMS to the gateway. Raises DeliveryFailed."""
        try:
            with loopback.client() as http:
                body = self._sms(to, text, reference)
                self._judge(http.post(self.sms_gateway_url, json=body, headers=self._bearer()))
        except httpx.HTTPError as fault:
            raise DeliveryFailed(f"sms: {type(fault).__name__}") from None

    async def asms(self, to: str, text: str, reference: str) -> None:
        """The same for asyncio, over connections that are kept until `close`: one for each code costs more than it."""
        try:
            body = self._sms(to, text, reference)
            self._judge(await self._http.post(self.sms_gateway_url, json=body, headers=self._bearer()))
        except httpx.HTTPError as fault:
            raise DeliveryFailed(f"sms: {type(fault).__name__}") from None

    async def close(self) -> None:
        """Close the kept connections; for who called `asms`."""
        await self._http.aclose()

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        return loopback.async_client()

    def mail(self, to: str, subject: str, text: str) -> None:
        """Hands one plain-text mail to the SMTP server. Raises DeliveryFailed."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="localhost")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        server = urlsplit(self.smtp_url)
        connect = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
        try:
            with connect(server.hostname or "", server.port or 25, timeout=SMTP_TIMEOUT_SECONDS) as smtp:
                if server.username:
                    smtp.login(server.username, server.password or "")
                smtp.send_message(message)
        except (OSError, smtplib.SMTPException) as fault:
            raise DeliveryFailed(f"mail: {type(fault).__name__}") from None

    async def amail(self, to: str, subject: str, text: str) -> None:
        """The same for asyncio (smtplib in a thread)."""
        await asyncio.to_thread(self.mail, to, subject, text)

    def _sms(self, to: str, text: str, reference: str) -> dict[str, str]:
        return {"from": self.sender, "to": to, "text": text, "reference": reference}

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.sms_gateway_token}"}

    @staticmethod
    def _judge(answer: httpx.Response) -> None:
        if answer.status_code >= 300:
            raise DeliveryFailed(f"sms: the gateway answered {answer.status_code}")
