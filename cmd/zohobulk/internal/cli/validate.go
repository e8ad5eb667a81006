package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	goterm "golang.org/x/term"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/check"
	"zohobulk/importer/field"
)

// validateFlags are those of validate.
type validateFlags struct {
	sheet  sheetFlags
	rows   bool
	marked string
	format string
}

// The forms of validate's list.
const (
	formatText = "text"
	formatCSV  = "csv"
)

func newValidateCommand(a *app) *cobra.Command {
	var f validateFlags
	cmd := &cobra.Command{
		Use:   "validate SHEET",
		Short: "say what is wrong with which cell; sends nothing and needs no login",
		Long: `validate reads a whole sheet and says what is wrong with which cell, and what to do about it. It asks nobody: it needs no
login and no network. An error bars its row, a warning does not (but with --strict), a note says what was made of a value.`,
		Args: func(_ *cobra.Command, args []string) error { return oneSheet(args, "") },
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.validate(cmd.Context(), f, args[0], cmd.Flags())
	}
	f.sheet.add(cmd.Flags())
	cmd.Flags().BoolVar(&f.rows, "rows", false, "with --json: also every row, as it was read and as it would be sent")
	cmd.Flags().StringVar(&f.marked, "marked", "", "write a copy of the sheet to this XLSX, with bad cells coloured and the reason as a note")
	cmd.Flags().StringVar(&f.format, "format", formatText, "how the problems are listed: text or csv")
	return cmd
}

func (f *validateFlags) check(json bool) error {
	switch {
	case f.format != formatText && f.format != formatCSV:
		return usagef("--format %s: want text or csv", f.format)
	case json && f.format == formatCSV:
		return usagef("--json and --format csv: choose one")
	case f.rows && !json:
		return usagef("--rows needs --json")
	case f.marked != "" && !strings.EqualFold(filepath.Ext(f.marked), ".xlsx"):
		return usagef("--marked %s: the marked sheet is an XLSX, so its name ends in .xlsx", f.marked)
	}
	return nil
}

// validation is one run of validate.
type validation struct {
	*app
	flags validateFlags
	path  string // as it was named
}

func (a *app) validate(ctx context.Context, f validateFlags, path string, typed *pflag.FlagSet) error {
	if err := f.check(a.global.json); err != nil {
		return err
	}
	checks, err := f.sheet.checkOptions()
	if err != nil {
		return err
	}
	o, err := f.sheet.sheetOptions(filepath.Base(path))
	if err != nil {
		return err
	}
	checked, err := a.workspace().Check(ctx, a.sheetSource(path, o, checks), importer.CheckOutput{
		Marked: f.marked, SaveMapping: f.sheet.saveMapping, List: a.global.json || f.format == formatCSV, Rows: f.rows, Hint: problemHint,
	})
	if err != nil {
		return err
	}
	defer checked.Close()
	v := &validation{app: a, flags: f, path: path}
	if err := v.print(checked, typed); err != nil {
		return err
	}
	if r := checked.Result; r.Invalid+r.SheetErrors > 0 {
		return outcome{exitRows}
	}
	return nil
}

// print writes what was found in the form that was asked for.
func (v *validation) print(c *importer.Checked, typed *pflag.FlagSet) error {
	if v.global.json {
		return c.WriteJSON(v.Out)
	}
	if v.flags.format == formatCSV {
		return c.WriteCSV(v.Out)
	}
	shown := findings{screen: v.outScreen(), info: c.Info, result: c.Result, groups: c.Groups, all: v.global.verbose, quiet: v.global.quiet}
	shown.api, shown.listed = v.global.verbose, true
	shown.write()
	v.notice("next: " + v.next(c.Result, typed))
	return nil
}

// outScreen is standard output as a screen: the problems are what validate is asked for.
func (a *app) outScreen() *term.Screen {
	file, ok := a.Out.(*os.File)
	return term.New(a.Out, term.Options{Terminal: ok && goterm.IsTerminal(int(file.Fd())), NoColor: a.global.noColor, Env: a.Env})
}

// next is the command that a person is likely to want now.
func (v *validation) next(result check.Result, typed *pflag.FlagSet) string {
	name, flags := v.path, v.sameFlags(typed)
	switch {
	case result.Rows == 0:
		return "put rows below the header, and validate again"
	case result.Invalid+result.SheetErrors > 0 && v.flags.marked != "":
		return fmt.Sprintf("correct the coloured cells of %s and run: zohobulk validate %s%s", v.flags.marked, shellWord(v.flags.marked), flags)
	case result.Invalid+result.SheetErrors > 0 && v.path == stdin:
		return "correct these cells and validate again; --marked FILE.xlsx writes a copy that shows them"
	case result.Invalid+result.SheetErrors > 0:
		return fmt.Sprintf("correct these cells and run: zohobulk validate %s%s (--marked FILE.xlsx writes a copy that shows them)", shellWord(name), flags)
	case result.Fields.Has(field.NewEmail):
		flags += " --allow-email-change"
	}
	if result.Cleared > 0 && result.Invalid+result.SheetErrors == 0 {
		flags += " --allow-clearing"
	}
	return "zohobulk plan " + shellWord(name) + flags
}

// sameFlags are the sheet's flags that were typed, since the next command must read the sheet as this one did.
func (v *validation) sameFlags(typed *pflag.FlagSet) string {
	var flags strings.Builder
	only := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(sheetFlags).add(only)
	typed.Visit(func(f *pflag.Flag) {
		if only.Lookup(f.Name) == nil || f.Name == "save-mapping" {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			if flags.WriteString(" --" + f.Name); f.Value.Type() != "bool" {
				flags.WriteString(" " + shellWord(value))
			}
		}
	})
	return flags.String()
}

// shellWord quotes a word that a shell would take apart.
func shellWord(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./,:@%+", r) || r >= 0x80
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return `'` + strings.ReplaceAll(term.Safe(word), `'`, `'\''`) + `'`
}
