"""The front page and the shape of the site under it.

Owns: the home page, which sections a site has and at which address, and the marks of what a seed has written once.
Does not own: the sections' contents. Serves: Decree 224/2026/NĐ-CP article 9 (what a commune's site must show).
"""
