package web

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"zohobulk/importer"
)

// The files that are made of a sheet which is being corrected.
var sheetFiles = map[string]struct {
	name, media string
	write       func(context.Context, *importer.Run, *os.File, bool) error
}{
	"corrected.xlsx": {"-corrected.xlsx", mediaXLSX, func(ctx context.Context, r *importer.Run, f *os.File, open bool) error {
		return r.WriteCorrected(ctx, f, importer.CorrectedForm{Format: "xlsx", Decrypted: open})
	}},
	"corrected.csv": {"-corrected.csv", "text/csv; charset=utf-8", func(ctx context.Context, r *importer.Run, f *os.File, open bool) error {
		return r.WriteCorrected(ctx, f, importer.CorrectedForm{Format: "csv", Decrypted: open})
	}},
	"marked.xlsx": {"-marked.xlsx", mediaXLSX, func(ctx context.Context, r *importer.Run, f *os.File, open bool) error {
		return r.WriteMarked(ctx, f.Name(), open)
	}},
}

// mediaXLSX is the media type of a workbook.
const mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// getSheetFile makes one of the files and sends it. It is made whole first, so that nobody saves half of one.
func (s *Server) getSheetFile(w http.ResponseWriter, r *http.Request) error {
	kind, known := sheetFiles[r.PathValue("name")]
	if !known {
		refuse(w, http.StatusNotFound)
		return nil
	}
	work, err := s.desk.sheet(r.Context(), r.PathValue("run"))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "zohobulk-download-*") // which its owner alone can read
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file, err := os.Create(filepath.Join(dir, r.PathValue("name")))
	if err != nil {
		return err
	}
	err = kind.write(r.Context(), work.run, file, r.URL.Query().Get("open") != "")
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	name := work.run.Meta().File
	return sendFile(w, file.Name(), strings.TrimSuffix(name, filepath.Ext(name))+kind.name, kind.media)
}

// sendFile sends a file to be saved under a name.
func sendFile(w http.ResponseWriter, path, name, media string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	_, _ = io.Copy(w, file) // whoever went away needs no file
	return nil
}
