"""News: articles, their categories, "Các tin khác", the deadline banner, the feed and the addresses of the old site.

Owns: what an article is and how its page is put together. Does not own: search, side blocks, the site's frame.
Serves: the page rules of the notice (time line, six other news, source line); RSS 2.0; RFC 9110 section 15.4.2 for
addresses that moved.
"""
