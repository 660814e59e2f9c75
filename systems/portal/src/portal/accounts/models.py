"""Records of persons, old accounts, links, sessions and audit.

A `Profile` owns dossiers and documents; a `Door` (issuer, sub) opens it; a `PortalAccount` is an old account made at
the national portal; an `AccountLink` is the append-only history of how old accounts came to persons.
"""

# mypy: disable-error-code="var-annotated"
# (Django fills in the types of model fields; without its plugin mypy cannot see them.)
from __future__ import annotations

import uuid

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Q

from portal.accounts.models_policy import PolicyCopy, PolicyHolder, PolicyVersion  # noqa: F401  (Django looks here)
from portal.sealing import BlindIndexField, SealedField


class Kind(models.TextChoices):
    """What kind of party an account belongs to; each kind has its own date (Decree 69/2024 article 40)."""

    CITIZEN = "citizen"
    ORGANISATION = "organisation"
    OFFICIAL = "official"


class State(models.TextChoices):
    """States of an old account: at every moment exactly one (architecture, section 4)."""

    OPEN = "open"
    MATCHED = "matched"
    CONFLICT = "conflict"
    FROZEN = "frozen"
    LINKED = "linked"
    CLAIMED = "claimed"
    WAITING = "waiting"
    ARCHIVED = "archived"
    EXEMPT = "exempt"


class Profile(models.Model):  # type: ignore[django-manager-missing]
    """A person or organisation at this portal: the owner of dossiers and documents.

    `personal_id`, `full_name`, `birth_date` (ISO) and `sex` are set only from what an issuer vouched for
    (`vouched_by`, `vouched_at`); for a profile behind an old account that is not linked they stay empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.CITIZEN)
    created_at = models.DateTimeField(auto_now_add=True)
    display_name = SealedField(context="display_name", default="")
    full_name = SealedField(context="full_name", null=True)
    personal_id = SealedField(context="personal_id", null=True)
    personal_id_index = BlindIndexField(source="personal_id", context="personal_id")
    birth_date = SealedField(context="birth_date", null=True)
    sex = SealedField(context="sex", null=True)
    eid_level = models.PositiveSmallIntegerField(null=True)
    vouched_by = models.CharField(max_length=200, blank=True, default="")
    vouched_at = models.DateTimeField(null=True)
    eid_phone = SealedField(context="phone", null=True)  # what the e-ID said at the newest sign-in, if consented to
    eid_phone_since = models.DateField(null=True)
    movable_after = models.DateTimeField(null=True)  # late linking: papers readable, not movable, until then


class Door(models.Model):
    """A way into a profile: (issuer, sub). At most one live door per pair."""

    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="doors")
    profile_id: uuid.UUID
    issuer = models.CharField(max_length=200)
    sub = models.CharField(max_length=200)
    added_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "sub"], condition=Q(closed_at__isnull=True), name="one_live_door")
        ]


class ContactPoint(models.Model):
    """A phone or e-mail of a person. It counts only once its owner has confirmed it."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="contact_points")
    profile_id: uuid.UUID
    channel = models.CharField(max_length=5, choices=[("phone", "phone"), ("email", "email")])
    value = SealedField(context="contact")
    value_index = BlindIndexField(source="value", context="contact")
    source = models.CharField(max_length=12, choices=[("eid", "eid"), ("old", "old"), ("typed", "typed")])
    added_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)


class PortalAccount(models.Model):
    """An old account, made at the national portal. `full_name`, `birth_date`, `personal_id`, `legacy_id9` and
    `tax_code` are what it said when it was registered and never change; what a match added stands in `matched_*`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.OneToOneField(Profile, on_delete=models.PROTECT, related_name="portal_account")
    profile_id: uuid.UUID
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.CITIZEN)
    cohort = models.CharField(max_length=40, default="default")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    state_before_freeze = models.CharField(max_length=8, blank=True, default="")

    full_name = SealedField(context="full_name")
    birth_date = SealedField(context="birth_date", default="")
    personal_id = SealedField(context="personal_id", null=True)
    personal_id_index = BlindIndexField(source="personal_id", context="personal_id")
    legacy_id9 = SealedField(context="legacy_id9", null=True)
    legacy_id9_index = BlindIndexField(source="legacy_id9", context="legacy_id9")
    tax_code = SealedField(context="tax_code", null=True)
    tax_code_index = BlindIndexField(source="tax_code", context="tax_code")

    commune = models.CharField(max_length=5, blank=True, default="")
    """Code of the commune that it named when it was registered; by it the campaign knows who may help at the door."""

    phone = SealedField(context="phone", null=True)
    phone_index = BlindIndexField(source="phone", context="phone")
    email = SealedField(context="email", null=True)
    email_index = BlindIndexField(source="email", context="email")
    password_hash = models.CharField(max_length=200, blank=True, default="")
    legacy_password = SealedField(context="legacy_password", null=True)
    """A hash of the portal before (`legacy_passwords.kept`): proof of control at the claim desk, never a sign-in."""

    created_at = models.DateTimeField()
    last_sign_in_at = models.DateTimeField(null=True)
    earlier_sign_in_at = models.DateTimeField(null=True)
    """The one before the last: what the owner recognises while he is signed in."""
    reset_at = models.DateTimeField(null=True)  # password or contact point reset: 72 h without match or link

    matched_at = models.DateTimeField(null=True)
    matched_personal_id = SealedField(context="personal_id", null=True)
    matched_personal_id_index = BlindIndexField(source="matched_personal_id", context="personal_id")
    matched_full_name = SealedField(context="full_name", null=True)
    matched_birth_date = SealedField(context="birth_date", null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "cohort", "state"])]


class AccountLink(models.Model):
    """One link of an old account to a person: append-only; only `undone_*` may be filled, once (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    portal_account = models.ForeignKey(PortalAccount, on_delete=models.PROTECT, related_name="links")
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="links")
    portal_account_id: uuid.UUID
    profile_id: uuid.UUID
    issuer = models.CharField(max_length=200)
    sub = models.CharField(max_length=200)
    level = models.PositiveSmallIntegerField()
    how = models.CharField(max_length=5, choices=[("link", "link"), ("late", "late"), ("desk", "desk")])
    evidence = models.JSONField()
    linked_at = models.DateTimeField()
    snapshot_hash = models.CharField(max_length=64)
    snapshot = SealedField(context="link_snapshot")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["portal_account"], condition=Q(undone_at__isnull=True), name="one_live_link"
            )
        ]


