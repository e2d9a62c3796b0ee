-- Where a company hires and pays: a side of every question about what a referral may earn.
alter table company add column country text not null default 'JP' check (country ~ '^[A-Z]{2}$');

-- What lets a paid referral for a hire be lawful: a licence of the operator (company_id is null) or a company's permission.
create table referral_licence (
  id uuid primary key default uuidv7(),
  company_id uuid references company (id),
  kind text not null check (kind in ('paid_placement', 'entrusted_recruiting')),
  country text not null default 'JP' check (country ~ '^[A-Z]{2}$'),
  number text not null check (length(number) between 3 and 60),
  valid_from date not null,
  valid_to date not null check (valid_to >= valid_from),
  -- The notified fee table's cap, in basis points of a year's pay (paid_placement); the approved reward (entrusted_recruiting).
  fee_cap_bp integer check (fee_cap_bp between 1 and 10000),
  -- paid_placement: the scheme of the fees, and since when their table is notified.
  fee_scheme text not null default '' check (fee_scheme in ('', 'notified', 'upper_limit', 'upper_limit_exempt')),
  fee_table_notified_on date,
  approved_amount bigint check (approved_amount > 0),
  currency text not null default 'JPY',
  document_name text not null check (length(document_name) between 1 and 200),
  document bytea not null check (length(document) between 1 and 10485760),
  document_sha256 text not null check (length(document_sha256) = 64),
  -- Who files and who signs off are persons, whatever their roles: never the same.
  filed_by text not null,
  filed_at timestamptz not null default business_now(),
  signed_off_by text not null default '',
  signed_off_at timestamptz,
  withdrawn_at timestamptz,
  withdrawn_by text not null default '',
  withdrawn_reason text not null default '' check (length(withdrawn_reason) <= 300),
  -- The days before the end on which its holder was reminded.
  reminded integer[] not null default '{}',
  check ((kind = 'paid_placement') = (company_id is null)),
  check ((kind = 'paid_placement') = (fee_cap_bp is not null)),
  check ((kind = 'paid_placement') = (fee_scheme <> '')),
  check ((kind = 'paid_placement') = (fee_table_notified_on is not null)),
  check ((kind = 'entrusted_recruiting') = (approved_amount is not null)),
  check ((signed_off_at is null) = (signed_off_by = '')),
  check (signed_off_by = '' or signed_off_by <> filed_by)
);
create index referral_licence_company on referral_licence (company_id, valid_to);
call declare_scope('referral_licence', 'company');
create policy read_operators on referral_licence for select using (company_id is null);

create table bounty (
  id uuid primary key default uuidv7(),
  company_id uuid not null references company (id),
  unit_id uuid not null,
  contact_id uuid not null,
  kind text not null check (kind in ('gig', 'business', 'hire')),
  status text not null default 'draft' check (status in ('draft', 'published', 'paused', 'closed', 'expired')),
  version integer not null default 1 check (version > 0),
  title text not null default '' check (length(title) <= 120),
  what text not null default '' check (length(what) <= 10000),
  -- Whom we look for, in a line that the referrer can hand on.
  wanted text not null default '' check (length(wanted) <= 2000),
  place text not null default '' check (length(place) <= 300),
  country text not null default 'JP' check (country ~ '^[A-Z]{2}$'),
  sector text not null default '' check (length(sector) <= 40),
  task_id uuid,
  -- business: the event that counts as a success, and how it is shown to have happened.
  success_event text not null default '' check (length(success_event) <= 500),
  evidence_wanted text not null default '' check (length(evidence_wanted) <= 500),
  -- gig: the answers of the misclassification check.
  misclassification jsonb not null default '{}',
  -- The money terms while nobody can claim yet; from the publication on they stand in bounty_terms.
  draft_terms jsonb not null default '{}',
  -- The day on which the policy was last asked about a published bounty, and the rule that paused it.
  checked_on date,
  paused_by_rule text not null default '' check (length(paused_by_rule) <= 60),
  closes_on date,
  reminded_at timestamptz,
  published_at timestamptz,
  ended_at timestamptz,
  end_reason text not null default '' check (length(end_reason) <= 500),
  posted_by uuid not null,
  created_at timestamptz not null default business_now(),
  updated_at timestamptz not null default business_now(),
  check (status = 'draft' or (title <> '' and closes_on is not null and published_at is not null)),
  check (task_id is null or kind = 'gig'),
  foreign key (company_id, unit_id) references unit (company_id, id),
  foreign key (company_id, contact_id) references member (company_id, id),
  foreign key (company_id, posted_by) references member (company_id, id),
  foreign key (company_id, task_id) references task (company_id, id),
  unique (company_id, id)
);
create index bounty_company on bounty (company_id, status, id desc);
create index bounty_unchecked on bounty (checked_on) where status = 'published';
create index bounty_ends on bounty (closes_on) where status in ('published', 'paused');
call declare_scope('bounty', 'company');
-- An alumnus may read what was published in his networks; whether he is asked today, the query says.
create policy read_published on bounty for select using (published_at is not null
  and exists (select from membership where membership.company_id = bounty.company_id and membership.person_id = app_person()));

