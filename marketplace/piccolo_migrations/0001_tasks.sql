create table task (
  id uuid primary key default uuidv7(),
  company_id uuid not null references company (id),
  unit_id uuid not null,
  version integer not null default 1 check (version > 0),
  status text not null default 'draft' check (status in ('draft', 'published', 'filled', 'running', 'completed', 'closed', 'paused', 'cancelled', 'expired')),
  mode text not null default 'offer' check (mode in ('offer', 'apply')),
  title text not null default '' check (length(title) <= 120),
  what text not null default '' check (length(what) <= 10000),
  how text not null default '' check (length(how) <= 10000),
  quantity text not null default '' check (length(quantity) <= 300),
  specification text not null default '' check (length(specification) <= 2000),
  rights text not null default '' check (length(rights) <= 2000),
  musts jsonb not null default '[]',
  nices jsonb not null default '[]',
  languages text[] not null default '{}',
  seats integer not null default 1 check (seats between 1 and 50),
  window_starts_at timestamptz,
  window_ends_at timestamptz,
  deliver_on date,
  starts_on date,
  hours_estimate integer not null default 0 check (hours_estimate between 0 and 1000),
  online boolean not null default true,
  place text not null default '' check (length(place) <= 300),
  prefecture smallint check (prefecture between 1 and 47),
  price_amount bigint not null default 0 check (price_amount between 0 and 10000000),
  currency text not null default 'JPY',
  tax_bp integer not null default 1000 check (tax_bp between 0 and 5000),
  tax_category text not null default '' check (length(tax_category) <= 40),
  inspection_days integer not null default 5 check (inspection_days between 1 and 30),
  pay_words text not null default '' check (length(pay_words) <= 200),
  pay_on date,
  misclassification jsonb not null default '{}',
  reason text not null default '' check (length(reason) <= 2000),
  terms_version integer not null default 1,
  posted_by uuid not null,
  publish_requested_at timestamptz,
  requested_by uuid,
  approval_note text not null default '' check (length(approval_note) <= 2000),
  approved_by uuid,
  approved_version integer,
  funding_wanted_at timestamptz,
  published_at timestamptz,
  ranking jsonb not null default '{}',
  waves_sent integer not null default 0,
  next_wave_at timestamptz,
  expires_at timestamptz,
  reminded_at timestamptz,
  created_at timestamptz not null default business_now(),
  updated_at timestamptz not null default business_now(),
  check ((window_starts_at is null) = (window_ends_at is null) and window_starts_at < window_ends_at),
  check (status not in ('published', 'paused', 'filled', 'running', 'completed', 'closed', 'expired') or (
    price_amount > 0 and title <> '' and tax_category <> '' and deliver_on is not null and pay_on is not null
    and expires_at is not null and published_at is not null)),
  foreign key (company_id, unit_id) references unit (company_id, id),
  foreign key (company_id, posted_by) references member (company_id, id),
  foreign key (company_id, requested_by) references member (company_id, id),
  foreign key (company_id, approved_by) references member (company_id, id),
  foreign key (company_id, terms_version) references company_terms (company_id, version),
  unique (company_id, id)
);
create index task_company_status on task (company_id, status, id desc);
create index task_board on task (company_id, published_at desc) where status = 'published' and mode = 'apply';
create index task_ends on task (expires_at) where status in ('published', 'paused');
create index task_funding on task (company_id, funding_wanted_at) where status = 'draft' and funding_wanted_at is not null;
create index task_moving on task (id) where status in ('filled', 'running', 'completed');
create index task_wave_due on task (next_wave_at) where status = 'published' and next_wave_at is not null;

-- Each version as it stood when it was published.
create table task_version (
  company_id uuid not null,
  task_id uuid not null,
  version integer not null,
  body jsonb not null,
  by_member uuid not null,
  created_at timestamptz not null default business_now(),
  primary key (task_id, version),
  foreign key (company_id, task_id) references task (company_id, id)
);
call declare_scope('task_version', 'company');
call declare_append_only('task_version');

