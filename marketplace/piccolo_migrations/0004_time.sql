-- When a skill was used last, so that recency can be weighed.
alter table person_skill add column last_year smallint check (last_year between 1950 and 2100);

-- A person may live elsewhere: the week is kept as typed there, and `zone_offset` are the minutes east of UTC with
-- which it was last shown to the matcher; a sweep shows it anew when summer time begins or ends.
alter table alumnus_profile
  add column time_zone text not null default 'Asia/Tokyo' check (length(time_zone) between 1 and 64),
  add column zone_offset smallint not null default 540 check (zone_offset between -1440 and 1440),
  add column availability_reminded_at timestamptz;
create index alumnus_profile_abroad on alumnus_profile (time_zone) where time_zone <> 'Asia/Tokyo';
create index alumnus_profile_confirmed on alumnus_profile (availability_confirmed_at);

-- "Ask me" stands beside free, in the week and on dates. Of statements about the same time the later one holds.
alter table availability_pattern add column kind text not null default 'free' check (kind in ('free', 'ask'));
alter table availability_exception
  add column kind text check (kind in ('free', 'busy', 'ask')),
  add column said_at timestamptz not null default business_now();
update availability_exception set kind = case when is_free then 'free' else 'busy' end;
alter table availability_exception alter column kind set not null, drop column is_free;

-- A calendar file that somebody has given: looked at first, then kept in the place of the one before. Of its events
-- only the times are kept, joined where they touch; no title, no place, no guest.
create table calendar_import (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person (id),
  status text not null default 'preview' check (status in ('preview', 'kept')),
  file_name text not null check (length(file_name) <= 200),
  time_zone text not null,
  covers_until date not null,
  event_count integer not null check (event_count >= 0),
  free_count integer not null check (free_count >= 0),
  broken_count integer not null check (broken_count >= 0),
  created_at timestamptz not null default business_now(),
  kept_at timestamptz,
  check ((status = 'kept') = (kept_at is not null)),
  unique (person_id, status)
);
call declare_scope('calendar_import', 'person');

create table calendar_busy (
  person_id uuid not null references person (id),
  import_id uuid not null references calendar_import (id) on delete cascade,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  check (starts_at < ends_at),
  primary key (import_id, starts_at)
);
create index calendar_busy_person on calendar_busy (person_id, starts_at);
create index calendar_busy_over on calendar_busy (ends_at);
call declare_scope('calendar_busy', 'person');

-- The address of a person's own feed. It is drawn from the deployment's key and `salt`, and kept as a hash.
create table calendar_feed (
  person_id uuid primary key references person (id),
  salt bytea not null,
  token_hash bytea not null unique,
  created_at timestamptz not null default business_now()
);
call declare_scope('calendar_feed', 'person');

-- A company asks a pool who has time on a date, in Japanese time; an end of 00:00 is midnight.
create table availability_ask (
  id uuid primary key default uuidv7(),
  company_id uuid not null references company (id),
  by_member uuid not null,
  on_date date not null,
  starts_at time not null,
  ends_at time not null,
  note text not null default '' check (length(note) <= 300),
  skill_id integer check (skill_id > 0),
  former_unit text not null default '' check (length(former_unit) <= 100),
  people integer not null check (people > 0),
  status text not null default 'open' check (status in ('open', 'closed')),
  created_at timestamptz not null default business_now(),
  closed_at timestamptz,
  check (starts_at < ends_at or ends_at = '00:00'),
  check ((status = 'closed') = (closed_at is not null)),
  foreign key (company_id, by_member) references member (company_id, id),
  unique (company_id, id)
);
create index availability_ask_company on availability_ask (company_id, id desc);

create table availability_answer (
  id uuid primary key default uuidv7(),
  company_id uuid not null,
  ask_id uuid not null,
  person_id uuid not null references person (id),
  status text not null default 'waiting' check (status in ('waiting', 'free', 'busy', 'ask')),
  answered_at timestamptz,
  check ((status = 'waiting') = (answered_at is null)),
  foreign key (company_id, ask_id) references availability_ask (company_id, id),
  foreign key (company_id, person_id) references membership (company_id, person_id),
  unique (ask_id, person_id)
);
create index availability_answer_person on availability_answer (person_id, status);
call declare_scope('availability_answer', 'shared');

-- Whoever was asked may read what was asked.
call declare_scope('availability_ask', 'company');
create policy read_asked on availability_ask for select using (
  exists (select from availability_answer
          where availability_answer.ask_id = availability_ask.id and availability_answer.person_id = app_person()));
