package cli

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"zohobulk/importer/problem"
)

// newManCommand writes the manual's pages for those who package the program; nobody else needs to see it in the help.
func newManCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:    "man FOLDER",
		Short:  "write the manual's pages, one for each command",
		Long:   "man writes a page of the manual for each command into a folder, for man(1).",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil { // a manual is for everybody
				return problem.Refuse("write", "", "%v", err)
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			day := time.Unix(0, 0).UTC() // the same pages from the same program
			header := &doc.GenManHeader{Title: "ZOHOBULK", Section: "1", Source: "zohobulk " + version(), Manual: "zohobulk", Date: &day}
			if err := doc.GenManTree(root, header, args[0]); err != nil {
				return fmt.Errorf("write the manual: %w", err)
			}
			a.notice("the manual is in " + args[0])
			return nil
		},
	}
}
