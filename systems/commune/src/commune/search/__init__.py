"""Finding pages with and without accents.

Owns: the search index (two PostgreSQL texts per page, configuration `simple`: as written, and folded by the kernel)
and the search page. Does not own: what may be seen (`publication` judges it). Needs no extension of the server.
"""