-- The money terms of each version of a bounty: a claim keeps the version in force when it was made.
create table bounty_terms (
  bounty_id uuid not null,
  version integer not null check (version > 0),
  company_id uuid not null,
  reward_type text not null check (reward_type in ('none', 'payroll', 'payout', 'gift')),
  -- [{"after_days": 0, "amount": 30000}, …], the days counted from the success; empty unless paid out.
  tranches jsonb not null default '[]',
  reward_amount bigint not null default 0 check (reward_amount between 0 and 10000000),
  currency text not null default 'JPY',
  guarantee_days integer not null default 0 check (guarantee_days between 0 and 730),
  ownership_days integer not null default 180 check (ownership_days between 7 and 730),
  fee_kind text not null check (fee_kind in ('none', 'fixed', 'pay_share', 'contract_share')),
  fee_bp integer not null default 0 check (fee_bp between 0 and 10000),
  fee_amount bigint not null default 0 check (fee_amount between 0 and 100000000),
  -- [{"within_days": 30, "bp": 8000}, …] ascending: what of the success fee returns by the day of leaving.
  refunds jsonb not null default '[]',
  days_until_due integer not null default 30 check (days_until_due between 1 and 60),
  made_by text not null,
  made_at timestamptz not null default business_now(),
  primary key (bounty_id, version),
  unique (company_id, bounty_id, version),
  foreign key (company_id, bounty_id) references bounty (company_id, id),
  check (reward_type = 'payout' or (reward_amount = 0 and tranches = '[]')),
  check ((fee_kind in ('pay_share', 'contract_share')) = (fee_bp > 0)),
  check ((fee_kind = 'fixed') = (fee_amount > 0))
);
call declare_scope('bounty_terms', 'company');
create policy read_published on bounty_terms for select using (exists (select from bounty where bounty.id = bounty_id));
call declare_append_only('bounty_terms');

-- Contacts that a company knows already, as keyed hashes only.
create table known_contact (
  company_id uuid not null references company (id),
  digest bytea not null check (length(digest) = 32),
  kind text not null check (kind in ('employee', 'pool', 'applicant', 'past_claim')),
  added_at timestamptz not null default business_now(),
  primary key (company_id, digest, kind)
);
call declare_scope('known_contact', 'company');

-- Addresses that wait to be known: written by triggers wherever an address is written, turned into hashes by a sweep,
-- for the key of the hash is never in the database.
create table contact_due (
  id bigint generated always as identity primary key,
  company_id uuid not null,
  kind text not null check (kind in ('employee', 'pool')),
  contact text not null
);
call declare_scope('contact_due', 'operator');
create policy write_due on contact_due for insert with check (true);
create function note_contact() returns trigger language plpgsql as $$
begin
  insert into contact_due (company_id, kind, contact) values (new.company_id, tg_argv[0], new.email);
  return null;
end $$;
create trigger note_employee after insert or update of email on member for each row execute function note_contact('employee');
create trigger note_pool after insert or update of email on membership for each row execute function note_contact('pool');
insert into contact_due (company_id, kind, contact)
  select company_id, 'employee', email from member union all select company_id, 'pool', email from membership;

-- Every question to the blind check, whatever its answer: what the daily limits count.
create table referral_try (
  id uuid primary key default uuidv7(),
  person_id uuid not null references person (id),
  company_id uuid not null,
  at timestamptz not null default business_now()
);
create index referral_try_person on referral_try (person_id, at);
create index referral_try_company on referral_try (company_id, at);
call declare_scope('referral_try', 'person');

