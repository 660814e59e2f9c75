"""The kit for a portal that is not ours: sign-in with the e-ID, linking of its old accounts, logout, signals, export.

Owns: the relying party's side of OpenID Connect with FAPI 2.0 (PAR, PKCE, private_key_jwt, DPoP, `iss`), the steps of
a link, the checks of logout tokens and signals, the account export, a simulator, and the conformance check that plays
good and bad providers. Does not own: the portal's users, sessions and pages; it asks for them through
`portalkit.door.Portal`.
Serves: OpenID Connect Core 1.0, RFC 7636, 9126, 9207, 9449, 8417, Back-Channel Logout 1.0, Decree 69/2024/ND-CP.

Needs the standard library, httpx and joserfc only.
"""

__version__ = "0.1.0"
