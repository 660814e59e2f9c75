"""Every kind of record over one database, by name: what the wiring hands out."""

from __future__ import annotations

from eid.storage.account_changes import AccountChanges
from eid.storage.accounts import Accounts
from eid.storage.arrivals import Arrivals
from eid.storage.audit import Audit
from eid.storage.clients import Clients
from eid.storage.consents import Consents
from eid.storage.database import Database
from eid.storage.grants import Grants
from eid.storage.interactions import Interactions
from eid.storage.notices import ServiceNotices
from eid.storage.one_time_codes import OneTimeCodes
from eid.storage.pending_requests import PendingRequests
from eid.storage.pushed_requests import PushedRequests
from eid.storage.queues import Queues
from eid.storage.rate_limits import RateLimits
from eid.storage.refresh_families import RefreshFamilies
from eid.storage.register_events import RegisterEvents
from eid.storage.registration_tokens import RegistrationTokens
from eid.storage.revoked_tokens import RevokedTokens
from eid.storage.sessions import Sessions
from eid.storage.signal_outbox import SignalOutbox
from eid.storage.signal_streams import SignalStreams
from eid.storage.subjects import Subjects
from eid.storage.tellings import Tellings
from eid.storage.used_ids import UsedIds


class Records:
    """One of each. `secret` makes the keys of rate limits unreadable."""

    def __init__(self, database: Database, secret: bytes) -> None:
        self.accounts = Accounts(database)
        self.audit = Audit(database)
        self.changes = AccountChanges(database)
        self.clients = Clients(database)
        self.consents = Consents(database)
        self.events = RegisterEvents(database)
        self.families = RefreshFamilies(database)
        self.grants = Grants(database)
        self.interactions = Interactions(database)
        self.limits = RateLimits(database, secret)
        self.notices = ServiceNotices(database)
        self.one_time_codes = OneTimeCodes(database)
        self.pending = PendingRequests(database)
        self.pushed = PushedRequests(database)
        self.queues = Queues(database)
        self.registration_tokens = RegistrationTokens(database)
        self.revoked = RevokedTokens(database)
        self.sessions = Sessions(database)
        self.arrivals = Arrivals(database, self.sessions)
        self.signals = SignalOutbox(database)
        self.streams = SignalStreams(database)
        self.subjects = Subjects(database)
        self.tellings = Tellings(database, self.grants, self.accounts)
        self.used_ids = UsedIds(database)
