"""One module for each endpoint: load, decide, save, answer.

Owns: the shapes that cross the wire (`docs/interfaces.md` 3). Does not own: rules (`disclosure`, `people`,
`households`), SQL (`storage`). Serves RFC 6749, 6750, 7523, 9068.
"""
