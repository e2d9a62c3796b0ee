create table company (
  id uuid primary key default uuidv7(),
  slug text not null unique check (slug ~ '^[a-z0-9](-?[a-z0-9]){1,39}$'),
  name text not null check (length(name) between 1 and 100),
  name_en text not null default '' check (length(name_en) <= 100),
  address text not null default '' check (length(address) <= 300),
  registration_number text,
  publishing_stopped_at timestamptz,
  publishing_stopped_reason text,
  created_at timestamptz not null default business_now()
);

create table unit (
  id uuid primary key default uuidv7(),
  company_id uuid not null references company (id),
  name text not null check (length(name) between 1 and 80),
  approval_limit_amount bigint not null default 100000 check (approval_limit_amount >= 0),
  currency text not null default 'JPY',
  created_at timestamptz not null default business_now(),
  unique (company_id, id),
  unique (company_id, name)
);
call declare_scope('unit', 'company');

create table member (
  id uuid primary key default uuidv7(),
  company_id uuid not null references company (id),
  person_id uuid not null references person (id),
  name text not null check (length(name) between 1 and 100),
  email text not null,
  roles text[] not null check (roles <@ array['owner', 'manager', 'approver', 'finance', 'recruiter', 'coordinator', 'auditor'] and cardinality(roles) > 0),
  unit_id uuid,
  status text not null default 'invited' check (status in ('invited', 'active', 'removed')),
  created_at timestamptz not null default business_now(),
  foreign key (company_id, unit_id) references unit (company_id, id),
  unique (company_id, id),
  unique (company_id, person_id)
);
create index member_person on member (person_id);
call declare_scope('member', 'shared');

-- What the operator charges and what this company promises; a new row changes it from that time on.
create table company_terms (
  company_id uuid not null references company (id),
  version integer not null check (version > 0),
  platform_fee_bp integer not null default 1500 check (platform_fee_bp between 0 and 5000),
  platform_tax_bp integer not null default 1000 check (platform_tax_bp between 0 and 5000),
  cancel_late_bp integer not null default 6000 check (cancel_late_bp between 6000 and 10000),
  cancel_early_bp integer not null default 0 check (cancel_early_bp between 0 and 10000),
  pay_rule text not null default 'month_close_next_month_end' check (pay_rule in ('day60', 'month_close_next_month_end')),
  valid_from timestamptz not null default business_now(),
  primary key (company_id, version)
);
call declare_scope('company_terms', 'company');
call declare_append_only('company_terms');
