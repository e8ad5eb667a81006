-- One run: what the sheet held, what the directory made of each row, how each row ended, and every call that was made.
--
-- A list is a JSON array of text; a map is a list of key, value, key, value; a change is field, before, after.
-- Times are milliseconds since 1970 in UTC, durations microseconds; 0 stands for none.

create table meta (
  name  text primary key,
  value text not null
) strict, without rowid;

-- What the run found out about the service, such as the spelling of a key.
create table learnt (
  name  text primary key,
  value text not null
) strict, without rowid;

-- The sheet, written once.
create table sheet (
  seq    integer primary key,
  number integer not null,
  line   integer not null,
  cells  text    not null,
  origin text    not null,
  wanted text    not null
) strict;

-- What is to be changed, written before the first call.
create table plan (
  seq        integer primary key references sheet (seq),
  account_id text    not null,
  zuid       text    not null,
  email      text    not null,
  changes    text    not null,
  context    text    not null,
  steps      text    not null,
  after      integer not null,
  note       text    not null
) strict;

-- Where each row stands; a row that isn't here has been read and no more. Narrow and apart from the rest, since it is
-- written over and over.
create table outcome (
  seq         integer primary key references sheet (seq),
  status      text    not null check (status in ('planned', 'sending', 'updated', 'unchanged', 'failed', 'invalid')),
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

-- The queue of rows to send, and the rows that wait for another.
create index ready on outcome (seq) where status = 'planned' and waits = 0;
create index waiting on outcome (waits) where waits > 0;

create table attempt (
  id        integer primary key,
  seq       integer not null,
  step      text    not null,
  number    integer not null,
  at_ms     integer not null,
  wait_us   integer not null,
  took_us   integer not null,
  status    integer not null,
  code      text    not null,
  message   text    not null,
  read      integer not null,
  throttled integer not null
) strict;

create index attempt_of_row on attempt (seq);

-- What was said about a row, or about the whole sheet (seq 0); body is the problem as the machine output shows it.
create table problem (
  id   integer primary key,
  seq  integer not null,
  body text    not null
) strict;

create index problem_of_row on problem (seq);

-- How many rows stand where, and how many calls of which kind: kept by the writer in each
-- transaction, so that a million rows needn't be counted. The name '' is that of rows which have been read and no more.
create table tally (
  name text primary key,
  n    integer not null
) strict, without rowid;

insert into tally (name, n) values
  ('', 0), ('planned', 0), ('sending', 0), ('updated', 0), ('unchanged', 0), ('failed', 0), ('invalid', 0),
  ('requests', 0), ('retries', 0), ('throttled', 0), ('reads', 0);
