-- Who stood in a list that a manager saw, or was invited: once for each task, person and day in Japan.
-- `is_first` marks the first day of a task and person, which is kept as long as the task; the other days go after 90.
-- No foreign key to the task: it would make a page that is read wait for whoever holds the task, and a wave that
-- invites the same people wait for that page.
create table impression (
  company_id uuid not null,
  task_id uuid not null,
  person_id uuid not null references person (id),
  on_day date not null default business_today(),
  is_first boolean not null,
  primary key (task_id, person_id, on_day),
  foreign key (company_id, person_id) references membership (company_id, person_id)
);
create index impression_day on impression (company_id, on_day, person_id);
create index impression_person on impression (company_id, person_id, on_day);
create index impression_again on impression (on_day) where not is_first;
call declare_scope('impression', 'company');

-- Who was invited was shown; earlier views of lists were not counted.
insert into impression (company_id, task_id, person_id, on_day, is_first)
select company_id, task_id, person_id, day, row_number() over (partition by task_id, person_id order by day) = 1
from (select distinct company_id, task_id, person_id, (sent_at at time zone 'Asia/Tokyo')::date as day from invitation) sent;

-- For the report by group: the lists and the invitations of a company in a period.
drop index task_match_person; -- impressions are counted now where it was read
create index task_match_company on task_match (company_id, ranked_at) include (person_id);
create index invitation_company on invitation (company_id, sent_at);
