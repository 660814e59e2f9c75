"""eid_login: relying party of an OpenID Provider (the e-ID). Knows no account.

Owns: start (PAR, PKCE, nonce, one-use state), callback, verification of the ID token and userinfo, logout.
Also: the security events that the provider pushes (`events.py`, `stream.py`), notices to the inbox of its owners
(`notices.py`).
Gives: a `VerifiedIdentity`. Does not own: what a portal does with it (`accounts`).
Serves: OpenID Connect Core 1.0, RFC 9126 (PAR), RFC 7636 (PKCE), RFC 9207 (`iss`), Back-Channel Logout 1.0, IDA 1.0,
Shared Signals Framework 1.0 (receiver), RFC 8417, RFC 8935.
"""
