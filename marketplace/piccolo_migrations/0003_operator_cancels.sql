-- The operator, too, can end a contract, at the price that its terms name.
alter table contract drop constraint contract_cancelled_by_check;
alter table contract add constraint contract_cancelled_by_check
  check (cancelled_by in ('company', 'alumnus', 'operator'));
