"""Every change of an old account's state leaves a row in the ledger; nobody can forget it, nobody can rewrite it."""

from django.db import migrations

FORWARD = """
create function accounts_write_ledger() returns trigger language plpgsql as $$
declare said jsonb := nullif(current_setting('motcua.because', true), '')::jsonb;
begin
  insert into accounts_ledgerentry (account_id, at, from_state, to_state, because, actor, rule, facts)
  values (new.id, clock_timestamp(), case when tg_op = 'INSERT' then '' else old.state end, new.state,
          coalesce(said->>'because', 'unexplained'), coalesce(said->>'actor', ''), coalesce(said->>'rule', ''),
          coalesce(said->'facts', '{}'::jsonb));
  perform set_config('motcua.because', '', true);
  return null;
end $$;
create trigger ledger_on_insert after insert on accounts_portalaccount
  for each row execute function accounts_write_ledger();
create trigger ledger_on_update after update of state on accounts_portalaccount
  for each row when (old.state is distinct from new.state) execute function accounts_write_ledger();
insert into accounts_ledgerentry (account_id, at, from_state, to_state, because, actor, rule, facts)
  select id, now(), '', state, 'before_the_ledger', 'system', '', '{}'::jsonb from accounts_portalaccount;
create trigger append_only before update or delete on accounts_ledgerentry
  for each row execute function accounts_refuse();
"""
BACKWARD = """
drop trigger append_only on accounts_ledgerentry;
drop trigger ledger_on_insert on accounts_portalaccount;
drop trigger ledger_on_update on accounts_portalaccount;
drop function accounts_write_ledger();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_ledger_and_phone")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