-- A referrer's claim to a candidate. `person_id` is the referrer. A company sees nothing of it before the consent.
create table claim (
  id uuid primary key default uuidv7(),
  -- The order of receipts: the next in the queue is the one with the lowest number.
  number bigint generated always as identity,
  bounty_id uuid not null references bounty (id),
  terms_version integer not null,
  company_id uuid not null,
  person_id uuid not null references person (id),
  kind text not null check (kind in ('gig', 'business', 'hire')),
  status text not null check (status in ('blocked', 'consent_pending', 'owned', 'screening', 'interview', 'offer', 'succeeded',
    'guarantee', 'vested', 'declined', 'withdrawn', 'failed_guarantee')),
  -- Why it is blocked, for the operator alone; the referrer's answer has one wording for all of them.
  blocked_by text not null default '' check (blocked_by in ('', 'claim', 'applicant', 'pool', 'employee', 'past_claim', 'policy')),
  digest bytea not null check (length(digest) = 32),
  contact_kind text not null check (contact_kind in ('mail', 'phone')),
  relation text not null check (relation in ('employee', 'alumnus', 'outsider')),
  referrer_country text not null default 'JP',
  candidate_country text not null default 'JP',
  candidate_locale text not null default 'ja' check (candidate_locale in ('ja', 'en')),
  word text not null default '' check (length(word) <= 1000),
  -- The referrer wants no reward, or knows that none may be paid: nothing is promised for this claim.
  unrewarded boolean not null default false,
  receipt text not null default '',
  device_digest bytea,
  address_digest bytea,
  claimed_at timestamptz not null default business_now(),
  -- The end of the holder's priority while the consent is pending; of the ownership after it; of the wait while blocked.
  held_until timestamptz,
  reminded text[] not null default '{}',
  consented_at timestamptz,
  candidate_id uuid references person (id),
  candidate_name text not null default '' check (length(candidate_name) <= 100),
  candidate_email text not null default '' check (length(candidate_email) <= 254),
  candidate_phone text not null default '' check (length(candidate_phone) <= 20),
  next_on date,
  next_owner text not null default '',
  next_step text not null default '',
  -- The member who looks after it; nobody: the bounty's contact.
  assigned_to uuid,
  -- Until which missed day somebody has been told: the one who looks after it, then the owners.
  overdue_told date,
  overdue_raised date,
  ended_at timestamptz,
  reason text not null default '' check (length(reason) <= 60),
  external_id text,
  foreign key (company_id, bounty_id) references bounty (company_id, id),
  foreign key (company_id, bounty_id, terms_version) references bounty_terms (company_id, bounty_id, version),
  foreign key (company_id, assigned_to) references member (company_id, id),
  check (status in ('blocked', 'consent_pending', 'withdrawn', 'declined') or consented_at is not null),
  unique (company_id, id),
  unique (company_id, external_id)
);
-- One holder for each candidate of a company's bounty, as a constraint.
create unique index claim_holder on claim (bounty_id, digest)
  where status in ('consent_pending', 'owned', 'screening', 'interview', 'offer', 'succeeded', 'guarantee', 'vested');
create index claim_queue on claim (bounty_id, digest, number) where status = 'blocked';
create index claim_digest on claim (company_id, digest);
create index claim_person on claim (person_id, id desc);
create index claim_company on claim (company_id, status, id desc) where consented_at is not null;
create index claim_bounty on claim (bounty_id, status);
create index claim_deadline on claim (held_until) where status in ('blocked', 'consent_pending', 'owned', 'screening', 'interview', 'offer');
create index claim_next on claim (next_on) where status in ('owned', 'screening', 'interview', 'offer');
create index claim_candidate on claim (company_id, candidate_email) where consented_at is not null;
call declare_scope('claim', 'shared',
  'person_id = app_person() or app_operator() or (company_id = app_company() and consented_at is not null)');

-- What a company knows of a contact, in one call that always does the same work: '' for nothing, else why it is not
-- available. Both lookups run whatever the first one finds. It brings its own scope, and only its one word leaves it.
create function blind_check(the_company uuid, the_bounty uuid, the_digest bytea) returns text
language plpgsql stable set app.operator = 'on' as $$
declare
  known text; claimed text;
