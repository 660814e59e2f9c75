"""The transmitter's endpoints: metadata, stream management, push and poll, one module each.

Owns HTTP and order of delivery. Owns no rule of a stream (eid.signals) and no row (storage). Serves OpenID Shared
Signals Framework 1.0 sections 7 and 8, RFC 8935 (push) and RFC 8936 (poll).
"""
