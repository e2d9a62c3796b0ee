-- Roles. Production may have made them before (with passwords); then they are only checked at start-up.
do $$
declare name text;
begin
  foreach name in array array['enishi_web', 'enishi_worker', 'enishi_readonly'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I login nosuperuser nobypassrls nocreatedb nocreaterole', name);
    end if;
  end loop;
  if not exists (select from pg_roles where rolname = 'enishi_matcher') then
    create role enishi_matcher nologin nosuperuser nobypassrls;
  end if;
end $$;
-- Entered for one query at a time (set local role), never inherited.
grant enishi_matcher to enishi_web, enishi_worker with inherit false, set true;
grant usage on schema public to enishi_web, enishi_worker, enishi_readonly, enishi_matcher;

create extension if not exists intarray;
create extension if not exists pg_trgm;

-- Scope of the running transaction, set by set_config(…, true) and gone with it.
create function app_company() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.company_id', true), '')::uuid;
create function app_person() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.person_id', true), '')::uuid;
create function app_operator() returns boolean language sql stable parallel safe
  return coalesce(current_setting('app.operator', true), '') = 'on';
-- The same scope as payouts know it: opaque references.
create function app_owns(owner text) returns boolean language sql stable parallel safe
  return owner = 'company:' || nullif(current_setting('app.company_id', true), '')
      or owner = 'person:' || nullif(current_setting('app.person_id', true), '');
-- Written by the journal around its own inserts only.
create function app_ledger() returns boolean language sql stable parallel safe
  return coalesce(current_setting('app.ledger', true), '') = 'on';

-- Declare the one scope of a table: row-level security, forced, with the policy of that scope, and the grants.
create procedure declare_scope(target regclass, scope text, rule text default null) language plpgsql as $$
declare
  condition text := coalesce(rule, case scope
    when 'company'  then 'company_id = app_company() or app_operator()'
    when 'person'   then 'person_id = app_person() or app_operator()'
    when 'shared'   then 'company_id = app_company() or person_id = app_person() or app_operator()'
    when 'owner'    then 'app_owns(owner) or app_operator()'
    when 'operator' then 'app_operator()' end);
begin
  if condition is null then raise exception 'unknown scope %', scope; end if;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy scope on %s using (%s) with check (%s)', target, condition, condition);
  execute format('grant select, insert, update, delete on %s to enishi_web, enishi_worker', target);
  execute format('grant select on %s to enishi_readonly', target);
  execute format('comment on table %s is %L', target, 'scope: ' || scope);
end $$;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;

-- Make a table append-only: no update, delete or truncate, whoever asks.
create procedure declare_append_only(target regclass) language plpgsql as $$
begin
  execute format('revoke update, delete, truncate on %s from enishi_web, enishi_worker', target);
  execute format('create trigger append_only before update or delete on %s for each row execute function refuse_change()', target);
  execute format('create trigger append_only_truncate before truncate on %s for each statement execute function refuse_change()', target);
end $$;

-- One business clock: database time plus one offset row.
create table business_clock (
  only_row boolean primary key default true check (only_row),
  offset_seconds bigint not null default 0 check (offset_seconds between -366 * 86400 and 10 * 366 * 86400),
  moved_at timestamptz not null default now()
);
insert into business_clock default values;
alter table business_clock enable row level security;
alter table business_clock force row level security;
create policy read_clock on business_clock for select using (true);
create policy move_clock on business_clock for update using (app_operator()) with check (app_operator());
grant select, update on business_clock to enishi_web, enishi_worker;
grant select on business_clock to enishi_readonly, enishi_matcher;
comment on table business_clock is 'scope: operator';

create function business_now() returns timestamptz language sql stable
  return now() + make_interval(secs => (select offset_seconds from business_clock));
create function business_today() returns date language sql stable
  return (business_now() at time zone 'Asia/Tokyo')::date;

-- The outbox: every piece of background work, written in the transaction that wants it.
create table outbox (
  id uuid primary key default uuidv7(),
  queue text not null check (queue in ('money', 'work', 'mail')),
  kind text not null check (length(kind) between 1 and 80),
  args jsonb not null default '{}',
  dedupe text unique,
  created_at timestamptz not null default now(),
  run_at timestamptz not null default now(),
  attempts integer not null default 0,
  fence bigint not null default 0,
  lease_until timestamptz,
  rung_at timestamptz,
  last_error text,
  done_at timestamptz,
  dead_at timestamptz
);
create index outbox_due on outbox (queue, run_at) where done_at is null and dead_at is null;
create index outbox_done on outbox (done_at) where done_at is not null;
alter table outbox enable row level security;
alter table outbox force row level security;
create policy write_outbox on outbox for insert with check (true);
create policy work_outbox on outbox using (app_operator()) with check (app_operator());
grant insert on outbox to enishi_web;
grant select, insert, update, delete on outbox to enishi_worker;
grant select, update on outbox to enishi_web;
grant select on outbox to enishi_readonly;
comment on table outbox is 'scope: operator';

-- Claiming and closing, asked for each job: in one statement that brings its own scope, with its plan kept.
create function outbox_claim(the_queue text, lease interval) returns table (id uuid, kind text, args jsonb, fence bigint, attempts integer)
language plpgsql set app.operator = 'on' as $$
#variable_conflict use_column
begin
  return query
  update outbox o set lease_until = now() + lease, fence = o.fence + 1, attempts = o.attempts + 1
  where o.id = (select d.id from outbox d
                where d.queue = the_queue and d.done_at is null and d.dead_at is null and d.run_at <= now()
                  and (d.lease_until is null or d.lease_until < now())
                order by d.run_at, d.id for update skip locked limit 1)
  returning o.id, o.kind, o.args, o.fence, o.attempts;
end $$;
create function outbox_done(job uuid, held bigint) returns void language plpgsql set app.operator = 'on' as $$
begin
  update outbox o set done_at = now(), lease_until = null where o.id = job and o.fence = held and o.done_at is null;
end $$;

-- What happened, once, for timelines, notifications and the audit chain.
create table activity_event (
  id uuid primary key default uuidv7(),
  company_id uuid,
  person_id uuid,
  actor text not null,
  verb text not null,
  subject text not null,
  data jsonb not null default '{}',
  happened_at timestamptz not null default business_now(),
  recorded_at timestamptz not null default now()
);
create index activity_event_subject on activity_event (subject, id);
create index activity_event_company on activity_event (company_id, id);
create index activity_event_recorded on activity_event (recorded_at);
call declare_scope('activity_event', 'shared');
create policy write_event on activity_event for insert with check (true);
call declare_append_only('activity_event');

-- The audit chain: one hash chain per company (and one for the operator), written behind the events by a job.
create table audit_link (
  chain text not null,
  number bigint not null check (number > 0),
  event_id uuid not null unique references activity_event (id),
  recorded_at timestamptz not null,
  previous_hash text not null,
  hash text not null,
  primary key (chain, number)
);
create index audit_link_recorded on audit_link (recorded_at desc);
call declare_scope('audit_link', 'operator');
call declare_append_only('audit_link');
