-- The provider takes what a payer charges back whether it is there or not: its balance can fall below zero.
update ledger_account set sign = 'free' where name = 'stripe:platform';

-- The day on which a payout is expected to arrive: the payments of that day are one base for withholding.
alter table payout add column pay_on date not null default business_today();
update payout set pay_on = coalesce(arrives_on, planned_on);
create index payout_pay_day on payout (owner, currency, pay_on);
