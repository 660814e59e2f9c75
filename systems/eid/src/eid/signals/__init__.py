"""What receivers are told afterwards about accounts and sessions: the words and rules of Shared Signals.

Owns the events, the names by which a receiver knows whom they are about, and what a stream's configuration may be.
Does not own rows (storage), delivery (endpoints/signals) nor signing (tokens). Serves OpenID Shared Signals Framework
1.0, CAEP 1.0, RISC 1.0, RFC 8417 (security event tokens) and RFC 9493 (subject identifiers).
"""
