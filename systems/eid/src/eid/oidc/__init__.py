"""The words of OpenID Connect and pure checks on them: errors, scopes, claims, PKCE, acr, prompt, metadata.

Owns vocabulary. Knows no client, account, session, storage or HTTP. Serves OpenID Connect Core 1.0, RFC 6749,
RFC 7636 and OpenID Connect for Identity Assurance 1.0.
"""
