package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/sheet"
)

// sheetCodes are what reading a sheet has to say, beside what its checks find.
var sheetCodes = []field.Code{
	{Code: sheet.CodeRagged, Severity: problem.Error, About: "the row has fewer or more cells than the header"},
	{Code: sheet.CodeMojibake, Severity: problem.Warning, About: "text that was once read in the wrong encoding"},
	{Code: sheet.CodeStrayCell, Severity: problem.Warning, About: "a cell stands far outside the table"},
	{Code: sheet.CodeByteOrderMark, Severity: problem.Warning, About: "a byte-order mark inside the file: several files were joined"},
	{Code: sheet.CodeMergedCells, Severity: problem.Warning, About: "cells are merged: only the first one holds the value"},
	{Code: sheet.CodeTextFormula, Severity: problem.Note, About: "a text that a CSV holds as a formula, to keep it from Excel, is read as the text"},
	{Code: sheet.CodeOtherRow, Severity: problem.Error, About: "a formula takes its value from another row; a warning where that was calculated"},
	{Code: sheet.CodeStruckOut, Severity: problem.Warning, About: "text that is struck out, in part or whole, is read like any other"},
	{Code: sheet.CodeHiddenValue, Severity: problem.Warning, About: "a value that its cell's number format hides is read like any other"},
	{Code: sheet.CodeHiddenRows, Severity: problem.Note, About: "hidden rows are read like others"},
	{Code: sheet.CodeHiddenColumns, Severity: problem.Note, About: "hidden columns are read like others"},
}

// newCodesCommand documents the codes of problems and outcomes, from the lists that the program itself uses.
func newCodesCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "codes",
		Short: "explain the codes in failed.csv and --json",
		Long:  "codes explains each code that a problem or a failed row can have. A row that the service refused has the service's own code.",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			codes := slices.Concat(sheetCodes, refusalCodes, field.Codes, importer.Codes)
			slices.SortFunc(codes, func(a, b field.Code) int { return strings.Compare(a.Code, b.Code) })
			if a.global.json {
				return a.printJSON(codesDocument{schemaVersion, codes})
			}
			table := term.Table{Columns: []term.Column{{Title: "code"}, {Title: "severity"}, {Title: "means"}}}
			for _, c := range codes {
				table.Rows = append(table.Rows, []string{c.Code, c.Severity.String(), c.About})
			}
			table.Write(a.outScreen())
			return nil
		},
	}
}

// codesDocument is what codes --json prints.
type codesDocument struct {
	Schema int          `json:"schema"`
	Codes  []field.Code `json:"codes"`
}
