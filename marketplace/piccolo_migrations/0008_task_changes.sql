-- A change of a published task that costs more than the unit's managers decide alone: the old version stands meanwhile.
create table task_change (
  id uuid primary key default uuidv7(),
  company_id uuid not null,
  task_id uuid not null,
  version integer not null check (version > 0),
  brief jsonb not null,
  status text not null default 'waiting' check (status in ('waiting', 'approved', 'sent_back', 'withdrawn', 'replaced')),
  asked_by uuid not null,
  asked_at timestamptz not null default business_now(),
  decided_by uuid,
  decided_at timestamptz,
  note text not null default '' check (length(note) <= 2000),
  check ((status = 'waiting') = (decided_at is null)),
  foreign key (company_id, task_id) references task (company_id, id),
  foreign key (company_id, asked_by) references member (company_id, id),
  foreign key (company_id, decided_by) references member (company_id, id)
);
create unique index task_change_one_waiting on task_change (task_id) where status = 'waiting';
create index task_change_waits on task_change (asked_at) where status = 'waiting';
call declare_scope('task_change', 'company');
