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
  finished_ms integer not null default 0
) strict;

insert into outcome_2 (seq, status, waits, steps_done, step, field, code, message, http_status, attempts, finished_ms)
  select seq, status, waits, steps_done, step, field, code, message, http_status, attempts, finished_ms from outcome;

drop table outcome;
alter table outcome_2 rename to outcome;

create index waiting on outcome (waits) where waits > 0;
