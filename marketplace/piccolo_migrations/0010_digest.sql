-- Once a week an alumnus who wishes it is told of the new tasks that fit; when that was last looked at.
alter table alumnus_profile add column digest boolean not null default true;
alter table alumnus_profile add column digest_at timestamptz;
create index alumnus_profile_digest on alumnus_profile (digest_at) where digest;
