package report

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"zohobulk/importer/problem"
)

// Codes of what keeps a report from being written.
const (
	CodeNotWritten = "report-not-written"
	CodeBeside     = "report-beside"
	CodeNotMarked  = "not-marked"
)

// draft is a report that is being written under another name beside its place. It is moved there when it is complete,
// so that whoever opens a report sees the old one or the new one, and never a half. Only its owner can read it.
type draft struct {
	*bufio.Writer
	f    *os.File
	path string
}

func newDraft(path string) (*draft, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // made with mode 0600
	if err != nil {
		return nil, notWritten(path, err)
	}
	return &draft{bufio.NewWriterSize(f, 1<<16), f, path}, nil
}

// drop removes a draft that is not kept.
func (d *draft) drop() {
	if d == nil {
		return
	}
	_ = d.f.Close()
	_ = os.Remove(d.f.Name())
}

// fault is the disk's error if writing the draft met one, else the error that ended the writing.
func (d *draft) fault(err error) error {
	if disk := d.Flush(); disk != nil { // a buffered writer keeps its first error
		return notWritten(d.path, disk)
	}
	return err
}

// keep moves a complete draft to its place. Where another program holds that place (Excel does on Windows), the report
// stands beside it, and the error says so.
func (d *draft) keep() error {
	if err := errors.Join(d.Flush(), d.f.Sync(), d.f.Close()); err != nil {
		d.drop()
		return notWritten(d.path, err)
	}
	beside := besideName(d.path)
	held := os.Rename(d.f.Name(), d.path)
	if held == nil {
		_ = os.Remove(beside) // of an earlier writing: it is out of date
		return nil
	}
	if err := os.Rename(d.f.Name(), beside); err != nil {
		d.drop()
		return notWritten(d.path, held)
	}
	return problem.Refuse(CodeBeside, "close "+filepath.Base(d.path)+" if another program has it open; it is out of date",
		"%s can't be replaced (%w): the report is in %s", filepath.Base(d.path), cause(held), filepath.Base(beside))
}

// besideName is where a report is put when its own name is held by another program.
func besideName(path string) string {
	ext := filepath.Ext(path)
	return strings.TrimSuffix(path, ext) + "-new" + ext
}

// writeFile writes a whole file or none.
func writeFile(path string, fill func(io.Writer) error) error {
	d, err := newDraft(path)
	if err != nil {
		return err
	}
	if err := fill(d); err != nil {
		err = d.fault(err)
		d.drop()
		return err
	}
	return d.keep()
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

// notWritten says which report could not be written.
func notWritten(path string, err error) error {
	hint := "free some space or correct the folder's permissions, then write the reports again"
	if errors.Is(err, os.ErrPermission) || strings.Contains(err.Error(), "being used by another process") {
		hint = "if it is open in a spreadsheet program, close it, then write the reports again"
	}
	return problem.Refuse(CodeNotWritten, hint, "%s: report not written: %w", filepath.Base(path), cause(err))
}

// warnings are the reports that could not be written, or not under their own names.
type warnings []*problem.Refusal

// add keeps an error that concerns single reports and returns any other: of the journal, or of a caller who gave up.
func (w *warnings) add(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var others []error
		for _, err := range joined.Unwrap() {
			others = append(others, w.add(err))
		}
		return errors.Join(others...)
	}
	var r *problem.Refusal
	if !errors.As(err, &r) || r.Code != CodeNotWritten && r.Code != CodeBeside && r.Code != CodeNotMarked {
		return err
	}
	*w = append(*w, r)
	return nil
}
