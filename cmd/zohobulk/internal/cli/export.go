package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"zohobulk/cmd/zohobulk/internal/term"
	"zohobulk/importer"
	"zohobulk/importer/problem"
	"zohobulk/zoho"
	"zohobulk/zoho/connect"
)

// exportFlags are those of export.
type exportFlags struct {
	rate  rateFlags
	out   string
	noBOM bool
}

func newExportCommand(a *app) *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export",
		Short: "write the directory as a sheet that can be edited and applied",
		Long: `export reads every account of the organisation and writes a sheet with the columns that apply reads: applied as it is, it
changes nothing; with one cell edited, it changes that. Ids are text, and newEmail is blank. Rows that should not change can
be deleted. A value that no sheet may hold (a country that is none, a phone that is a word) has a blank cell, which leaves it
alone, and is named.

-o FILE writes an XLSX or a CSV, by the file's ending; without it a CSV goes to standard output. The file holds people's
data, so that only its owner may read it.

--json prints {schema, file, format, zoid, organisation, accounts, columns, whole, doubt, left_out: [{row, zuid, field, value, reason}],
users: [{field: value}]}: accounts is their number, whole says whether every account was read (else doubt says why not), and users holds
the directory's own values, also those that are left out of the sheet; it is empty with -o.`,
		Example: `  zohobulk export -o users.xlsx
  zohobulk export --profile zylker-eu > users.csv`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.export(cmd.Context(), f) },
	}
	f.rate.add(cmd.Flags())
	cmd.Flags().StringVarP(&f.out, "output", "o", "", "the file to write, XLSX or CSV by its ending; - is standard output, as CSV")
	cmd.Flags().BoolVar(&f.noBOM, "no-bom", false, "write a CSV without a byte-order mark")
	return cmd
}

// exportDocument is what export --json prints.
type exportDocument struct {
	Schema       int                 `json:"schema"`
	File         string              `json:"file"`
	Format       string              `json:"format"`
	ZOID         string              `json:"zoid"`
	Organisation string              `json:"organisation"`
	Accounts     int                 `json:"accounts"`
	Columns      []string            `json:"columns"`
	Whole        bool                `json:"whole"`
	Doubt        string              `json:"doubt"`
	LeftOut      []leftOut           `json:"left_out"`
	Users        []map[string]string `json:"users"`
}

// leftOut is a value of the directory that is not in the sheet.
type leftOut struct {
	Row    int    `json:"row"`
	ZUID   string `json:"zuid"`
	Field  string `json:"field"`
	Value  string `json:"value"`
	Reason string `json:"reason"`
}

// format is how the export is written.
func (f *exportFlags) format(json bool) (string, error) {
	toFile := f.out != "" && f.out != stdin
	switch ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(f.out)), "."); {
	case !toFile && json:
		return "json", nil
	case !toFile:
		return "csv", nil
	case ext == "csv" || ext == "xlsx":
		return ext, nil
	}
	return "", usagef("-o %s: the file's name ends in .xlsx or .csv", f.out)
}

