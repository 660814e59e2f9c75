"""The register as a relying party of the e-ID: people and officers sign in to its own pages with it.

Owns: the calls to the provider and every check of what it answers. Owns no session and no page. Serves OpenID Connect
Core 3.1, RFC 9126 (PAR), RFC 7636 (PKCE), RFC 9449 (DPoP), RFC 9207 (iss).
"""
