-- Posting in plain statements; why: docs/decisions/0014-ledger-post-in-sql.md.
drop function ledger_post(text, text, text, text, timestamptz, text[], bigint[]);

-- The one function that moves balances, for payouts/journal.py. Accounts are locked in the order of their names, which
-- have to come sorted. True: all is written. False, nothing is: an account is missing, a balance is refused (maybe only
-- as this statement's snapshot saw it), or the key is known. What was moved until then is moved back under its lock, so
-- that nobody ever sees it and the transaction stays good.
create function ledger_post(
  the_key text, the_kind text, about text, the_currency text, at timestamptz, names text[], amounts bigint[]
) returns boolean language plpgsql volatile set app.ledger = 'on' as $$
declare
  moved record;
  moves integer := 0;
  ids bigint[];
  owners text[];
  versions bigint[];
  balances bigint[];
begin
  for line in 1 .. cardinality(names) loop
    if line > 1 and names[line] collate "C" <= names[line - 1] collate "C" then
      raise exception 'accounts of % are not sorted', the_key using errcode = 'invalid_parameter_value';
    end if;
    -- The sign rule stands here as well as in the check constraint: there it would be an error.
    update ledger_account a set balance = a.balance + amounts[line], version = a.version + 1
    where a.name = names[line] and a.currency = the_currency
      and case a.sign when 'never_negative' then a.balance + amounts[line] >= 0
        when 'never_positive' then a.balance + amounts[line] <= 0 else true end
    returning a.id, a.owner, a.version, a.balance into moved;
    exit when not found;
    moves := line;
    ids[line] := moved.id;
    owners[line] := moved.owner;
    versions[line] := moved.version;
    balances[line] := moved.balance;
  end loop;
  if moves = cardinality(names) then
    with posted as (
      insert into ledger_transfer (key, kind, reference, currency, happened_at)
      values (the_key, the_kind, about, the_currency, at) on conflict (key) do nothing returning id
    )
    insert into ledger_entry (transfer_id, account_id, owner, amount, account_version, balance_after)
    select posted.id, line.* from posted, unnest(ids, owners, amounts, versions, balances) as line;
    if found then
      return true;
    end if;
  end if;
  for line in 1 .. moves loop
    update ledger_account a set balance = a.balance - amounts[line], version = a.version - 1 where a.id = ids[line];
  end loop;
  return false;
end $$;

-- Balances move all the time: room on each page keeps the new version of a row beside the old one.
alter table ledger_account set (fillfactor = 70);

-- Entries of one transfer are written by one statement, which sums to zero and holds at least two of them: what that
-- statement added tells it all, and nothing has to be looked up.
create or replace function ledger_check_entries() returns trigger language plpgsql as $$
declare bad record;
begin
  select added.transfer_id, count(*) as entries, sum(added.amount) as total into bad from added
  group by added.transfer_id having count(*) < 2 or sum(added.amount) <> 0 limit 1;
  if found then
    raise exception 'ledger transfer % has % entries that sum to %', bad.transfer_id, bad.entries, bad.total
      using errcode = 'check_violation';
  end if;
  return null;
end $$;

-- A transfer comes with its entries, in one statement; one without any is refused at once. It is looked for with the
-- writer's own eyes: who does not see the entries may not write the transfer.
create or replace function ledger_check_transfer() returns trigger language plpgsql as $$
begin
  if not exists (select from public.ledger_entry e where e.transfer_id = new.id) then
    raise exception 'ledger transfer % has no entries', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
drop trigger ledger_transfer_filled on ledger_transfer;
create trigger ledger_transfer_filled after insert on ledger_transfer for each row execute function ledger_check_transfer();
