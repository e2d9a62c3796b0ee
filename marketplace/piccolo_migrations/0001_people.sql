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
-- Who holds a living session, and every role of that person: asked at each request, so in one statement that
-- brings its own scope, with its plan kept.
create function session_of(digest bytea) returns table (
  person_id uuid, name text, email text, locale text, is_operator boolean, csrf_seed bytea, stale boolean,
  members jsonb, memberships jsonb, unread bigint
) language plpgsql stable set app.operator = 'on' as $$
#variable_conflict use_column
begin
  return query
  select p.id, p.name, p.email, p.locale, p.is_operator, s.csrf_seed, s.seen_at < now() - interval '10 minutes',
    coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'company_id', m.company_id, 'slug', c.slug, 'company', c.name,
                'company_en', c.name_en, 'name', m.name, 'roles', m.roles, 'unit_id', m.unit_id, 'unit', u.name) order by c.name)
              from member m join company c on c.id = m.company_id left join unit u on u.id = m.unit_id
              where m.person_id = p.id and m.status = 'active'), '[]'),
    coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'company_id', a.company_id, 'company', c.name, 'company_en', c.name_en,
                'status', a.status) order by c.name)
              from membership a join company c on c.id = a.company_id
              where a.person_id = p.id and a.status <> 'left'), '[]'),
    (select count(*) from (select from notification n where n.person_id = p.id and n.read_at is null limit 99) unread)
  from session s join person p on p.id = s.person_id
  where s.token_hash = session_of.digest and s.expires_at > now();
end $$;

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
