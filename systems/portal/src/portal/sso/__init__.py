"""sso: one sign-in at the national portal, valid at the provincial ones.

Owns: at the national portal an OpenID Provider for the provinces (OpenID Connect Core 1.0 over django-oauth-toolkit:
code flow, PKCE S256, `iss` in the response, no refresh tokens), the `sub` of a person per province, the record of
logins handed out, logout tokens (Back-Channel Logout 1.0). At a province the relying party of that provider, and how
the door (national portal, sub) meets the door (e-ID, sub).
Does not own: sign-in itself (`accounts`, `eid_login`), trust in keys and messages (`exchange`).
Serves: Decree 45/2020/NĐ-CP article 8(3); architecture section 4, "Every session and every SSO assertion".
"""
