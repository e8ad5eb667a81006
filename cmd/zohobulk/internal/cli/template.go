package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"zohobulk/importer"
	"zohobulk/importer/problem"
)

// templateFlags are those of template.
type templateFlags struct {
	out   string
	noBOM bool
}

func newTemplateCommand(a *app) *cobra.Command {
	var f templateFlags
	cmd := &cobra.Command{
		Use:   "template",
		Short: "write an empty sheet with the columns, drop-downs and notes",
		Long: `template writes an empty sheet with a column for every field. As XLSX its cells are text, so that Excel leaves ids, phones and
postcodes as they are typed; gender and country have drop-downs, and each header a note. Columns that are not needed can be
deleted.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.template(f) },
	}
	cmd.Flags().StringVarP(&f.out, "output", "o", "template.xlsx", "the file to write, XLSX or CSV by its ending; - is standard output, as CSV")
	cmd.Flags().BoolVar(&f.noBOM, "no-bom", false, "write a CSV without a byte-order mark")
	return cmd
}

// templateDocument is what template --json prints.
type templateDocument struct {
	Schema  int      `json:"schema"`
	File    string   `json:"file"`
	Format  string   `json:"format"`
	Columns []string `json:"columns"`
}

func (a *app) template(f templateFlags) error {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(f.out)), ".")
	var write func(io.Writer) error
	switch {
	case f.out == stdin && a.global.json:
		return usagef("--json needs a file to write the template to: -o FILE")
	case f.out == stdin, format == "csv":
		format, write = "csv", func(w io.Writer) error { return importer.TemplateCSV(w, f.noBOM) }
	case format == "xlsx":
		write = importer.TemplateXLSX
	default:
		return usagef("-o %s: the file's name ends in .xlsx or .csv", f.out)
	}
	if f.out == stdin {
		return write(a.Out)
	}
	if err := createNew(f.out, write); err != nil {
		return err
	}
	if a.global.json {
		return a.printJSON(templateDocument{importer.SchemaVersion, f.out, format, importer.TemplateHeader()})
	}
	a.notice(f.out + " written")
	a.notice("next: fill it in and run zohobulk validate " + shellWord(f.out))
	return nil
}

// createNew writes a file that is not there yet.
func createNew(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) // an empty template holds nobody's data
	switch {
	case errors.Is(err, os.ErrExist):
		return problem.Refuse("file-exists", "name another file with -o, or delete it", "%s is there already", path)
	case err != nil:
		return problem.Refuse("write", "", "%v", err)
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
