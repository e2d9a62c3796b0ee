-- Where a unit sits: people who used to work at the same site know the place and the colleagues.
alter table unit add column site text not null default '' check (length(site) <= 80);
