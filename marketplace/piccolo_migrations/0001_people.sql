-- A person: whoever signs in. The same person can be an alumnus of several companies and a member of another.
create table person (
  id uuid primary key default uuidv7(),
  email text not null unique check (email = lower(email) and length(email) between 3 and 254),
  name text not null default '' check (length(name) <= 100),
  locale text not null default 'ja' check (locale in ('ja', 'en')),
  is_operator boolean not null default false,
  created_at timestamptz not null default now(),
  welcomed_at timestamptz
);
call declare_scope('person', 'person', 'id = app_person() or app_operator()');

-- A mailed link. Only the hash is kept; real time decides.
create table sign_in_link (
  token_hash bytea primary key,
  person_id uuid not null references person (id),
  next_path text not null default '/',
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_in_link_person on sign_in_link (person_id, created_at);
call declare_scope('sign_in_link', 'operator');

create table session (
  token_hash bytea primary key,
  person_id uuid not null references person (id),
  csrf_seed bytea not null,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index session_person on session (person_id);
call declare_scope('session', 'operator');

-- A notice in the app; its mail goes out by the outbox.
create table notification (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person (id),
  company_id uuid,
  kind text not null,
  params jsonb not null default '{}',
  path text not null default '/',
  dedupe text unique,
  created_at timestamptz not null default business_now(),
  read_at timestamptz,
  mailed_at timestamptz
);
create index notification_person on notification (person_id, id desc);
create index notification_unread on notification (person_id) where read_at is null;
call declare_scope('notification', 'person');
create policy write_notification on notification for insert with check (true);
