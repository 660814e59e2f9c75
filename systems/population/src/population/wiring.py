"""What the parts of a running register are given: settings, database, keys."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import ECKey

from population.settings import Settings
from population.storage.database import Database


@dataclass(slots=True)
class Wiring:
    """Made once in `app.py`. ``outbox_has_news`` wakes the pusher."""

    settings: Settings
    database: Database
    signing_key: ECKey
    jwks: dict[str, Any]
    decoy: dict[str, Any]
    outbox_has_news: asyncio.Event = field(default_factory=asyncio.Event)
