package journal

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"zohobulk/importer/problem"
)

// OpenReader opens the journal of a run for reading, also while another process writes it. A journal of an older
// version of the program is brought to the present schema first.
func OpenReader(dir string) (*Journal, error) {
	if err := exists(dir); err != nil {
		return nil, err
	}
	j := &Journal{dir: dir}
	if err := j.openReadOnly(); err != nil {
		return nil, fault(dir, err)
	}
	return j, nil
}

// exists says early that a run isn't there, before a lock's file is made for it.
func exists(dir string) error {
	_, err := os.Stat(filepath.Join(dir, fileName))
	if errors.Is(err, os.ErrNotExist) {
		return refuse(err, "no-such-run", "", "%s holds no run", dir).With(problem.Remedy{Way: problem.ListRuns})
	}
	return fault(dir, err)
}

// openReadOnly opens a journal without its lock.
func (j *Journal) openReadOnly() error {
	steps, err := migrations()
	if err != nil {
		return err
	}
	version, err := j.openVersion(len(steps))
	if err == nil && version < len(steps) {
		err = j.migrateFirst(len(steps))
	}
	if err == nil {
		err = j.readMeta()
	}
	if err != nil && j.pool != nil {
		_ = j.pool.Close()
	}
	return err
}

// openVersion opens the connections and reads the schema version. They may write where that is allowed, though nothing
// is written, so that the last reader of a run tidies up the files beside the journal. In a folder that nobody may
// write SQLite can't share the file, nor need it, unless a log lies beside.
func (j *Journal) openVersion(known int) (version int, err error) {
	ways := [][]string{{"mode=rw"}}
	if j.resting() {
		ways = append(ways, []string{"mode=ro", "immutable=1"})
	}
	for _, way := range ways {
		if err = j.openPool(way...); err != nil {
			return 0, err
		}
		version, err = schemaVersion(context.Background(), j.pool, filepath.Join(j.dir, fileName), known)
		if err == nil {
			return version, nil
		}
		_ = j.pool.Close()
	}
	return 0, err
}

// resting reports that no log lies beside the file: it was closed in order and nobody writes it.
func (j *Journal) resting() bool {
	log, err := os.Stat(filepath.Join(j.dir, fileName+"-wal"))
	return err != nil || log.Size() == 0
}

// migrateFirst brings an older journal to the present schema, which takes the run's lock, and opens it again.
func (j *Journal) migrateFirst(known int) error {
	if err := j.pool.Close(); err != nil {
		return err
	}
	owner, err := Open(j.dir)
	if err != nil {
		return err
	}
	if err := owner.Close(); err != nil {
		return err
	}
	_, err = j.openVersion(known)
	return err
}

// openPool prepares the connections that read.
func (j *Journal) openPool(parameters ...string) error {
	pool, err := connect(filepath.Join(j.dir, fileName), append(parameters, "_pragma=query_only(on)")...)
	if err != nil {
		return err
	}
	j.pool = pool
	return nil
}

// readMeta reads what is known of the run as a whole.
func (j *Journal) readMeta() error {
	var text []byte
	row := j.pool.QueryRowContext(context.Background(), "select value from meta where name = 'run'")
	if err := row.Scan(&text); err != nil {
		return err
	}
	if err := json.Unmarshal(text, &j.meta); err != nil {
		return err
	}
	j.learnt = map[string]string{}
	for l, err := range query(j, scanLearnt, "select name, value from learnt") {
		if err != nil {
			return err
		}
		j.learnt[l.name] = l.value
	}
	return nil
}

func scanLearnt(from scanner) (learn, error) {
	var l learn
	err := from.Scan(&l.name, &l.value)
	return l, err
}
