"""The client side of the protocol benches: one light HTTP client, the flows it walks, and the clock beside it.

Owns what is sent and what is counted. Its own CPU is never part of a figure. Does not own the providers
(`bench.providers`). Speaks RFC 6749, RFC 7523 2.2, RFC 7636, RFC 9126, RFC 9449 and OpenID Connect Core as a client.
"""
