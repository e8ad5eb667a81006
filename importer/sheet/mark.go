package sheet

import (
	"bytes"
	"context"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/xuri/excelize/v2"

	"zohobulk/importer/sheet/internal/ooxml"
)

// What is marked in a workbook, and how.
type (
	MarkOptions = ooxml.MarkOptions
	MarkedRow   = ooxml.MarkedRow
	MarkedCell  = ooxml.MarkedCell
	SummaryLine = ooxml.SummaryLine
)

// NoFill is no colour behind a marked cell.
const NoFill = ooxml.NoFill

// Mark writes a copy of the workbook at path with cells coloured, notes on them, columns added and a worksheet with a
// summary; see MarkOptions. Everything else in it stays as it is. Rows come in the worksheet's order. A password opens an
// encrypted workbook, and encrypts the copy, which is then held in memory.
func Mark(ctx context.Context, w io.Writer, path, password string, o MarkOptions, rows iter.Seq2[MarkedRow, error]) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if password == "" || !sniff(f, info.Size()).ole {
		return mark(ctx, w, f, info.Size(), path, o, rows)
	}
	plain, err := decrypt(f, info.Size(), path, password)
	if err != nil {
		return err
	}
	var marked bytes.Buffer
	if err := mark(ctx, &marked, bytes.NewReader(plain), int64(len(plain)), path, o, rows); err != nil {
		return err
	}
	encrypted, err := excelize.Encrypt(marked.Bytes(), &excelize.Options{Password: password})
	if err != nil {
		return err
	}
	_, err = w.Write(encrypted)
	return err
}

func mark(ctx context.Context, w io.Writer, file io.ReaderAt, size int64, path string, o MarkOptions, rows iter.Seq2[MarkedRow, error]) error {
	parts, err := ooxml.Open(file, size, filepath.Base(path))
	if err != nil {
		return err
	}
	_, err = ooxml.Mark(ctx, parts, w, o, rows)
	return err
}
