-- Two closes: the operator's of the ledger's month, a company's of its own. owner '' is the operator.
create table ledger_month (
  owner text not null default '' check (owner = ''),
  month date not null check (extract(day from month) = 1),
  status text not null default 'open' check (status in ('open', 'soft_closed', 'closed')),
  -- How often it was closed: each closing has a package of its own.
  version integer not null default 0 check (version >= 0),
  soft_closed_at timestamptz,
  soft_closed_by text not null default '',
  closed_at timestamptz,
  closed_by text not null default '',
  -- Why what was not in order was closed over, and what the month held then.
  closed_over text not null default '' check (length(closed_over) <= 1000),
  posting_count bigint not null default 0,
  moved_amount bigint not null default 0,
  reopened_at timestamptz,
  reopened_by text not null default '',
  reopened_reason text not null default '' check (length(reopened_reason) <= 1000),
  primary key (owner, month),
  check (status <> 'closed' or (closed_at is not null and version > 0))
);
-- Whoever posts has to see whether the month is closed.
call declare_scope('ledger_month', 'operator', 'app_operator() or app_ledger()');
revoke delete, truncate on ledger_month from enishi_web, enishi_worker;

create table company_month (
  owner text not null check (owner like 'company:%'),
  month date not null check (extract(day from month) = 1),
  status text not null default 'open' check (status in ('open', 'soft_closed', 'closed')),
  version integer not null default 0 check (version >= 0),
  soft_closed_at timestamptz,
  soft_closed_by text not null default '',
  closed_at timestamptz,
  closed_by text not null default '',
  closed_over text not null default '' check (length(closed_over) <= 1000),
  posting_count bigint not null default 0,
  moved_amount bigint not null default 0,
  reopened_at timestamptz,
  reopened_by text not null default '',
  reopened_reason text not null default '' check (length(reopened_reason) <= 1000),
  primary key (owner, month),
  check (status <> 'closed' or (closed_at is not null and version > 0))
);
call declare_scope('company_month', 'owner', 'app_owns(owner) or app_operator() or app_ledger()');
create index company_month_closed on company_month (month, owner) where status = 'closed';
revoke delete, truncate on company_month from enishi_web, enishi_worker;

-- Nothing posts into a closed month of the ledger, nor onto a company's accounts in a month that it has closed. The day that
-- counts is that of happened_at in Japan. Into a month that is softly closed comes only what states its reason
-- (app.month_reason): finance's corrections and the close's own postings. Whoever posts holds the month until he commits,
-- so that nobody closes it between his look and his commit; a posting into the running month meets nobody here, for only
-- a month that is over is closed.
create function ledger_refuse_closed() returns trigger language plpgsql as $$
declare
  the_month date := date_trunc('month', new.happened_at at time zone 'Asia/Tokyo')::date;
  stands text;
begin
  -- Whoever may insert here has the operator's or the ledger's scope, and so sees every month.
  perform pg_advisory_xact_lock_shared(19533, the_month - '2000-01-01'::date);
  if not exists (select from ledger_month where owner = '' and month = the_month and status <> 'open')
    and not exists (select from company_month where month = the_month and status = 'closed') then
    return null;
  end if;
  select status into stands from ledger_month where owner = '' and month = the_month;
  if stands = 'closed' or (stands = 'soft_closed' and coalesce(current_setting('app.month_reason', true), '') = '')
    or exists (select from company_month m join ledger_entry e on e.owner = m.owner
               where m.month = the_month and m.status = 'closed' and e.transfer_id = new.id) then
    raise exception 'the month % is closed: % cannot be posted into it', to_char(the_month, 'YYYY-MM'), new.key
      using errcode = 'check_violation', constraint = 'ledger_month_closed',
            hint = 'date it in the next month, or open this one again';
  end if;
  return null;
end $$;
create trigger ledger_transfer_month after insert on ledger_transfer for each row execute function ledger_refuse_closed();

-- No statement is made into a month that its company has closed; while it is softly closed, by its close only.
create function statement_refuse_closed() returns trigger language plpgsql set app.ledger = 'on' as $$
declare stands text;
begin
  perform pg_advisory_xact_lock_shared(19533, new.month - '2000-01-01'::date);
  select status into stands from company_month where owner = new.payer and month = new.month;
  if stands = 'closed' or (stands = 'soft_closed' and coalesce(current_setting('app.month_reason', true), '') = '') then
    raise exception 'the month % of % is %: no statement can be made into it', to_char(new.month, 'YYYY-MM'), new.payer, stands
      using errcode = 'check_violation', constraint = 'company_month_closed',
            hint = 'a correction goes onto the next statement, or open this month again';
  end if;
  return null;
