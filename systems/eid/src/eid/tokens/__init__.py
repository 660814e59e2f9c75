"""What is signed and given out: ID tokens, access tokens (RFC 9068), logout tokens.

Owns their content and our own JWS encoder. Does not own key files (keys) nor tokens made by others (joserfc
reads those). Serves OpenID Connect Core 2, RFC 9068, Back-Channel Logout 1.0 2.4, RFC 7515.
"""
