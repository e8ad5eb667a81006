package report

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"zohobulk/importer/problem"
	"zohobulk/importer/report/internal/ooxml"
)

// writeFile writes a whole file or none: beside its place under another name, then moved there, so that whoever opens
// a report sees the old one or the new one and never a half. Only its owner can read it.
func writeFile(path string, fill func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // made with mode 0600
	if err != nil {
		return fault(path, err)
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	b := bufio.NewWriterSize(f, 1<<16)
	if err := fill(b); err != nil {
		return err
	}
	if err := errors.Join(b.Flush(), f.Sync()); err != nil {
		return fault(path, err)
	}
	if err := f.Close(); err != nil {
		return fault(path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fault(path, err)
	}
	return nil
}

// dropHalves removes what a kill in the middle of writing left behind: it holds people's data, and nobody reads it.
func dropHalves(dir string) {
	for _, name := range []string{SuccessFile, FailedFile, SummaryFile, PageFile, MarkedFile} {
		halves, _ := filepath.Glob(filepath.Join(dir, "."+name+"-*")) // the pattern is well formed
		for _, half := range halves {
			_ = os.Remove(half) // one that can't be removed hinders nothing
		}
	}
}

// fault says which report could not be written. Windows lets nobody replace a file that Excel has open.
func fault(path string, err error) error {
	hint := "once that is mended, zohobulk runs report writes the reports anew"
	if errors.Is(err, os.ErrPermission) || strings.Contains(err.Error(), "being used by another process") {
		hint = "if it is open in a spreadsheet program, close it; zohobulk runs report writes the reports anew"
	}
	r := problem.Refuse("report-not-written", hint, "%s: report not written: %w", filepath.Base(path), cause(err))
	return r
}

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

// newTemp makes a file for what is only needed until the report is written, in the folder of the report: it holds
// the same people's data, and a killed program must not leave those in a folder that others can read.
func newTemp(dir string) (tempFile, error) {
	f, err := os.CreateTemp(dir, ".report-*")
	if err != nil {
		return tempFile{}, fault(filepath.Join(dir, "temporary file"), err)
	}
	return tempFile{f}, nil
}

func tempFiles(dir string) func() (ooxml.File, error) {
	return func() (ooxml.File, error) { return newTemp(dir) }
}
