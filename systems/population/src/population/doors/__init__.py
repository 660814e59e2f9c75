"""The browser of a person at the register's own pages: who is signed in, which form is believed, how a page looks.

Owns: cookies, form tokens, the frame of pages, signing in and out. Does not own: what stands on a page (`own`,
`staff`), the checks of the e-ID's answer (`sign_in`). Serves RFC 6265bis (`__Host-`) and OWASP's advice on CSRF.
"""