class LedgerEntry(models.Model):
    """One decision about the state of an old account: append-only, written by the database itself (trigger) whenever a
    state changes, from what `ledger.because` said in the same transaction. `rule` is the version of the rules.
    """

    account = models.ForeignKey(PortalAccount, on_delete=models.PROTECT, related_name="ledger")
    at = models.DateTimeField()
    from_state = models.CharField(max_length=8, blank=True, default="")
    to_state = models.CharField(max_length=8)
    because = models.CharField(max_length=40)
    actor = models.CharField(max_length=80, blank=True, default="")
    rule = models.CharField(max_length=20, blank=True, default="")
    facts = models.JSONField(default=dict)


class AuditEntry(models.Model):
    """What happened, hash-chained and append-only (trigger). No names, numbers, phones or tokens in `detail`."""

    at = models.DateTimeField()
    event = models.CharField(max_length=60)
    actor = models.CharField(max_length=80)
    subject = models.CharField(max_length=80, db_index=True)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64, unique=True)


class LoginSession(AbstractBaseSession):
    """A browser session with the login that made it. `session_data` is sealed (see `session_store`)."""

    how = models.CharField(max_length=3, blank=True, default="")  # old | eid | sso | "" (nobody signed in)
    upstream_how = models.CharField(max_length=3, blank=True, default="")
    portal_account = models.ForeignKey(PortalAccount, null=True, on_delete=models.SET_NULL)
    profile = models.ForeignKey(Profile, null=True, on_delete=models.SET_NULL)
    portal_account_id: uuid.UUID | None
    profile_id: uuid.UUID | None
    door_issuer = models.CharField(max_length=200, blank=True, default="")
    sid = models.CharField(max_length=200, blank=True, default="", db_index=True)
    upstream_sid = models.CharField(max_length=200, blank=True, default="", db_index=True)
    auth_time = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    objects = BaseSessionManager["LoginSession"]()  # type: ignore[misc]

    @classmethod
    def get_session_store_class(cls) -> type:
        from portal.accounts.session_store import SessionStore

        return SessionStore


class OneTimeCode(models.Model):
    """A code on its way to a phone: 6 digits, 3 minutes, 5 tries, kept only as a keyed hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=12)  # sign_in | register | recover | contact
    subject = models.CharField(max_length=80)  # what the code is for: an account id, a registration, a contact point
    session_binding = models.CharField(max_length=64)  # hash of the browser's pre-session: a code of another is no code
    code_hash = models.BinaryField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    phone_index = models.BinaryField(null=True, db_index=True)


class Attempt(models.Model):
    """A counted event (sign-in failure, code sent, match try) under a keyed hash of what it is counted for."""

    action = models.CharField(max_length=24)
    key = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["action", "key", "at"])]


class Registration(models.Model):
    """A registration that waits for its SMS code. Everything in `said` is sealed; it dies after 15 minutes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    said = SealedField(context="registration")
    created_at = models.DateTimeField()


class FreezeToken(models.Model):
    """What an old contact point was sent with the notice of a link: it can freeze the account once. Kept as a hash."""

    token_hash = models.BinaryField(primary_key=True)
    link = models.ForeignKey(AccountLink, on_delete=models.CASCADE, related_name="freeze_tokens")
    channel = models.CharField(max_length=5)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class PendingNotice(models.Model):
    """A message to a person waiting in the outbox; text and address sealed, gone once delivered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=5)
    address = SealedField(context="notice")
    subject = SealedField(context="notice", default="")
    text = SealedField(context="notice")
    made_at = models.DateTimeField(auto_now_add=True)


class AccountNotice(models.Model):
    """A notice kept in the person's own inbox on the portal ("Thông báo")."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="notices")
    template_key = models.CharField(max_length=60)
    facts = SealedField(context="notice")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