// export reads the directory and writes it.
func (a *app) export(ctx context.Context, f exportFlags) error {
	d := exportDocument{Schema: schemaVersion, LeftOut: []leftOut{}, Users: []map[string]string{}}
	var err error
	if d.Format, err = f.format(a.global.json); err != nil {
		return err
	}
	if d.Format != "json" && f.out != "" && f.out != stdin {
		if d.File = f.out; exists(f.out) { // said before an hour of reading
			return problem.Refuse("file-exists", "name another file with -o, or delete it", "%s is there already", f.out)
		}
	}
	conn, err := a.connect(ctx, &f.rate, a.traced)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	e := importer.NewExport(rightsOf(conn))
	if err := a.readDirectory(ctx, conn, e, &d); err != nil {
		return err
	}
	if err := e.Settle(ctx); err != nil {
		return err
	}
	if err := errors.Join(a.writeExport(e, f, d.Format), a.rememberSize(conn, d)); err != nil {
		return err
	}
	return a.concludeExport(e, d)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// readDirectory reads every account into the export, with progress.
func (a *app) readDirectory(ctx context.Context, conn *connect.Connection, e *importer.Export, d *exportDocument) error {
	who, err := conn.Caller(ctx)
	if err != nil {
		return err
	}
	shown := a.showReading(conn)
	doubt, err := importer.EachAccount(ctx, conn.Client, who.ZOID, rightsOf(conn), conn.Profile.Knowledge(), e.Add, shown.count.Listed)
	shown.Stop()
	d.ZOID, d.Organisation = string(who.ZOID), first(conn.Profile.Organisation, string(who.ZOID))
	d.Accounts, d.Whole, d.Doubt = len(e.Rows), doubt == "", doubt
	return err
}

// reading shows how the reading of the directory goes.
type reading struct {
	*term.Progress
	count *importer.Progress
}

func (a *app) showReading(conn *connect.Connection) *reading {
	r := &reading{count: importer.NewProgress(time.Now, conn.Limiter.Stats)}
	r.count.Begin(importer.PhaseListing, conn.Profile.Users, 0)
	screen := term.New(a.Err, term.Options{Terminal: a.ErrTerminal, NoColor: a.global.noColor, Env: a.Env})
	r.Progress = term.StartProgress(screen, term.ProgressOptions{
		Noun: "accounts read", Quiet: a.global.quiet, Snapshot: func() term.Snapshot { return shownSnapshot(r.count.Snapshot()) },
	})
	return r
}

// rememberSize keeps in the profile how many accounts there are: plans choose by it how to read them.
func (a *app) rememberSize(conn *connect.Connection, d exportDocument) error {
	if conn.Rights == zoho.UserRights || !d.Whole {
		return nil
	}
	return conn.RememberDirectory(zoho.ID(d.ZOID), d.Accounts)
}

// writeExport writes the sheet in its format.
func (a *app) writeExport(e *importer.Export, f exportFlags, format string) error {
	switch {
	case format == "json":
		return nil
	case f.out == "" || f.out == stdin:
		return e.WriteCSV(a.Out, f.noBOM)
	case format == "csv":
		return createPrivate(f.out, func(w io.Writer) error { return e.WriteCSV(w, f.noBOM) })
	}
	return createPrivate(f.out, e.WriteXLSX)
}

// createPrivate writes a file that is not there yet and that only its owner may read. A file that could not be written to
// its end is not left behind.
func createPrivate(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, os.ErrExist):
		return problem.Refuse("file-exists", "name another file with -o, or delete it", "%s is there already", path)
	case err != nil:
		return problem.Refuse("write", "", "%v", err)
	}
	if err := errors.Join(write(file), file.Sync(), file.Close()); err != nil {
		return errors.Join(problem.Refuse("write", "", "%s: %v", path, err), os.Remove(path))
	}
	return nil
}

// concludeExport says what was written and what was left out.
func (a *app) concludeExport(e *importer.Export, d exportDocument) error {
	d.Columns = e.Header()
	for _, l := range e.LeftOut {
		d.LeftOut = append(d.LeftOut, leftOut{l.Row, l.ZUID, l.Field, l.Value, l.Reason})
	}
	if a.global.json {
		if d.Format == "json" {
			d.Users = e.Users()
		}
		if err := a.printJSON(d); err != nil {
			return err
		}
	}
	a.showExport(e, d)
	if !d.Whole {
		return outcome{exitFailed}
	}
	return nil
}

func (a *app) showExport(e *importer.Export, d exportDocument) {
	screen := term.New(a.Err, term.Options{Terminal: a.ErrTerminal, NoColor: a.global.noColor, Env: a.Env})
	for i, l := range e.LeftOut {
		if i == shownProblems && !a.global.verbose {
			screen.Linef("  … and %s (-v shows them all)", counted(len(e.LeftOut)-i, "other value", "other values"))
			break
		}
		screen.Para("  "+leftOutText(l), 4)
	}
	if d.Doubt != "" {
		screen.Para(term.Safe(d.Doubt), 2)
	}
	if a.global.quiet {
		return
	}
	screen.Linef("%s of organisation %s%s", counted(d.Accounts, "account"), term.Safe(zoho.OrganisationName(d.Organisation, zoho.ID(d.ZOID))), written(d.File))
	if d.File != "" {
		screen.Linef("next: edit it, and run zohobulk plan %s%s", shellWord(d.File), a.same(placeFlags))
	}
}

func written(file string) string {
	if file == "" {
		return ""
	}
	return " in " + file
}

// leftOutText says which value is not in its cell, and why.
func leftOutText(l importer.LeftOut) string {
	if l.Field == "" {
		return fmt.Sprintf("row %d (zuid %s): %s", l.Row, term.Safe(l.ZUID), term.Safe(l.Reason))
	}
	return fmt.Sprintf("row %d (zuid %s): %s %q is left out: %s", l.Row, term.Safe(l.ZUID), l.Field, problem.Shorten(l.Value, shownValue), term.Safe(l.Reason))
}
