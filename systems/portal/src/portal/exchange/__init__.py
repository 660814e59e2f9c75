"""exchange: signed messages between the national portal and the provincial portals.

Owns: which portals are trusted and with what keys, the form of a message (JWS, `exchange+jwt`, RFC 7515; sealed
parts JWE, RFC 7516), the durable outbox, the idempotent inbox, how the policy of the date travels and is
acknowledged, whether an old login behind an SSO session is still good, and what events do at the receiver.
Does not own: what a policy says (`accounts`), who decides it (`campaign`), the sign-in itself (`sso`).
Serves: Decree 45/2020/NĐ-CP article 8 (one sign-in, valid at every portal) and `docs/interfaces.md` section 4.
"""
