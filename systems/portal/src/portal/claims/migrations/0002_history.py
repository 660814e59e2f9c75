"""Requests that the desk took before it could decide come along; proofs and opinions cannot be rewritten."""

from django.db import migrations

FORWARD = """
create trigger append_only before update or delete on claims_proof
  for each row execute function accounts_refuse();
create trigger append_only before update or delete on claims_opinion
  for each row execute function accounts_refuse();
"""
BACKWARD = """
drop trigger append_only on claims_proof;
drop trigger append_only on claims_opinion;
"""


def take_requests(apps, _schema_editor):
    """Sealed columns are opened and sealed again by the models."""
    old, claim = apps.get_model("campaign", "ClaimRequest"), apps.get_model("claims", "Claim")
    for row in old.objects.iterator():
        claim.objects.create(
            id=row.id,
            reference=row.reference,
            profile_id=row.profile_id,
            portal_account_id=row.portal_account_id,
            about=row.about,
            contact=row.contact,
            reason=row.reason,
            eid_level=row.eid_level,
            made_at=row.made_at,
        )


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_initial"), ("campaign", "0001_initial"), ("accounts", "0005_ledger_is_written_by_the_database")]
    operations = [
        migrations.RunPython(take_requests, migrations.RunPython.noop),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
