"""What stands around every page: templates, side blocks, links, the page cache, errors, health.

Owns: the site's frame (design package), which links may leave the site, how long a page may be remembered, the answer
to a stranger's address. Does not own: content, or the look. Serves: CSP Level 3, RFC 9111 (caching), RFC 9110.
"""
