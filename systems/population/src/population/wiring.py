"""What the parts of a running register are given: settings, database, keys."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import ECKey

from population.bulk_pool import BulkPool
from population.disclosure.token_rate import Buckets
from population.settings import Settings
from population.sign_in.provider import Provider
from population.storage.clients import Client
from population.storage.database import Database
from population.storage.reader import Reader
from population.storage.writer import Writer


@dataclass(slots=True)
class Wiring:
    """Made once in `app.py`. ``registrations`` are clients as they were seen last, ``tokens`` whose token ends when, by
    its digest; ``outbox_has_news`` wakes the pusher."""

    settings: Settings
    database: Database
    signing_key: ECKey
    jwks: dict[str, Any]
    reader: Reader
    writer: Writer
    bulk: BulkPool
    token_rate: Buckets
    provider: Provider
    registrations: dict[str, Client] = field(default_factory=dict)
    tokens: dict[bytes, tuple[str, float]] = field(default_factory=dict)
    outbox_has_news: asyncio.Event = field(default_factory=asyncio.Event)
