"""What a person lets a client have: the authorization request, the consent, the code and what it gave.

Owns their rules: the checks on a request, what the next step is, the life of a code, what userinfo may tell.
Does not own rows, pages or HTTP. Serves RFC 6749 4.1, RFC 9126, OpenID Connect Core 3.1 and IDA 1.0.
"""
