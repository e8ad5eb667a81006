-- The outcomes anew, since they are written over and over. SQLite makes a table in memory each time it checks a value against
-- a list (measured: that was two thirds of an outcome's price), and none for comparisons, the likeliest first. And the queue
-- is read from its front on, whose place the writer knows: an index of it cost more than it saved.

create table outcome_2 (
  seq         integer primary key references sheet (seq),
  status      text    not null check (status = 'updated' or status = 'sending' or status = 'planned' or
                                      status = 'unchanged' or status = 'failed' or status = 'invalid'),
  waits       integer not null default 0, -- the row that must be updated first; 0 from when it is
  steps_done  integer not null default 0,
  step        text    not null default '',
  field       text    not null default '',
  code        text    not null default '',
  message     text    not null default '',
  http_status integer not null default 0,
  attempts    integer not null default 0,
  finished_ms integer not null default 0,
  -- the call that was accepted at its first try, which nearly every row ends with: in a row of its own it cost as much as the outcome
  call_step    text    not null default '',
  call_ms      integer not null default 0,
  call_wait_us integer not null default 0,
  call_took_us integer not null default 0
) strict;

insert into outcome_2 (seq, status, waits, steps_done, step, field, code, message, http_status, attempts, finished_ms)
  select seq, status, waits, steps_done, step, field, code, message, http_status, attempts, finished_ms from outcome;

drop table outcome;
alter table outcome_2 rename to outcome;

create index waiting on outcome (waits) where waits > 0;

-- Every call, wherever it is kept.
create view call (id, seq, step, number, at_ms, wait_us, took_us, status, code, message, read, throttled) as
  select id, seq, step, number, at_ms, wait_us, took_us, status, code, message, read, throttled from attempt
  union all
  select null, seq, call_step, 1, call_ms, call_wait_us, call_took_us, 200, '', '', 0, 0 from outcome where call_ms > 0;
