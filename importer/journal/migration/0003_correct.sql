-- What a person corrects before anything is sent, and problems that can be counted, found and judged again.

-- An edit is a cell that was typed again, or a row that was left out. A batch is what one undo takes back. undone: 0 holds,
-- 1 was taken back and can be put again, 2 was taken back before another edit was made. was is the kind that the cell had.
create table edit (
  id       integer primary key,
  batch    integer not null,
  at_ms    integer not null,
  seq      integer not null,
  "column" text    not null,
  before   text    not null,
  after    text    not null,
  kind     text    not null check (kind = 'text' or kind = 'leave-out'),
  undone   integer not null default 0,
  was      text    not null default ''
) strict;

create index edit_of_row on edit (seq);
create index edit_of_batch on edit (batch);

-- The kinds of a row's cells, a character each; '' if all are text, '?' in runs of before, which didn't keep them.
alter table sheet add column kinds text not null default '?';

-- severity: 0 note, 1 warning, 2 error. scope: 0 the row shows it, 1 the sheet as a whole, 2 the reading of the file.
alter table problem add column severity integer not null default 0;
alter table problem add column code     text    not null default '';
alter table problem add column "column" text    not null default '';
alter table problem add column scope    integer not null default 0;

update problem set
  severity = case json_extract(body, '$.severity') when 'error' then 2 when 'warning' then 1 else 0 end,
  code     = ifnull(json_extract(body, '$.code'), ''),
  "column" = ifnull(json_extract(body, '$.column'), '');

-- The kinds of problems with their rows; and the rows with errors or warnings, of which there are few beside the notes.
create index problem_kind on problem (severity, code, "column", seq);
create index problem_grave on problem (severity, seq) where severity > 0;
