"""The test mailbox: takes the SMS and the mail that the systems really send, and shows them.

Owns: an SMS gateway endpoint, an SMTP server, the page "Hộp thư thử nghiệm" and its JSON. Listens on loopback only.
Does not own: any code or text in a message. Nothing here ever leaves this machine.
"""
