"""Events of a dossier are never changed or removed, and its code, once given, never changes."""

from django.db import migrations

EVENTS = """
create function dossiers_event_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'events of a dossier are append-only';
end $$;
create trigger event_append_only before update or delete on dossiers_dossierevent
  for each row execute function dossiers_event_append_only();
"""
CODE = """
create function dossiers_code_kept() returns trigger language plpgsql as $$
begin
  if old.code is not null and new.code is distinct from old.code then
    raise exception 'a dossier code never changes';
  end if;
  return new;
end $$;
create trigger code_kept before update on dossiers_dossier for each row execute function dossiers_code_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]
    operations = [
        migrations.RunSQL(
            EVENTS,
            "drop trigger event_append_only on dossiers_dossierevent; drop function dossiers_event_append_only();",
        ),
        migrations.RunSQL(CODE, "drop trigger code_kept on dossiers_dossier; drop function dossiers_code_kept();"),
    ]