begin
  select min(k.kind) into known from known_contact k where k.company_id = the_company and k.digest = the_digest;
  select max(case when c.consented_at is not null or c.reason = 'refused' then 'past_claim' else 'claim' end) into claimed
    from claim c
    where c.company_id = the_company and c.digest = the_digest
      and (c.consented_at is not null or c.reason = 'refused' or (c.bounty_id = the_bounty
        and (c.status = 'consent_pending' or (c.status = 'blocked' and c.blocked_by = 'claim' and c.held_until > business_now()))));
  return coalesce(known, claimed, '');
end $$;
create function tries_today(the_person uuid, the_company uuid) returns table (by_person bigint, of_company bigint)
language sql stable set app.operator = 'on' as $$
  select (select count(*) from referral_try t where t.person_id = the_person and t.at > business_now() - interval '1 day'),
         (select count(*) from referral_try t where t.company_id = the_company and t.at > business_now() - interval '1 day');
$$;

-- The candidate's contact, encrypted, until the consent or its end; then the row goes and the hash stays.
create table claim_contact (
  claim_id uuid primary key references claim (id),
  person_id uuid not null,
  sealed bytea not null
);
call declare_scope('claim_contact', 'person');

-- The candidate's page without an account. Only the token's hash is kept.
create table consent_link (
  token_hash bytea primary key,
  claim_id uuid not null references claim (id),
  via text not null check (via in ('mail', 'referrer', 'candidate')),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index consent_link_claim on consent_link (claim_id);
call declare_scope('consent_link', 'operator');

create table claim_consent (
  id uuid primary key default uuidv7(),
  claim_id uuid not null references claim (id),
  company_id uuid not null,
  person_id uuid not null,
  act text not null check (act in ('given', 'refused', 'withdrawn')),
  text_version text not null,
  shared jsonb not null default '{}',
  device_digest bytea,
  address_digest bytea,
  at timestamptz not null default business_now()
);
create index claim_consent_claim on claim_consent (claim_id, id);
call declare_scope('claim_consent', 'shared',
  'person_id = app_person() or app_operator() or (company_id = app_company() and exists (select from claim where claim.id = claim_id and claim.consented_at is not null))');
call declare_append_only('claim_consent');

-- Each step of a claim with its reason: what the referrer is told.
create table claim_move (
  id uuid primary key default uuidv7(),
  claim_id uuid not null references claim (id),
  company_id uuid not null,
  person_id uuid not null,
  from_status text not null,
  to_status text not null,
  reason text not null default '' check (length(reason) <= 60),
  note text not null default '' check (length(note) <= 2000),
  actor text not null,
  at timestamptz not null default business_now()
);
create index claim_move_claim on claim_move (claim_id, id);
call declare_scope('claim_move', 'shared',
  'person_id = app_person() or app_operator() or (company_id = app_company() and exists (select from claim where claim.id = claim_id and claim.consented_at is not null))');
call declare_append_only('claim_move');

-- Every verdict of the policy engine, with the facts that it judged.
create table policy_verdict (
  id uuid primary key default uuidv7(),
  company_id uuid not null,
  bounty_id uuid not null references bounty (id),
  claim_id uuid references claim (id),
  person_id uuid,
  step text not null check (step in ('publish', 'claim', 'accrual', 'payout')),
  answer text not null check (answer in ('allow', 'deny', 'review')),
  rules text[] not null,
  facts jsonb not null,
  table_version text not null,
  -- A review is settled by a person of the operator.
  settled text check (settled in ('allow', 'deny')),
  settled_by text not null default '',
  settled_note text not null default '' check (length(settled_note) <= 2000),
  settled_at timestamptz,
  at timestamptz not null default business_now(),
  check (settled is null or answer = 'review'),
  check ((settled is null) = (settled_at is null))
);
create index policy_verdict_bounty on policy_verdict (bounty_id, id desc);
create index policy_verdict_claim on policy_verdict (claim_id, id desc);
create index policy_verdict_review on policy_verdict (id) where answer = 'review' and settled is null;
-- A claim's verdict would betray the claim: a company sees it when it may see the claim.
call declare_scope('policy_verdict', 'shared',
  'person_id = app_person() or app_operator() or (company_id = app_company() and (claim_id is null or exists (select from claim where claim.id = claim_id and claim.consented_at is not null)))');

-- The fact that a fee and a reward rest on: at most one for each company, candidate and role.
create table claim_success (
  claim_id uuid primary key references claim (id),
  company_id uuid not null,
  person_id uuid not null,
  happened_on date not null,
  evidence text not null check (length(evidence) between 1 and 2000),
  contract_id uuid,
  -- A year's theoretical pay, or the contract's price: what a share is taken of.
  base_amount bigint not null default 0 check (base_amount between 0 and 1000000000),
  currency text not null default 'JPY',
  candidate_digest bytea not null check (length(candidate_digest) = 32),
  role_key text not null check (length(role_key) between 1 and 100),
  guarantee_until date not null,
  fee_amount bigint not null check (fee_amount >= 0),
  reward_amount bigint not null check (reward_amount >= 0),
  invoice_id uuid,
  paid_at timestamptz,
  guarantee_told_at timestamptz,
  recorded_by text not null,
  at timestamptz not null default business_now(),
  check (guarantee_until >= happened_on),
  constraint one_success_fee unique (company_id, candidate_digest, role_key)
);
call declare_scope('claim_success', 'shared');

create table claim_failure (
  claim_id uuid primary key references claim (id),
  company_id uuid not null,
  person_id uuid not null,
  left_on date not null,
  cause text not null check (length(cause) between 1 and 60),
  note text not null default '' check (length(note) <= 2000),
  refund_bp integer not null check (refund_bp between 0 and 10000),
  recorded_by text not null,
  at timestamptz not null default business_now()
);
call declare_scope('claim_failure', 'shared');
call declare_append_only('claim_failure');

-- A dated part of a reward. It vests when its day has passed, the guarantee holds and the invoice is paid.
create table tranche (
  id uuid primary key default uuidv7(),
  claim_id uuid not null references claim (id),
  company_id uuid not null,
  person_id uuid not null,
  number integer not null check (number > 0),
  vest_on date not null,
  amount bigint not null check (amount > 0),
  currency text not null default 'JPY',
  status text not null default 'unvested' check (status in ('unvested', 'held', 'vested', 'failed', 'clawed_back')),
  hold_reason text not null default '' check (length(hold_reason) <= 60),
  -- The day on which what holds it was last looked at.
  checked_on date,
  vested_at timestamptz,
  item_id uuid,
  reminded_at timestamptz,
  unique (claim_id, number),
  check ((status = 'held') = (hold_reason <> ''))
);
create index tranche_due on tranche (vest_on) where status in ('unvested', 'held');
create index tranche_person on tranche (person_id, id desc);
call declare_scope('tranche', 'shared');

-- Why a claim's money waits: a flag that can be explained, appealed against and decided; never a silent loss.
create table claim_flag (
  id uuid primary key default uuidv7(),
  claim_id uuid not null references claim (id),
  person_id uuid not null,
  kind text not null check (kind in ('self_referral', 'same_device', 'same_bank', 'same_address', 'ring', 'velocity', 'counterparty_employee')),
  facts jsonb not null default '{}',
  status text not null default 'held' check (status in ('held', 'appealed', 'cleared', 'upheld')),
  appeal text not null default '' check (length(appeal) <= 2000),
  appealed_at timestamptz,
  decided_by text not null default '',
  decision text not null default '' check (length(decision) <= 2000),
  decided_at timestamptz,
  raised_at timestamptz not null default business_now(),
  unique (claim_id, kind),
  check ((status in ('cleared', 'upheld')) = (decided_at is not null))
);
create index claim_flag_open on claim_flag (id) where status in ('held', 'appealed');
call declare_scope('claim_flag', 'person');

-- An applicant tracking system that moves stages by signed messages.
create table ats_endpoint (
  company_id uuid primary key references company (id),
  sealed_secret bytea not null,
  -- The secret before, still good while the other side changes over.
  previous_secret bytea,
  previous_until timestamptz,
  made_by text not null,
  made_at timestamptz not null default business_now(),
  last_heard_at timestamptz
);
call declare_scope('ats_endpoint', 'company');

create table ats_event (
  company_id uuid not null references company (id),
  id text not null check (length(id) between 1 and 120),
  payload jsonb not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null default now(),
  -- '' waits for its job; 'applied', 'nothing_to_do' and 'superseded' are settled; any other can be tried again.
  outcome text not null default '',
  judged_at timestamptz,
  claim_id uuid,
  primary key (company_id, id),
  foreign key (company_id, claim_id) references claim (company_id, id)
);
create index ats_event_open on ats_event (company_id, received_at) where outcome not in ('applied', 'nothing_to_do', 'superseded');
create index ats_event_claim on ats_event (claim_id, occurred_at desc) where outcome = 'applied';
call declare_scope('ats_event', 'company');
