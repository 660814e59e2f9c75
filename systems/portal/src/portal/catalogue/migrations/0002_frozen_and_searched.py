"""A published version is never rewritten; the two search columns are indexed for full text."""

from django.db import migrations

FROZEN = """
create function catalogue_version_frozen() returns trigger language plpgsql as $$
begin
  raise exception 'a published procedure version is never changed';
end $$;
create trigger version_frozen before update or delete on catalogue_procedureversion
  for each row execute function catalogue_version_frozen();
"""
THAWED = """
drop trigger version_frozen on catalogue_procedureversion;
drop function catalogue_version_frozen();
"""
SEARCHED = """
create index procedure_words on catalogue_procedure using gin (to_tsvector('simple', search_text));
create index procedure_folded on catalogue_procedure using gin (to_tsvector('simple', search_folded));
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [
        migrations.RunSQL(FROZEN, THAWED),
        migrations.RunSQL(SEARCHED, "drop index procedure_words; drop index procedure_folded;"),
    ]
