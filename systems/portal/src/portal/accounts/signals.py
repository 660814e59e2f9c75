"""What happened to accounts, told to the layers above, inside the transaction of the act.

account_linked(link: AccountLink, account: PortalAccount, profile: Profile)
link_undone(link, account, profile) · account_frozen(account, link) ·
account_unfrozen(account, link) · logins_ended(account, profile, sids: list[str])
old_account_imported(account, documents: list[dict], dossiers: list[dict])

Outside any act: request_refused(request), before a request is refused because its login has ended; `request.profile`
still says whose it was, so that a layer above can keep what was typed.
"""

from django.dispatch import Signal

account_linked = Signal()
link_undone = Signal()
account_frozen = Signal()
account_unfrozen = Signal()
logins_ended = Signal()
old_account_imported = Signal()
request_refused = Signal()
