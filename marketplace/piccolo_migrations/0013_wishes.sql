-- What a task asks beyond must and must not: wished languages, how many of the required skills at least, free time as a gate.
alter table task
  add column nice_languages text[] not null default '{}',
  add column least_met integer not null default 1 check (least_met between 1 and 12),
  add column free_only boolean not null default false;
