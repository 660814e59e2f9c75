"""When something that an editor wrote may be seen.

Owns: the page with a publish time that news, notices and invitations share, and the one rule of what readers get:
live in Wagtail and its publish time reached on the country's clock. Nothing runs at that minute; each request judges.
Does not own: any kind of page, or the look. Serves: facts of the notice (time line), Decree 224/2026 article 9.
"""
