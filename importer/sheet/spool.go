package sheet

import (
	"fmt"
	"io"
	"os"

	"zohobulk/importer/problem"
)

// Spooled is a sheet that came as a stream, kept in a temporary file that only its owner may read.
type Spooled struct {
	Path   string // its ending fits its format
	Format string // "csv" or "xlsx"
}

// Spool keeps a stream in a file of a folder ("" is the system's for temporary files), since a sheet is read more than
// once, and a workbook from its end. What is no sheet is refused, and nothing is left behind.
func Spool(r io.Reader, folder, name string) (*Spooled, error) {
	file, err := os.CreateTemp(folder, "zohobulk-*") // created 0600
	if err != nil {
		return nil, fmt.Errorf("keep %s: %w", name, err)
	}
	defer file.Close()
	s := &Spooled{Path: file.Name()}
	if err := s.fill(file, r, name); err != nil {
		file.Close()
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Spooled) fill(file *os.File, r io.Reader, name string) error {
	size, err := io.Copy(file, r)
	if err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	if size == 0 {
		return problem.Refuse("empty-file", "it should have a header and rows", "%s is empty", name)
	}
	c := sniff(file, size)
	if err := checkContent(name, c); err != nil {
		return err
	}
	s.Format = c.format
	if err := file.Close(); err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	named := s.Path + "." + s.Format
	if err := os.Rename(s.Path, named); err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	s.Path = named
	return nil
}

// Close deletes the file.
func (s *Spooled) Close() error { return os.Remove(s.Path) }
