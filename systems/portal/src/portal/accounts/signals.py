"""What happened to accounts, told to the layers above, inside the transaction of the act.

account_linked(link: AccountLink, account: PortalAccount, profile: Profile)
link_undone(link, account, profile) · account_frozen(account, link) · logins_ended(account, profile, sids: list[str])
old_account_imported(account, documents: list[dict], dossiers: list[dict])
"""

from django.dispatch import Signal

account_linked = Signal()
link_undone = Signal()
account_frozen = Signal()
logins_ended = Signal()
old_account_imported = Signal()
