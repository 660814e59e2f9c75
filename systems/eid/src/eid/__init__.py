"""The e-ID provider: proves to a portal which person is at the keyboard, and at which level.

Owns e-ID accounts, their authenticators, sign-in, consent, sessions and the OpenID Provider (OpenID Connect
Core, PAR RFC 9126, PKCE RFC 7636, back-channel logout). Does not own the person's record (the population
register does) nor any portal account. Serves Decree 59/2022/ND-CP and Decree 69/2024/ND-CP.

Layers, top to bottom; each may import only what stands below it:
cli > app > settings > endpoints | interaction | account > browser > storage | population_client | keys
> grants > tokens | sessions | clients | authenticators | levels > oidc
"""
