"""What crosses the wire or sleeps sealed on disk, the same in every system.

Owns: HTTP clients that know `*.localhost` (RFC 6761), client assertions (RFC 7523), signed messages (RFC 7515),
access tokens at a resource server (RFC 9068, RFC 9470), sealed columns with blind indexes, delivery of SMS and mail,
batches of durable writes.
Does not own: state, keys, settings (they come from the caller), or any rule of identity. Imports no system.
"""
