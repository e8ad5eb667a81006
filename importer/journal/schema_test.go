package journal

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// rewrite does something to a journal's file that the journal itself never would.
func rewrite(tb testing.TB, dir, script string) {
	tb.Helper()
	db, conn, err := connectWriter(context.Background(), filepath.Join(dir, fileName))
	ok(tb, err)
	_, err = conn.ExecContext(context.Background(), script)
	ok(tb, err)
	ok(tb, conn.Close())
	ok(tb, db.Close())
}

func TestANewerSchemaIsRefusedByName(t *testing.T) {
	dir := newFolder(t)
	ok(t, must(Create(dir, Meta{})).Close())
	rewrite(t, dir, "pragma user_version = 99; drop table meta")
	for name, open := range map[string]func(string) (*Journal, error){"Open": Open, "OpenReader": OpenReader} {
		_, err := open(dir)
		isSentence(t, err, "journal-newer")
		if !strings.Contains(err.Error(), "99") {
			t.Errorf("%s: %v: doesn't name the schema", name, err)
		}
	}
}

// laterVersion lets the rest of a test be that of a program with one more migration.
func laterVersion(t *testing.T) {
	later := fstest.MapFS{"migration/9999_later.sql": {Data: []byte("create table later (n integer) strict;")}}
	for i, step := range must(migrations()) {
		later[fmt.Sprintf("migration/%04d.sql", i)] = &fstest.MapFile{Data: []byte(step)}
	}
	migrationFiles = later
	t.Cleanup(func() { migrationFiles = embedded })
}

func TestAnOlderSchemaIsMigrated(t *testing.T) {
	for name, open := range map[string]func(string) (*Journal, error){"Open": Open, "OpenReader": OpenReader} {
		t.Run(name, func(t *testing.T) {
			dir := newFolder(t)
			j := must(Create(dir, Meta{User: "admin@example.com"}))
			fill(t, j, 3, true)
			ok(t, j.Close())

			laterVersion(t)
			j = must(open(dir))
			diff(t, "user", "admin@example.com", j.Meta().User)
			diff(t, "rows", []int{1, 2, 3}, seqs(all(t, j.Rows(Filter{}))))
			var n int
			ok(t, j.pool.QueryRow("select count(*) from later").Scan(&n))
			ok(t, j.Close())

			migrationFiles = embedded
			_, err := open(dir)
			isSentence(t, err, "journal-newer")
		})
	}
}

// A journal of the first schema keeps all that it held, and is gone on with.
func TestTheFirstSchemaIsMigrated(t *testing.T) {
	first, err := embedded.ReadFile("migration/0001_run.sql")
	ok(t, err)
	migrationFiles = fstest.MapFS{"migration/0001_run.sql": {Data: first}}
	t.Cleanup(func() { migrationFiles = embedded })
	dir := newFolder(t)
	ok(t, must(Create(dir, Meta{User: "admin@example.com"})).Close())
	rewrite(t, dir, `
		insert into sheet values (1, 2, 2, '["a"]', '', '[]'), (2, 3, 3, '["b"]', '', '[]'), (3, 4, 4, '["c"]', '', '[]');
		insert into plan select seq, 'a', 'z', 'e', '["city","x","y"]', '[]', '["updatePersonalInfo"]', 0, '' from sheet;
		insert into outcome (seq, status, steps_done, http_status, attempts, finished_ms, message, waits) values
			(1, 'updated', 1, 200, 1, 1795275012417, 'm', 0), (2, 'planned', 0, 0, 0, 0, '', 0), (3, 'planned', 0, 0, 0, 0, '', 2);
		insert into attempt values (1, 1, 'updatePersonalInfo', 1, 1795275012417, 5, 6, 200, '', '', 0, 0);
		update tally set n = case name when 'planned' then 2 else 1 end where name in ('planned', 'updated', 'requests');`)
	migrationFiles = embedded

	j := must(Open(dir))
	defer j.Close()
	diff(t, "outcome", Outcome{Status: Updated, StepsDone: 1, HTTPStatus: 200, Attempts: 1, Message: "m", FinishedAt: at}, must(j.Row(1)).Outcome)
	diff(t, "calls", []Attempt{{Seq: 1, Step: "updatePersonalInfo", Number: 1, At: at, Wait: 5 * time.Microsecond, Took: 6 * time.Microsecond, Status: 200}},
		all(t, j.Attempts(All)))
	diff(t, "counts", Counts{Rows: 3, Updated: 1, Planned: 2, NotSent: 2, Requests: 1}, must(j.Counts()))
	diff(t, "the queue", []int{2}, seqs(must(j.Claim(10))))
	finish(t, j, 2, Outcome{Status: Updated})
	diff(t, "freed", []int{3}, seqs(must(j.Claim(10))))
}

func TestAnOlderSchemaInUseIsLeftAlone(t *testing.T) {
	j := newJournal(t)
	laterVersion(t)
	_, err := OpenReader(j.Dir())
	isSentence(t, err, "run-in-use")
}

func TestAFailedMigrationChangesNothing(t *testing.T) {
	dir := newFolder(t)
	ok(t, must(Create(dir, Meta{})).Close())
	ctx := context.Background()
	db, conn, err := connectWriter(ctx, filepath.Join(dir, fileName))
	ok(t, err)
	defer db.Close()
	from := len(must(migrations()))
	broken := make([]string, from, from+1)
	broken = append(broken, "create table half (n integer) strict; insert into nowhere values (1);")
	if err := migrate(ctx, conn, from, broken); err == nil {
		t.Fatal("no error")
	}
	diff(t, "schema", from, must(schemaVersion(ctx, conn, "run.db", from)))
	var n int
	ok(t, conn.QueryRowContext(ctx, "select count(*) from sqlite_schema where name = 'half'").Scan(&n))
	diff(t, "tables left by the failed step", 0, n)
}

func TestPragmasReachEveryConnection(t *testing.T) {
	j := newJournal(t)
	ctx := context.Background()
	for _, c := range []struct {
		pragma, writer, reader string
	}{
		{"journal_mode", "wal", "wal"}, {"synchronous", "2", "2"}, {"foreign_keys", "1", "1"},
		{"busy_timeout", "5000", "5000"}, {"query_only", "0", "1"},
	} {
		var got string
		ok(t, j.writer.conn.QueryRowContext(ctx, "pragma "+c.pragma).Scan(&got))
		diff(t, "writer's "+c.pragma, c.writer, got)
		for range 3 {
			conn := must(j.pool.Conn(ctx))
			defer conn.Close()
			ok(t, conn.QueryRowContext(ctx, "pragma "+c.pragma).Scan(&got))
			diff(t, "reader's "+c.pragma, c.reader, got)
		}
	}
}

func TestPathsWithOddNames(t *testing.T) {
	for _, name := range []string{"a b", "100%", "what?", "#1", "Łódź"} {
		reports := filepath.Join(t.TempDir(), name)
		dir, _, err := NewRun(reports, at)
		ok(t, err)
		ok(t, must(Create(dir, Meta{User: name})).Close())
		j := must(OpenReader(dir))
		diff(t, "user", name, j.Meta().User)
		ok(t, j.Close())
	}
}
