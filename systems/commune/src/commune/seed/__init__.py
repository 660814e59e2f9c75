"""Made-up content for a site that runs in the sandbox: the notice first, then a commune's ordinary weeks.

Owns: what the seed writes, once per piece. Does not own: anything afterwards; what an editor changes or removes stays.
All people and telephone numbers are made up. The notice carries the facts, dates and steps of the published one in
words of our own; the published addresses of the portals stand as plain text only.
"""
