-- The tie of one person to one company's network. The company sees of the person what stands here, no more:
-- `card` is the projection that the person's consent gives.
create table membership (
  id uuid primary key default uuidv7(),
  company_id uuid not null references company (id),
  person_id uuid not null references person (id),
  external_key text not null check (length(external_key) between 1 and 80),
  email text not null,
  name text not null check (length(name) between 1 and 100),
  former_unit text not null default '',
  former_title text not null default '',
  joined_on date,
  left_on date,
  status text not null default 'invited' check (status in ('invited', 'active', 'left')),
  consent_version text,
  consented_at timestamptz,
  intent_tasks boolean not null default false,
  intent_referrals boolean not null default false,
  intent_news boolean not null default false,
  intent_reachable boolean not null default false,
  blocked_by_company boolean not null default false,
  blocked_by_person boolean not null default false,
  card jsonb not null default '{}',
  invited_at timestamptz,
  created_at timestamptz not null default business_now(),
  check (joined_on is null or left_on is null or joined_on <= left_on),
  check (status <> 'active' or consented_at is not null),
  unique (company_id, id),
  unique (company_id, person_id),
  unique (company_id, external_key)
);
create index membership_person on membership (person_id);
create index membership_email on membership (company_id, email);
create index membership_name on membership (company_id, status, name, id);
call declare_scope('membership', 'shared');

-- An alumnus may read the company that he belongs to; whoever else is a stranger.
call declare_scope('company', 'company', 'id = app_company() or app_operator()');
create policy read_own_companies on company for select using (
  exists (select from membership where membership.company_id = company.id and membership.person_id = app_person())
  or exists (select from member where member.company_id = company.id and member.person_id = app_person()));

create table alumnus_profile (
  person_id uuid primary key references person (id),
  headline text not null default '' check (length(headline) <= 200),
  languages text[] not null default '{ja}' check (languages <@ array['ja', 'en', 'zh', 'ko', 'es', 'fr', 'de', 'pt', 'vi', 'id', 'th', 'it', 'ru']),
  prefecture smallint check (prefecture between 1 and 47),
  remote_ok boolean not null default true,
  rate_basis text not null default 'task' check (rate_basis in ('task', 'hour')),
  rate_floor_amount bigint not null default 0 check (rate_floor_amount between 0 and 100000000),
  rate_wish_amount bigint not null default 0 check (rate_wish_amount between 0 and 100000000),
  currency text not null default 'JPY',
  most_at_once smallint not null default 0 check (most_at_once between 0 and 100),
  availability_confirmed_at timestamptz,
  active_at timestamptz not null default business_now()
);
call declare_scope('alumnus_profile', 'person');

create table person_skill (
  person_id uuid not null references person (id),
  skill_id integer not null check (skill_id > 0),
  level smallint not null check (level between 1 and 5),
  years smallint not null default 0 check (years between 0 and 60),
  primary key (person_id, skill_id)
);
call declare_scope('person_skill', 'person');

create table availability_pattern (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person (id),
  weekday smallint not null check (weekday between 0 and 6),
  starts_at time not null,
  ends_at time not null,
  check (starts_at < ends_at or ends_at = '00:00')
);
create index availability_pattern_person on availability_pattern (person_id);
call declare_scope('availability_pattern', 'person');

create table availability_exception (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person (id),
  on_date date not null,
  is_free boolean not null,
  starts_at time not null default '00:00',
  ends_at time not null default '00:00',
  check (starts_at < ends_at or ends_at = '00:00')
);
create index availability_exception_person on availability_exception (person_id, on_date);
call declare_scope('availability_exception', 'person');

-- The one table that the matcher may read. Written by the person's own actions and by jobs.
create table match_profile (
  company_id uuid not null references company (id),
  person_id uuid not null references person (id),
  skill_codes integer[] not null default '{}',
  offered boolean not null,
  last_active_at timestamptz,
  profile jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (company_id, person_id)
);
create index match_profile_skills on match_profile using gin (skill_codes gin__int_ops);
alter table match_profile enable row level security;
alter table match_profile force row level security;
create policy project on match_profile to enishi_web, enishi_worker
  using (person_id = app_person() or company_id = app_company() or app_operator())
  with check (person_id = app_person() or company_id = app_company() or app_operator());
create policy rank on match_profile for select to enishi_matcher using (true);
grant select (company_id, person_id), insert, update, delete on match_profile to enishi_web, enishi_worker;
grant select on match_profile to enishi_matcher;
comment on table match_profile is 'scope: matcher';

create table alumni_import (
  id uuid primary key default uuidv7(),
  company_id uuid not null references company (id),
  file_name text not null check (length(file_name) <= 200),
  encoding text not null,
  status text not null default 'preview' check (status in ('preview', 'running', 'done', 'discarded')),
  unknown_columns text[] not null default '{}',
  row_count integer not null default 0,
  done_count integer not null default 0,
  counts jsonb not null default '{}',
  by_member uuid not null,
  created_at timestamptz not null default business_now(),
  finished_at timestamptz,
  foreign key (company_id, by_member) references member (company_id, id),
  unique (company_id, id)
);
call declare_scope('alumni_import', 'company');

create table alumni_import_row (
  company_id uuid not null,
  import_id uuid not null,
  line integer not null check (line > 0),
  data jsonb not null,
  problems jsonb not null default '[]',
  verdict text not null check (verdict in ('create', 'update', 'same', 'refuse')),
  done_at timestamptz,
  primary key (import_id, line),
  foreign key (company_id, import_id) references alumni_import (company_id, id)
);
create index alumni_import_row_verdict on alumni_import_row (import_id, verdict, line);
call declare_scope('alumni_import_row', 'company');
