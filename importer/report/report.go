// Package report writes what a run leaves behind, from its journal and the copy of its input and from nothing else: the
// rows that are done and the rows that are not as two CSVs, the numbers as JSON, a page to read, and the workbook with
// what is wrong marked in it. Written again, each comes out byte for byte as before.
//
// It imports journal, sheet, field and problem. Start reading at Write.
package report

import (
	"context"
	"io"
	"path/filepath"

	"zohobulk/importer/problem"
)

// The files of a run's folder that this package writes.
const (
	SuccessFile = "success.csv"
	FailedFile  = "failed.csv"
	SummaryFile = "summary.json"
	PageFile    = "report.html"
	MarkedFile  = "marked.xlsx"
)

// MarkedWhen says when a run gets a marked workbook.
type MarkedWhen uint8

// Without being asked, only an XLSX input that is not encrypted is marked: the marked copy of a CSV is another kind of
// file, and that of a protected workbook holds what somebody chose to protect.
const (
	MarkPlainWorkbooks MarkedWhen = iota
	MarkAlways
	MarkNever
)

// Options says how reports are written; the zero value is the default.
type Options struct {
	NoBOM    bool       // CSVs without a byte-order mark
	Marked   MarkedWhen // which inputs get a marked workbook; an encrypted one only with its password
	Asked    []Fact     // what the run was asked to do, for its page
	Password string     // opens an encrypted input; its marked copy is encrypted with it
}

// Write writes every report of a run into its folder dir, replacing what is there. A report that can't be written keeps
// no other back: the warnings say which reports are missing or stand under another name, and why. The error is one of
// the journal, or of ctx.
func Write(ctx context.Context, dir string, j Source, o Options) ([]*problem.Refusal, error) {
	dropHalves(dir)
	var missing warnings
	if err := missing.add(writeTables(ctx, dir, j, o)); err != nil {
		return missing, err
	}
	summary, err := SummaryOf(".", j) // what names the folder would be wrong as soon as it is moved
	if err != nil {
		return missing, err
	}
	if err := missing.add(writeFile(filepath.Join(dir, SummaryFile), summary.WriteJSON)); err != nil {
		return missing, err
	}
	d, err := digestOf(j)
	if err != nil {
		return missing, err
	}
	if err := missing.add(writeFile(filepath.Join(dir, PageFile), func(w io.Writer) error {
		return writePage(ctx, w, j, summary, d, o.Asked)
	})); err != nil {
		return missing, err
	}
	return missing, missing.add(writeMarked(ctx, dir, j, o, summary, d))
}