-- One seat, one contract.
create table seat (
  id uuid primary key default uuidv7(),
  company_id uuid not null,
  task_id uuid not null,
  number integer not null check (number > 0),
  status text not null default 'open' check (status in ('open', 'taken', 'closed')),
  contract_id uuid unique,
  check ((status = 'taken') = (contract_id is not null)),
  foreign key (company_id, task_id) references task (company_id, id),
  unique (task_id, number)
);
call declare_scope('seat', 'company');

create table task_match (
  company_id uuid not null,
  task_id uuid not null,
  task_version integer not null,
  person_id uuid not null references person (id),
  rank integer not null,
  score bigint not null,
  stage integer not null,
  stages integer not null,
  components jsonb not null,
  reasons jsonb not null,
  weights_version text not null,
  ranked_at timestamptz not null default business_now(),
  primary key (task_id, task_version, person_id),
  foreign key (company_id, task_id) references task (company_id, id),
  foreign key (company_id, person_id) references membership (company_id, person_id)
);
create index task_match_rank on task_match (task_id, task_version, rank);
call declare_scope('task_match', 'company');

create table invitation (
  id uuid primary key default uuidv7(),
  company_id uuid not null,
  task_id uuid not null,
  task_version integer not null,
  person_id uuid not null references person (id),
  wave integer not null check (wave >= 0),
  by_hand boolean not null default false,
  status text not null default 'sent' check (status in ('sent', 'accepted', 'declined', 'lapsed', 'withdrawn')),
  rank integer,
  score bigint,
  components jsonb not null default '[]',
  reasons jsonb not null default '[]',
  weights_version text not null default '',
  sent_at timestamptz not null default business_now(),
  reply_by timestamptz not null,
  opened_at timestamptz,
  reminded_at timestamptz,
  replied_at timestamptz,
  decline_reason text not null default '' check (length(decline_reason) <= 500),
  contract_id uuid,
  check ((status = 'accepted') = (contract_id is not null)),
  foreign key (company_id, task_id) references task (company_id, id),
  foreign key (company_id, person_id) references membership (company_id, person_id),
  unique (company_id, id)
);
create unique index invitation_one_open on invitation (task_id, person_id) where status = 'sent';
create index invitation_person on invitation (person_id, status, reply_by);
create index invitation_lapse on invitation (reply_by) where status = 'sent';
call declare_scope('invitation', 'shared');

create table application (
  id uuid primary key default uuidv7(),
  company_id uuid not null,
  task_id uuid not null,
  task_version integer not null,
  person_id uuid not null references person (id),
  status text not null default 'sent' check (status in ('sent', 'needs_reconfirm', 'accepted', 'declined', 'withdrawn')),
  message text not null default '' check (length(message) <= 2000),
  score bigint,
  reasons jsonb not null default '[]',
  sent_at timestamptz not null default business_now(),
  answered_at timestamptz,
  contract_id uuid,
  check ((status = 'accepted') = (contract_id is not null)),
  foreign key (company_id, task_id) references task (company_id, id),
  foreign key (company_id, person_id) references membership (company_id, person_id),
  unique (company_id, id)
);
create unique index application_one_open on application (task_id, person_id) where status in ('sent', 'needs_reconfirm');
create index application_person on application (person_id, status);
call declare_scope('application', 'shared');

-- A task belongs to its company; an alumnus reads it when invited, when he applied, or on the open board.
call declare_scope('task', 'company');
create policy read_offered on task for select using (
  exists (select from invitation where invitation.task_id = task.id and invitation.person_id = app_person())
  or exists (select from application where application.task_id = task.id and application.person_id = app_person())
  or (mode = 'apply' and status in ('published', 'paused', 'filled') and exists (
        select from membership where membership.company_id = task.company_id and membership.person_id = app_person()
          and membership.status = 'active' and membership.intent_tasks and not membership.blocked_by_company)));
