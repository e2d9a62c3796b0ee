-- What a task asks beyond must and must not: wished languages, how many of the required skills at least, free time as a gate.
alter table task
  add column nice_languages text[] not null default '{}',
  add column least_met integer not null default 1 check (least_met between 1 and 12),
  add column free_only boolean not null default false;

-- A calendar that is fetched again and again: its address is a secret and rests sealed; its busy times lie in a layer of
-- their own beside those of a file. `problem` says in words why the last try failed.
create table calendar_subscription (
  person_id uuid primary key references person (id),
  address bytea not null,
  host text not null check (length(host) between 1 and 253),
  etag text not null default '' check (length(etag) <= 200),
  fetched_at timestamptz,
  failures integer not null default 0 check (failures >= 0),
  problem jsonb,
  next_at timestamptz not null default business_now(),
  created_at timestamptz not null default business_now(),
  check ((problem is null) = (failures = 0))
);
create index calendar_subscription_due on calendar_subscription (next_at);
call declare_scope('calendar_subscription', 'person');

alter table calendar_import
  drop constraint calendar_import_status_check,
  add constraint calendar_import_status_check check (status in ('preview', 'kept', 'subscribed')),
  drop constraint calendar_import_check,
  add constraint calendar_import_check check ((status <> 'preview') = (kept_at is not null));

-- A busy time of a subscribed calendar was said when it first stood there: what the person says later holds over it.
alter table calendar_busy add column said_at timestamptz;

-- The fairness report of a large network as it was counted on a day: reading it again that day counts nothing.
create table fairness_count (
  company_id uuid not null references company (id),
  period text not null check (length(period) <= 20),
  counted_on date not null,
  body jsonb not null,
  primary key (company_id, period)
);
call declare_scope('fairness_count', 'company');