end $$;
create trigger statement_month after insert on statement for each row execute function statement_refuse_closed();

-- A closed month is opened again by two people: one asks with a reason, another one grants.
create table reopening (
  id uuid primary key default uuidv7(),
  owner text not null,
  month date not null check (extract(day from month) = 1),
  version integer not null,
  reason text not null check (length(reason) between 1 and 1000),
  status text not null default 'asked' check (status in ('asked', 'granted', 'refused', 'withdrawn')),
  asked_by text not null check (asked_by <> ''),
  asked_name text not null default '',
  asked_at timestamptz not null default business_now(),
  decided_by text not null default '',
  decided_name text not null default '',
  decided_at timestamptz,
  answer text not null default '' check (length(answer) <= 1000),
  constraint reopening_two_people check (status not in ('granted', 'refused') or (decided_by <> '' and decided_by <> asked_by)),
  check ((status = 'asked') = (decided_at is null))
);
create unique index reopening_asked on reopening (owner, month) where status = 'asked';
create index reopening_month on reopening (owner, month, id);
call declare_scope('reopening', 'owner');
revoke delete, truncate on reopening from enishi_web, enishi_worker;

-- A closed month only leaves that state with a grant for this very closing; its reason cannot be changed afterwards.
create function month_needs_grant() returns trigger language plpgsql as $$
begin
  if not exists (select from reopening r where r.owner = old.owner and r.month = old.month
                 and r.version = old.version and r.status = 'granted') then
    raise exception 'the month % was not granted to be opened again', to_char(old.month, 'YYYY-MM') using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger ledger_month_reopened before update on ledger_month for each row
  when (old.status = 'closed') execute function month_needs_grant();
create trigger company_month_reopened before update on company_month for each row
  when (old.status = 'closed') execute function month_needs_grant();
create trigger reopening_decided before update on reopening for each row
  when (old.status <> 'asked') execute function refuse_change();

-- A close in steps: the step it stands at is committed with what the step has done.
create table closing_run (
  id uuid primary key default uuidv7(),
  owner text not null,
  month date not null check (extract(day from month) = 1),
  target text not null check (target in ('soft_closed', 'closed')),
  status text not null default 'running' check (status in ('running', 'stopped', 'refused', 'done')),
  step text not null check (step in ('reconcile', 'make', 'send', 'invoice', 'soft', 'close', 'done')),
  total_count integer not null default 0,
  done_count integer not null default 0,
  -- What the checks refused, as keys of the checklist.
  refused jsonb not null default '[]',
  reason text not null default '' check (length(reason) <= 1000),
  last_error text not null default '',
  asked_by text not null,
  asked_name text not null default '',
  started_at timestamptz not null default business_now(),
  finished_at timestamptz
);
create unique index closing_run_live on closing_run (owner, month) where status in ('running', 'stopped');
create index closing_run_month on closing_run (owner, month, id desc);
call declare_scope('closing_run', 'owner');
revoke delete, truncate on closing_run from enishi_web, enishi_worker;

-- What a closing is archived as: kept for ever, the same bytes for ever.
create table closing_package (
  id uuid primary key default uuidv7(),
  owner text not null,
  month date not null check (extract(day from month) = 1),
  version integer not null check (version > 0),
  name text not null check (length(name) between 1 and 200),
  size bigint not null check (size > 0),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  -- The head of the owner's audit chain when it was made.
  audit_number bigint not null,
  audit_head text not null,
  made_at timestamptz not null default business_now(),
  unique (owner, month, version)
);
call declare_scope('closing_package', 'owner');
call declare_append_only('closing_package');

-- Its bytes, in parts: 2,000 statements with their papers are 200 MB, which nobody has to hold at once.
create table closing_package_part (
  owner text not null,
  month date not null,
  version integer not null,
  number integer not null check (number > 0),
  content bytea not null check (octet_length(content) between 1 and 4194304),
  primary key (owner, month, version, number),
  foreign key (owner, month, version) references closing_package (owner, month, version)
);
alter table closing_package_part alter column content set storage external;
call declare_scope('closing_package_part', 'owner');
call declare_append_only('closing_package_part');
