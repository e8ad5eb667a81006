package sheet

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"zohobulk/importer/problem"
)

// Open opens a CSV file or an XLSX workbook, finds out how it is written, and finds its header. What can't be read
// surely is a *problem.Refusal, and so is every error of the rows.
func Open(path string, o Options) (*Sheet, error) {
	if o.Name == "" {
		o.Name = filepath.Base(path)
	}
	o.Name = ValidName(o.Name)
	file, size, err := OpenFile(path)
	if err != nil {
		return nil, err
	}
	s, err := openFile(file, size, o)
	if err != nil {
		file.Close()
		return nil, err
	}
	s.closer = file
	return s, nil
}

// ValidName is a file's name as text. Archives from Windows unpack to names that are not UTF-8, and reports that hold one
// could not be read again.
func ValidName(name string) string { return strings.ToValidUTF8(name, "\ufffd") }

// OpenFile opens a file that may be a sheet, and gives its size. What can't be one (a folder, a device, an empty file) is
// refused.
func OpenFile(path string) (*os.File, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, refusePath(path, err)
	}
	stat, err := file.Stat()
	switch {
	case err != nil:
		err = refusePath(path, err)
	case stat.IsDir():
		err = problem.Refuse("not-a-sheet", "name the file in it", "%s is a folder", path)
	case !stat.Mode().IsRegular():
		err = problem.Refuse("not-a-sheet", `use "-" for a sheet on standard input`, "%s is no regular file", path)
	case stat.Size() == 0:
		err = problem.Refuse("empty-file", "it should have a header and rows", "%s is empty", path)
	}
	if err != nil {
		file.Close()
		return nil, 0, err
	}
	return file, stat.Size(), nil
}

func openFile(file *os.File, size int64, o Options) (*Sheet, error) {
	c := sniff(file, size)
	if err := checkContent(o.Name, c); err != nil {
		return nil, err
	}
	return openContent(file, size, c, o)
}

// openContent opens what is known to be a sheet.
func openContent(file io.ReaderAt, size int64, c content, o Options) (*Sheet, error) {
	info := Info{Name: o.Name, Format: c.format, Encrypted: c.ole}
	if c.format == formatCSV {
		return openCSV(file, size, info, o)
	}
	if !c.ole {
		return openXLSX(file, size, info, o)
	}
	plain, err := decrypt(file, size, o.Name, o.Password)
	if err != nil {
		return nil, err
	}
	return openXLSX(bytes.NewReader(plain), int64(len(plain)), info, o)
}

// refusePath says why a file can't be opened.
func refusePath(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return problem.Refuse("no-such-file", "look at the spelling and the folder", "%s: no such file", path)
	case errors.Is(err, fs.ErrPermission):
		return problem.Refuse("unreadable", "ask whoever owns it", "%s may not be read by this user", path)
	}
	return problem.Refuse("unreadable", "", "%w", err)
}
