-- What the database keeps for matching (docs/decisions/0024). `match_profile` holds what the reasons are told from;
-- `match_entry` the same person as numbers, from which SQL gates and scores. It is a table of its own, for a ranking reads
-- thousands of its rows and fifty of the other. An entry that is not of today is made anew by the sweep "matching.renew":
-- so those too of who is here already, and until then he is offered nothing.
drop index match_profile_skills;
alter table match_profile drop column skill_codes, drop column last_active_at;
create table match_entry (
  company_id uuid not null,
  person_id uuid not null,
  wish_task bigint not null,
  wish_hour bigint not null,
  floor_task bigint not null,
  floor_hour bigint not null,
  confirmed integer not null,
  active integer not null,
  languages integer not null,
  entry_on date not null,
  barred smallint not null,
  prefecture smallint not null,
  reliability smallint not null,
  response smallint not null,
  load smallint not null,
  exposure smallint not null,
  remote boolean not null,
  skill_least integer[] not null,
  skills integer[] not null,
  week bit(336) not null,
  ask bit(336) not null,
  days integer[] not null,
  taken_days integer[] not null,
  units integer[] not null,
  sites integer[] not null,
  day_sums integer[] not null,
  day_free bigint[] not null,
  day_ask bigint[] not null,
  taken_masks bigint[] not null,
  updated_at timestamptz not null default now(),
  primary key (company_id, person_id),
  foreign key (company_id, person_id) references match_profile (company_id, person_id) on delete cascade
);
insert into match_entry
  select company_id, person_id, 0, 0, 0, 0, 0, 0, 0, '-infinity', 1, 0, 0, 0, 0, 0, true, '{}', '{}', repeat('0', 336)::bit(336),
    repeat('0', 336)::bit(336), '{}', '{}', '{}', '{}', '{0}', '{}', '{}', '{}'
  from match_profile;
-- "At least" codes: skill * 8 + 1 up to skill * 8 + level, so that one code asks for a skill from a level upwards.
-- Written at once rather than through a pending list, which every ranking would have to read.
create index match_entry_skills on match_entry using gin (skill_least gin__int_ops) with (fastupdate = off) where barred = 0;
create index match_entry_aged on match_entry (entry_on);
create index match_entry_changed on match_entry (company_id, updated_at);
alter table match_entry enable row level security;
alter table match_entry force row level security;
create policy project on match_entry to enishi_web, enishi_worker
  using (person_id = app_person() or company_id = app_company() or app_operator())
  with check (person_id = app_person() or company_id = app_company() or app_operator());
create policy rank on match_entry for select to enishi_matcher using (true);
grant select (company_id, person_id, entry_on), insert, update, delete on match_entry to enishi_web, enishi_worker;
grant select on match_entry to enishi_matcher;
comment on table match_entry is 'scope: matcher';

-- How rare each skill is in a network, as it stood on a day: a ranking names the day in its weights version.
create table matching_snapshot (
  company_id uuid not null references company (id),
  made_on date not null,
  people integer not null check (people >= 0),
  skills jsonb not null,
  text jsonb not null default '{}',
  primary key (company_id, made_on)
);
call declare_scope('matching_snapshot', 'company');

-- How well the text of a profile fits the text of a task, in basis points; for those candidates that were compared.
create table task_text (
  company_id uuid not null,
  task_id uuid not null,
  task_version integer not null,
  person_id uuid not null references person (id),
  share smallint not null check (share between 0 and 10000),
  primary key (task_id, task_version, person_id),
  foreign key (company_id, task_id) references task (company_id, id)
);
call declare_scope('task_text', 'company');

-- The points of a task's components where they differ from the usual ones.
alter table task add column weights jsonb not null default '{}';

-- What a score was worked out from, so that an old list can be explained.
alter table task_match add column inputs jsonb not null default '{}';
alter table invitation add column inputs jsonb not null default '{}';
create index task_match_person on task_match (company_id, person_id, ranked_at);
