package report

import (
	"context"
	"errors"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// What the two tables say of a row, after the row's own columns.
var (
	successColumns = []string{"_row", "_status", "_account_id", "_zuid", "_changed", "_attempts", "_finished_at", "_origin"}
	failedColumns  = []string{"_row", "_status", "_step", "_field", "_code", "_message", "_http_status", "_attempts", "_origin"}
)

// writeTables writes success.csv and failed.csv side by side, reading the journal once. Each row goes into one of them.
func writeTables(ctx context.Context, dir string, j Source, o Options) error {
	return inDrafts(tablePaths(dir), func(success, failed io.Writer) error {
		form := sheet.CSVOptions{NoBOM: o.NoBOM}
		t, err := newTables(ctx, j, sheet.CreateCSV(success, form), sheet.CreateCSV(failed, form))
		if err != nil {
			return err
		}
		return t.write(ctx, rows(j))
	})
}

// tablePaths are where the two tables of a run stand.
func tablePaths(dir string) [2]string {
	return [2]string{filepath.Join(dir, SuccessFile), filepath.Join(dir, FailedFile)}
}

// inDrafts fills two files, and puts them in their places when both are complete.
func inDrafts(paths [2]string, fill func(success, failed io.Writer) error) error {
	success, err1 := newDraft(paths[0])
	failed, err2 := newDraft(paths[1])
	if err := errors.Join(err1, err2); err != nil {
		success.drop()
		failed.drop()
		return err
	}
	if err := fill(success, failed); err != nil {
		if disk := errors.Join(success.Flush(), failed.Flush()); disk != nil { // they keep their first error
			err = errors.Join(notWritten(success.path, disk), notWritten(failed.path, disk))
		}
		success.drop()
		failed.drop()
		return err
	}
	return errors.Join(success.keep(), failed.keep())
}

type tables struct {
	headers         []string // of the row's own columns
	success, failed *sheet.CSVWriter
	edited          map[int]string // the edited cells by row; nil in a run without edits, whose tables have no such column
	record          []string
}

func newTables(ctx context.Context, j Source, success, failed *sheet.CSVWriter) (*tables, error) {
	edited, err := editedCells(ctx, j)
	return &tables{headers: headers(j.Meta()), success: success, failed: failed, edited: byRow(edited)}, err
}

// write writes the headers and some rows.
func (t *tables) write(ctx context.Context, rows iter.Seq2[row, error]) error {
	var more []string
	if t.edited != nil {
		more = []string{editedColumn}
	}
	if err := t.success.Write(slices.Concat(t.headers, successColumns, more)...); err != nil {
		return err
	}
	if err := t.failed.Write(slices.Concat(t.headers, failedColumns, more)...); err != nil {
		return err
	}
	for r, err := range rows {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = t.row(r)
		}
		if err != nil {
			return err
		}
	}
	return t.flush()
}

func (t *tables) flush() error { return errors.Join(t.success.Flush(), t.failed.Flush()) }

// headers are the texts of the row's own columns, in a slice that an append copies.
func headers(m journal.Meta) []string {
	list := make([]string, 0, len(m.Columns))
	for _, c := range m.Columns {
		list = append(list, c.Header)
	}
	return list[:len(list):len(list)]
}

func (t *tables) row(r row) error {
	t.record = append(t.record[:0], r.Cells...)
	for len(t.record) < len(t.headers) {
		t.record = append(t.record, "")
	}
	if r.Status == journal.Updated || r.Status == journal.Unchanged {
		t.record = append(t.record, strconv.Itoa(r.Number), string(r.Status), r.AccountID, r.ZUID,
			changed(r), strconv.Itoa(r.Attempts), Stamp(r.FinishedAt), r.Origin)
		return t.success.Write(t.withEdited(r.Seq)...)
	}
	why := blame(r)
	t.record = append(t.record, strconv.Itoa(r.Number), string(r.Status), r.Step, why.field,
		why.code, why.message, httpStatus(r.HTTPStatus), strconv.Itoa(r.Attempts), r.Origin)
	return t.failed.Write(t.withEdited(r.Seq)...)
}

// withEdited is the record with the row's edited cells behind it, where the tables have such a column.
func (t *tables) withEdited(seq int) []string {
	if t.edited == nil {
		return t.record
	}
	return append(t.record, t.edited[seq])
}

// changed names the fields that an updated row changed.
func changed(r row) string {
	if r.Status != journal.Updated {
		return ""
	}
	var names []string
	for _, c := range r.Changes {
		names = append(names, c.Field)
	}
	return strings.Join(names, " ")
}

func httpStatus(status int) string {
	if status == 0 {
		return ""
	}
	return strconv.Itoa(status)
}

// reason is why a row is not done.
type reason struct{ field, code, message string }

// blame is what the journal says of a row's end. Where several cells of a row are wrong, the first gives field and code
// and the message names them all, so that one round of corrections is enough.
func blame(r row) reason {
	why := reason{r.Field, r.Code, r.Message}
	if r.Status != journal.Invalid {
		return why
	}
	var said []string
	for _, p := range r.problems {
		if p.Severity != problem.Error {
			continue
		}
		if why.code == "" {
			why.field, why.code = p.Field, p.Code
		}
		if p.Message == r.Message {
			why.message = "" // the problem says the same, and of which cell
		}
		if text := sentence(p.Problem); !slices.Contains(said, text) {
			said = append(said, text)
		}
	}
	if why.message != "" {
		said = slices.Insert(said, 0, why.message)
	}
	why.message = strings.Join(said, "; ")
	return why
}

// sentence is a problem with the cell or column it is about, as it reads beside no cell: country "Untied States": no such
// country (did you mean United States (us)?)
func sentence(p problem.Problem) string {
	subject := p.Field
	if subject == "" && p.Header != "" {
		subject = quoted(p.Header)
	}
	switch {
	case p.Value != "" && strings.Contains(p.Message, `"`+p.Value+`"`):
		return p.Reason() // it names what it is about
	case p.Row == 0 && p.Column != "":
		subject = strings.TrimSpace("column " + p.Column + " " + subject)
	case p.Value != "":
		subject += " " + quoted(p.Value)
	}
	if subject = strings.TrimSpace(subject); subject == "" {
		return p.Reason()
	}
	return subject + ": " + p.Reason()
}

// quoted is a cell's text as a sentence has it.
func quoted(text string) string { return `"` + problem.Shorten(text, 60) + `"` }
