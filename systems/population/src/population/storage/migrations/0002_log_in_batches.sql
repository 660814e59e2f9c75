-- The access log is chained batch by batch: what one commit carries is one link (docs/decisions/2026-11-23-register-log.md).

create table access_batch (
    first_id  bigint primary key,
    last_id   bigint not null check (last_id >= first_id),
    at        timestamptz not null,
    prev_hash bytea not null,
    hash      bytea not null
);
create index access_batch_at on access_batch (at);

drop trigger access_log_chain on access_log;
drop trigger access_log_stays on access_log;
drop function access_log_chain();
drop function access_entry_hash(access_log);
alter table access_log drop column prev_hash, drop column hash;
alter table access_log alter column at set default clock_timestamp();
-- Entries come in the order of time: a range index finds the last minutes as well, and costs a fraction to keep.
drop index access_log_at;
create index access_log_at on access_log using brin (at) with (pages_per_range = 16);
alter table access_chain add column at timestamptz not null default '-infinity';

-- Everything that an entry says, in one text without ambiguity.
create function access_entry_text(entry access_log) returns text language sql stable as $$
    select jsonb_build_array(
        entry.id, extract(epoch from entry.at), entry.request_id, entry.client_id, entry.purpose,
        entry.procedure_code, entry.reference, entry.on_behalf_of, entry.what, entry.fields, entry.outcome,
        entry.result_shown, encode(entry.subject_index, 'hex'))::text
$$;

create function access_batch_hash(prev_hash bytea, entries text) returns bytea language sql immutable as $$
    select sha256(prev_hash || convert_to(entries, 'UTF8'))
$$;

-- The entries of older versions become one batch that follows their last hash.
insert into access_batch
    select min(entry.id), max(entry.id), max(entry.at), chain.hash,
           access_batch_hash(chain.hash, string_agg(access_entry_text(entry), e'\n' order by entry.id))
    from access_log entry, access_chain chain group by chain.hash;
update access_chain set (hash, at) = (select hash, at from access_batch) where exists (select from access_batch);

create function access_log_chain() returns trigger language plpgsql as $$
declare
    last  access_chain;
    batch access_batch;
    count bigint;
    since timestamptz;
    texts text;
begin
    select * into last from access_chain for update;
    select count(*), min(id), max(id), min(added.at), max(added.at),
           string_agg(access_entry_text(added::access_log), e'\n' order by id)
        into count, batch.first_id, batch.last_id, since, batch.at, texts from added;
    if count = 0 then
        return null;
    end if;
    if batch.first_id <> last.last_id + 1 or batch.last_id <> last.last_id + count
        or since < last.at or batch.at > greatest(clock_timestamp(), last.at) then
        raise exception 'entries of the access log follow one another, in number and in time';
    end if;
    batch.prev_hash := last.hash;
    -- guard: npd-access-log-is-a-chain
    batch.hash := access_batch_hash(last.hash, texts);
    insert into access_batch values (batch.*);
    update access_chain set last_id = batch.last_id, hash = batch.hash, at = batch.at;
    return null;
end
$$;
create trigger access_log_chain after insert on access_log referencing new table as added
    for each statement execute function access_log_chain();

-- guard: npd-access-log-is-append-only
create trigger access_log_stays before update or delete on access_log for each row execute function access_log_stays();
create trigger access_batch_stays before update or delete on access_batch for each row execute function access_log_stays();
create trigger access_batch_whole before truncate on access_batch for each statement execute function access_log_stays();
