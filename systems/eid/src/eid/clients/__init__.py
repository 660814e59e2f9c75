"""Systems that rely on the e-ID: their registration, their redirect URIs, how they prove who they are.

Owns the rules on client metadata (RFC 7591 names) and client assertions (RFC 7523). Does not own storage.
"""

from eid.clients.client import Client, Name
from eid.clients.registration import RegistrationRefused, register

__all__ = ["Client", "Name", "RegistrationRefused", "register"]
