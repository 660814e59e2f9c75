"""The protocol's endpoints, one module each, named with the spec's word.

Each loads, decides by the rules below it, and saves. Owns no rule and no page text. Serves RFC 6749, RFC 9126,
OpenID Connect Core, Discovery, RP-Initiated and Back-Channel Logout, RFC 8935 (push from the register).
"""
