-- A team: all seats or none.
alter table task add column all_or_none boolean not null default false;
alter table task add column team_warned_at timestamptz;

-- A proposal that gives many open seats to people at once; nothing is sent before a manager says so.
create table assignment (
  id uuid primary key default uuidv7(),
  company_id uuid not null references company (id),
  unit_id uuid,
  status text not null default 'computing' check (status in ('computing', 'proposed', 'sending', 'sent', 'cancelled')),
  by_member uuid not null,
  created_at timestamptz not null default business_now(),
  solved_at timestamptz,
  computed_at timestamptz,
  sent_by uuid,
  sent_at timestamptz,
  finished_at timestamptz,
  foreign key (company_id, unit_id) references unit (company_id, id),
  foreign key (company_id, by_member) references member (company_id, id),
  foreign key (company_id, sent_by) references member (company_id, id),
  unique (company_id, id)
);
create unique index assignment_one_computing on assignment (company_id) where status = 'computing';
create index assignment_list on assignment (company_id, id desc);
call declare_scope('assignment', 'company');

-- One task of a proposal as it stood, and the people who fit it, the best first.
create table assignment_task (
  company_id uuid not null,
  assignment_id uuid not null,
  task_id uuid not null,
  task_version integer not null,
  open_seats integer not null check (open_seats > 0),
  all_or_none boolean not null,
  scored_at timestamptz,
  people uuid[] not null default '{}',
  mets integer[] not null default '{}',
  scores bigint[] not null default '{}',
  weights_version text not null default '',
  filled integer not null default 0,
  why text not null default '' check (why in ('', 'nobody', 'too_few', 'taken', 'team', 'changed')),
  primary key (assignment_id, task_id),
  foreign key (company_id, assignment_id) references assignment (company_id, id),
  foreign key (company_id, task_id) references task (company_id, id)
);
create index assignment_task_left on assignment_task (assignment_id, task_id) where scored_at is null;
call declare_scope('assignment_task', 'company');

-- change: `new` would be invited, `asked` is invited already, `beside` is invited and not part of the proposal.
create table assignment_row (
  company_id uuid not null,
  assignment_id uuid not null,
  task_id uuid not null,
  person_id uuid not null references person (id),
  number integer not null,
  change text not null check (change in ('new', 'asked', 'beside')),
  rank integer,
  score bigint,
  met integer,
  stages integer,
  components jsonb not null default '[]',
  reasons jsonb not null default '[]',
  inputs jsonb not null default '{}',
  weights_version text not null default '',
  chosen boolean not null default true,
  result text not null default '' check (result in ('', 'sent', 'changed', 'ended', 'filled', 'team', 'asked', 'gate', 'stopped')),
  check (change = 'new' or result = ''),
  primary key (assignment_id, task_id, person_id),
  unique (assignment_id, number),
  foreign key (company_id, assignment_id) references assignment (company_id, id),
  foreign key (company_id, task_id) references task (company_id, id),
  foreign key (company_id, person_id) references membership (company_id, person_id)
);
call declare_scope('assignment_row', 'company');

-- Who would take a seat of a filled task, should one open again.
create table waitlist (
  id uuid primary key default uuidv7(),
  company_id uuid not null,
  task_id uuid not null,
  person_id uuid not null references person (id),
  status text not null default 'waiting' check (status in ('waiting', 'invited', 'left', 'ended')),
  met integer not null,
  score bigint not null,
  joined_at timestamptz not null default business_now(),
  ended_at timestamptz,
  check ((status = 'waiting') = (ended_at is null)),
  foreign key (company_id, task_id) references task (company_id, id),
  foreign key (company_id, person_id) references membership (company_id, person_id)
);
create unique index waitlist_once on waitlist (task_id, person_id) where status = 'waiting';
create index waitlist_person on waitlist (person_id, status);
call declare_scope('waitlist', 'shared');

-- An alumnus proposes another one for his contract. Who could not be asked, and who has declined, look alike to him until reply_by.
create table substitution (
  id uuid primary key default uuidv7(),
  company_id uuid not null,
  contract_id uuid not null references contract (id),
  task_id uuid not null,
  task_version integer not null,
  person_id uuid not null references person (id),
  substitute_id uuid references person (id),
  status text not null default 'proposed'
    check (status in ('proposed', 'asked', 'not_asked', 'agreed', 'accepted', 'refused', 'declined', 'lapsed', 'withdrawn')),
  named boolean not null default false,
  reason text not null check (length(reason) between 1 and 500),
  score bigint,
  components jsonb not null default '[]',
  reasons jsonb not null default '[]',
  inputs jsonb not null default '{}',
  weights_version text not null default '',
  proposed_at timestamptz not null default business_now(),
  reply_by timestamptz not null,
  ends_at timestamptz not null,
  taken_back_at timestamptz,
  told_at timestamptz,
  replied_at timestamptz,
  decided_at timestamptz,
  decided_by uuid,
  refusal text not null default '' check (length(refusal) <= 500),
  new_contract_id uuid references contract (id),
  check ((status = 'accepted') = (new_contract_id is not null)),
  check (substitute_id is not null or status in ('proposed', 'not_asked', 'withdrawn')),
  check (substitute_id <> person_id),
  check (reply_by <= ends_at),
  foreign key (company_id, task_id) references task (company_id, id),
  foreign key (company_id, person_id) references membership (company_id, person_id),
  foreign key (company_id, substitute_id) references membership (company_id, person_id),
  foreign key (company_id, decided_by) references member (company_id, id)
);
create unique index substitution_one_open on substitution (contract_id) where status in ('proposed', 'asked', 'agreed');
create index substitution_proposer on substitution (person_id, proposed_at);
create index substitution_substitute on substitution (substitute_id, status);
create index substitution_task on substitution (task_id) where status = 'agreed';
create index substitution_due on substitution (reply_by) where status in ('proposed', 'asked', 'agreed');
call declare_scope('substitution', 'shared',
  'company_id = app_company() or person_id = app_person() or substitute_id = app_person() or app_operator()');
create policy read_as_substitute on task for select using (
  exists (select from substitution where substitution.task_id = task.id and substitution.substitute_id = app_person()));

-- A contract may end because everybody agrees that another alumnus takes the seat.
alter table contract drop constraint contract_cancelled_by_check;
alter table contract add constraint contract_cancelled_by_check
  check (cancelled_by in ('company', 'alumnus', 'operator', 'agreement'));
