package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	goterm "golang.org/x/term"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/check"
	"zohobulk/importer/field"
	"zohobulk/importer/problem"
	"zohobulk/importer/report"
	"zohobulk/importer/sheet"
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

// validation is one sheet on its way through validate.
type validation struct {
	*app
	flags  validateFlags
	path   string // as it was named
	file   string // where it is read
	sheet  *sheet.Sheet
	groups *check.Grouping
	valid  seqSet         // rows that are valid so far
	list   *problemList   // what --json or --format csv print, nil for text
	marker *report.Marker // nil unless asked for

	password string
	closers  []func() error
}

func (a *app) validate(ctx context.Context, f validateFlags, path string, typed *pflag.FlagSet) error {
	if err := f.check(a.global.json); err != nil {
		return err
	}
	v := &validation{app: a, flags: f, path: path, file: path, groups: check.NewGrouping()}
	checks, err := f.sheet.checkOptions()
	if err != nil {
		return err
	}
	defer v.close()
	if err := v.open(checks); err != nil {
		return err
	}
	source, err := importer.FedBack(ctx, a.global.reports, path, v.sheet)
	if err != nil {
		return err
	}
	result, err := check.Sheet(ctx, source, checks, v)
	if err != nil {
		return err
	}
	if v.marker != nil {
		if err := v.marker.Save(ctx, v.sheet, v.file, v.password); err != nil {
			return err
		}
	}
	if f.sheet.saveMapping != "" {
		if err := check.WriteMapping(f.sheet.saveMapping, result.Mapping); err != nil {
			return err
		}
	}
	if err := v.print(result, typed); err != nil {
		return err
	}
	if result.Invalid+result.SheetErrors > 0 {
		return outcome{exitRows}
	}
	return nil
}

// open opens the sheet and what takes its problems down. Close undoes it, also where it failed half-way.
func (v *validation) open(checks check.Options) error {
	name := filepath.Base(v.path)
	if v.path == stdin {
		name = "standard input"
		spooled, err := sheet.Spool(v.In, "", name)
		if err != nil {
			return err
		}
		v.closers, v.file = append(v.closers, spooled.Close), spooled.Path
	}
	o, err := v.flags.sheet.sheetOptions(name)
	if err != nil {
		return err
	}
	v.password, o.Known = o.Password, checks.Known
	if err := v.notOver(v.flags.marked, v.flags.sheet.saveMapping); err != nil {
		return err
	}
	if v.sheet, err = sheet.Open(v.file, o); err != nil {
		return err
	}
	v.closers = append(v.closers, v.sheet.Close)
	return v.take(checks)
}

// take makes what problems are taken down in.
func (v *validation) take(checks check.Options) (err error) {
	if v.flags.marked != "" {
		if v.marker, err = report.NewMarker(v.flags.marked); err != nil {
			return err
		}
		v.closers = append(v.closers, v.marker.Close)
	}
	if v.global.json || v.flags.format == formatCSV {
		mapping, _, err := check.Map(v.sheet.Header(), checks)
		if err != nil {
			return err
		}
		v.list = &problemList{own: mapping.Own(), wantRows: v.flags.rows}
		v.closers = append(v.closers, v.list.close)
	}
	return nil
}

// close drops the temporary files; what matters has been written by then.
func (v *validation) close() {
	for _, c := range slices.Backward(v.closers) {
		_ = c()
	}
}

// notOver refuses to write over the sheet itself.
func (v *validation) notOver(paths ...string) error {
	in, err := os.Stat(v.path)
	if err != nil {
		return nil // opening it says so better
	}
	for _, path := range paths {
		if path == "" {
			continue
		}
		if out, err := os.Stat(path); err == nil && os.SameFile(in, out) {
			return problem.Refuse("same-file", "name another file", "%s is the sheet itself", path)
		}
	}
	return nil
}

// Row takes a row to all that want it.
func (v *validation) Row(r *check.Row) error {
	v.valid.set(r.Seq, r.Valid)
	if err := v.groups.Row(r); err != nil {
		return err
	}
	if v.marker != nil {
		if err := v.marker.Row(r.Number, r.Origin, r.Problems); err != nil {
			return err
		}
	}
	if v.list != nil {
		return v.list.row(r)
	}
	return nil
}

// Late takes what only the whole sheet could tell to all that want it.
func (v *validation) Late(seq int, p problem.Problem) error {
	if err := v.groups.Late(seq, p); err != nil {
		return err
	}
	fresh := p.Severity == problem.Error && v.valid.has(seq)
	if fresh {
		v.valid.set(seq, false)
	}
	if v.marker != nil {
		if err := v.marker.Problem(p, fresh); err != nil {
			return err
		}
	}
	if v.list != nil {
		return v.list.problem(p)
	}
	return nil
}

// print writes what was found in the form that was asked for.
func (v *validation) print(result check.Result, typed *pflag.FlagSet) error {
	if v.global.json {
		return v.list.writeJSON(v.Out, v.sheet.Info(), result, v.valid)
	}
	if v.flags.format == formatCSV {
		return v.list.writeCSV(v.Out)
	}
	screen := v.outScreen()
	shown := findings{screen: screen, info: v.sheet.Info(), result: result, groups: v.groups.Groups(), all: v.global.verbose, quiet: v.global.quiet}
	shown.write()
	v.notice("next: " + v.next(result, typed))
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
