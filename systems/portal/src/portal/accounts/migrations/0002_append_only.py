"""History that cannot be rewritten, not even by this system's own role: triggers on the audit chain and the links."""

from django.db import migrations

FORWARD = """
create function accounts_refuse() returns trigger language plpgsql as $$
begin raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation'; end $$;
create trigger append_only before update or delete on accounts_auditentry
  for each row execute function accounts_refuse();
create function accounts_link_only_undone() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.undone_at is not null
     or (to_jsonb(new) - 'undone_at' - 'undone_by') is distinct from (to_jsonb(old) - 'undone_at' - 'undone_by')
  then raise exception 'account links are append-only' using errcode = 'restrict_violation'; end if;
  return new;
end $$;
create trigger append_only before update or delete on accounts_accountlink
  for each row execute function accounts_link_only_undone();
"""
BACKWARD = """
drop trigger append_only on accounts_accountlink; drop function accounts_link_only_undone();
drop trigger append_only on accounts_auditentry; drop function accounts_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
