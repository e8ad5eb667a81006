package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/field"
)

// newCodesCommand documents the codes of problems and outcomes, from the lists that the program itself uses.
func newCodesCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "codes",
		Short: "explain the codes in failed.csv and --json",
		Long:  "codes explains each code that a problem or a failed row can have. A row that the service refused has the service's own code.",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			codes := slices.Concat(importer.SheetCodes, refusalCodes, field.Codes, importer.Codes)
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
