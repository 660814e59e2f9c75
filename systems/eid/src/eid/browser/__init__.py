"""The person's browser: cookies, form tokens, pages, who is signed in. What all screens share.

Owns how a page is answered and how a form is believed. Owns no screen of its own (interaction, account) and no
protocol (endpoints). Serves RFC 6265bis (`__Host-`), OWASP's login CSRF advice, CSP Level 3.
"""
