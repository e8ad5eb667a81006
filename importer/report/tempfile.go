package report

import (
	"errors"
	"os"
	"path/filepath"
)

// cause is the system's own word without the path, which the sentence has already named.
func cause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}

// tempFile is a file that goes when it is closed.
type tempFile struct{ *os.File }

func (t tempFile) Close() error { return errors.Join(t.File.Close(), os.Remove(t.Name())) }

// newTemp makes a file for what is only needed until a report is written, in the folder of the report: it holds
// the same people's data, and a killed program must not leave those in a folder that others can read.
func newTemp(report string) (tempFile, error) {
	f, err := os.CreateTemp(filepath.Dir(report), ".report-*")
	if err != nil {
		return tempFile{}, notWritten(report, err)
	}
	return tempFile{f}, nil
}
