-- Words for skills that nobody knows yet. A person of the operator looks at each and says what it means; nothing is guessed.
create table skill_word (
  id uuid primary key default uuidv7(),
  key text not null unique check (length(key) between 1 and 160),
  term text not null check (length(term) between 1 and 80),
  status text not null default 'waiting' check (status in ('waiting', 'accepted', 'set_aside')),
  skill_id integer check (skill_id > 0),
  created_at timestamptz not null default business_now(),
  settled_at timestamptz,
  settled_by uuid references person (id),
  check ((status = 'waiting') = (settled_at is null)),
  check ((status = 'accepted') = (skill_id is not null))
);
create index skill_word_status on skill_word (status, id);
call declare_scope('skill_word', 'operator');

-- Who wrote a word where. A person's own unknown word waits here with its level and becomes a skill when the word is
-- accepted; a company's words about a person (import) are offered to that person, who alone puts them on the list.
create table skill_mention (
  id uuid primary key default uuidv7(),
  key text not null check (length(key) between 1 and 160),
  term text not null check (length(term) between 1 and 80),
  place text not null check (place in ('skills', 'import', 'task')),
  person_id uuid references person (id),
  company_id uuid references company (id),
  level smallint check (level between 1 and 5),
  years smallint check (years between 0 and 60),
  given_skill_id integer check (given_skill_id > 0),
  created_at timestamptz not null default business_now(),
  check ((place = 'task') = (person_id is null)),
  check ((place = 'skills') = (company_id is null)),
  check ((place = 'skills') = (level is not null and years is not null)),
  check (given_skill_id is null or place = 'skills'),
  unique nulls not distinct (key, person_id, company_id, place)
);
create index skill_mention_given on skill_mention (key, person_id) where place = 'skills';
create index skill_mention_person on skill_mention (person_id, place);
create index skill_mention_company on skill_mention (company_id);
call declare_scope('skill_mention', 'shared');

-- What was accepted: spellings beside the shipped ones. Everybody reads them, the operator alone writes.
create table skill_alias (
  key text primary key check (length(key) between 1 and 160),
  term text not null check (length(term) between 1 and 80),
  skill_id integer not null check (skill_id > 0),
  created_at timestamptz not null default clock_timestamp()
);
call declare_scope('skill_alias', 'operator');
create policy read_alias on skill_alias for select using (true);
