package journal

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"zohobulk/importer/problem"
)

const (
	fileName = "run.db"
	// applicationID marks the file as a journal of this program, so that no other SQLite file is taken for one: "zbj1".
	applicationID = 0x7a626a31
)

//go:embed migration/*.sql
var embedded embed.FS

// migrationFiles is where the migrations are read; a test puts a later version's in its place.
var migrationFiles fs.FS = embedded

// migrations are the steps from an empty file to the present schema, oldest first; a file's schema version is the
// number of steps it has taken.
func migrations() ([]string, error) {
	names, err := fs.Glob(migrationFiles, "migration/*.sql")
	if err != nil {
		return nil, err
	}
	steps := make([]string, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(migrationFiles, name)
		if err != nil {
			return nil, err
		}
		steps[i] = string(text)
	}
	return steps, nil
}

// connect opens a pool on the file. What every connection needs is in its name, since a pragma sent later would reach
// only one of them. Full synchronisation: with less, an outcome would outlive a kill but not a power cut.
func connect(path string, parameters ...string) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	slashed := filepath.ToSlash(abs)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // a drive's letter
	}
	u := url.URL{Scheme: "file", Path: slashed}
	parameters = append(parameters, "_pragma=busy_timeout(5000)", "_pragma=foreign_keys(on)")
	u.RawQuery = strings.Join(parameters, "&")
	return sql.Open("sqlite", u.String())
}

// connectWriter opens the one connection that writes, and sees to it that the journal mode is what was asked for.
func connectWriter(ctx context.Context, path string) (*sql.DB, *sql.Conn, error) {
	db, err := connect(path, "mode=rw", "_pragma=journal_mode(wal)", "_pragma=synchronous(full)",
		"_pragma=cache_size(-4000)", "_pragma=wal_autocheckpoint(4000)")
	if err != nil {
		return nil, nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err == nil {
		err = checkMode(ctx, conn)
	}
	if err != nil {
		_ = db.Close()
		return nil, nil, err
	}
	return db, conn, nil
}

// checkMode refuses a file system on which SQLite could not switch to write-ahead logging.
func checkMode(ctx context.Context, conn *sql.Conn) error {
	var mode string
	if err := conn.QueryRowContext(ctx, "pragma journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return problem.Refuse("no-wal", "keep runs on a local disk",
			"the journal can't be kept safely on this file system (journal mode %s, not wal)", mode).With(chooseReports)
	}
	return nil
}

// querier is a pool or one connection.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// schemaVersion reads how many migrations a file has seen, and refuses what is no journal or too new.
func schemaVersion(ctx context.Context, q querier, path string, known int) (int, error) {
	var version, application int
	if err := q.QueryRowContext(ctx, "select user_version from pragma_user_version").Scan(&version); err != nil {
		return 0, err
	}
	if err := q.QueryRowContext(ctx, "select application_id from pragma_application_id").Scan(&application); err != nil {
		return 0, err
	}
	switch {
	case application != applicationID:
		return 0, problem.Refuse("journal-damaged", hintDamaged, "%s is no journal of a run", path).With(readDirectory)
	case version > known:
		return 0, problem.Refuse("journal-newer", "use the version of this program that made it, or a later one",
			"%s has schema %d, made by a newer zohobulk; this one knows schemas up to %d", path, version, known)
	}
	return version, nil
}

// migrate brings a file to the newest schema, each step in a transaction that counts itself.
func migrate(ctx context.Context, conn *sql.Conn, from int, steps []string) error {
	for i := from; i < len(steps); i++ {
		script := fmt.Sprintf("begin immediate;\n%s\npragma user_version = %d;\npragma application_id = %d;\ncommit;",
			steps[i], i+1, applicationID)
		if _, err := conn.ExecContext(ctx, script); err != nil {
			_, _ = conn.ExecContext(ctx, "rollback")
			return fmt.Errorf("schema %d: %w", i+1, err)
		}
	}
	return nil
}

// build makes the journal's file under another name and moves it into place when it is whole: whatever happens,
// a file called run.db is a journal.
func build(ctx context.Context, dir string, fill func(*sql.Conn) error) error {
	draft := filepath.Join(dir, fileName+".new")
	for _, old := range []string{draft, draft + "-wal", draft + "-shm"} {
		if err := os.Remove(old); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	// Made by hand for its permissions: SQLite gives the files beside it those of the first.
	file, err := os.OpenFile(draft, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	if err := fillDraft(ctx, draft, fill); err != nil {
		return err
	}
	path := filepath.Join(dir, fileName)
	if _, err := os.Lstat(path); err == nil {
		return problem.Refuse("run-exists", "", "%s exists already", path)
	}
	if err := os.Rename(draft, path); err != nil {
		return err
	}
	return syncFolder(dir)
}

func fillDraft(ctx context.Context, draft string, fill func(*sql.Conn) error) error {
	steps, err := migrations()
	if err != nil {
		return err
	}
	db, conn, err := connectWriter(ctx, draft)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := migrate(ctx, conn, 0, steps); err != nil {
		return err
	}
	if err := fill(conn); err != nil {
		return err
	}
	if err := conn.Close(); err != nil {
		return err
	}
	return db.Close()
}

// syncFolder makes a new name in a folder last through a power cut. Windows has no such call and needs none.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	_ = f.Sync() // some file systems refuse to sync a folder; the name is there all the same
	return nil
}
