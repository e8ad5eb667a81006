package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"zohobulk/importer"
	"zohobulk/importer/problem"
)

// uploadBytes is how large a sheet may be: a million rows with twenty columns take less.
const uploadBytes = 256 << 20

// mostWaiting is how many sheets wait for an answer at once; the oldest goes.
const mostWaiting = 4

// waitingSheet is a sheet that can't be opened yet: a password, a worksheet or an encoding is wanted.
type waitingSheet struct {
	ID      string
	Path    string
	Name    string
	Options importer.SheetOptions

	temp bool  // it was uploaded, and its file is ours
	err  error // what it needs
}

// waiting are the sheets that wait for an answer.
type waiting struct {
	mu     sync.Mutex
	sheets []*waitingSheet
}

func newWaiting(path, name string, temp bool, o importer.SheetOptions) *waitingSheet {
	return &waitingSheet{ID: unguessable(), Path: path, Name: name, temp: temp, Options: o}
}

// add keeps a sheet until its question is answered.
func (w *waiting) add(sheet *waitingSheet) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if slices.Contains(w.sheets, sheet) {
		return
	}
	for len(w.sheets) >= mostWaiting {
		w.drop(w.sheets[0])
	}
	w.sheets = append(w.sheets, sheet)
}

func (w *waiting) find(id string) (*waitingSheet, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, sheet := range w.sheets {
		if sheet.ID == id {
			return sheet, nil
		}
	}
	return nil, problem.Refuse("no-such-file", "choose it again", "the sheet is not here any more")
}

// remove forgets a sheet, and deletes its file if it was uploaded.
func (w *waiting) remove(sheet *waitingSheet) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop(sheet)
}

func (w *waiting) drop(sheet *waitingSheet) {
	for i, s := range w.sheets {
		if s == sheet {
			w.sheets = append(w.sheets[:i], w.sheets[i+1:]...)
			break
		}
	}
	if sheet.temp {
		_ = os.Remove(sheet.Path) // it lies in the system's folder for such files
	}
}

func (w *waiting) clear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.sheets) > 0 {
		w.drop(w.sheets[0])
	}
}

// isUpload reports whether a request brings a sheet, which has limits of its own.
func isUpload(r *http.Request) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return kind == "multipart/form-data" && strings.HasSuffix(r.URL.Path, "/sheets")
}

// arrived is the sheet that a request is about.
func (s *Server) arrived(w http.ResponseWriter, r *http.Request) (*waitingSheet, error) {
	if isUpload(r) {
		return s.upload(w, r)
	}
	sheet, err := s.waiting.find(r.FormValue("sheet"))
	if err != nil {
		return nil, err
	}
	if password := r.PostForm.Get("password"); password != "" {
		sheet.Options.Password = password
	}
	if worksheet := r.PostForm.Get("worksheet"); worksheet != "" {
		sheet.Options.Worksheet = worksheet
	}
	if encoding := r.PostForm.Get("encoding"); encoding != "" {
		sheet.Options.Encoding = encoding
	}
	return sheet, nil
}

// errNoSheet says that nothing was chosen.
var errNoSheet = problem.Refuse("no-sheet", "choose an XLSX or a CSV", "no sheet was chosen")

// upload streams a sheet into a file that only this user can read.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) (*waitingSheet, error) {
	control := http.NewResponseController(w)
	r.Body = http.MaxBytesReader(w, patient{r.Body, control}, uploadBytes)
	defer func() { _ = control.SetReadDeadline(time.Time{}) }() // a recorder in a test has none
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, errNoSheet
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil, uploadFault(err)
		}
		if part.FormName() == "file" && part.FileName() != "" {
			path, err := saveUpload(part)
			if err != nil {
				return nil, uploadFault(err)
			}
			return newWaiting(path, filepath.Base(part.FileName()), true, s.options.Sheet), nil
		}
	}
}

func uploadFault(err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, io.EOF):
		return errNoSheet
	case errors.As(err, &large):
		return problem.Refuse("too-large", "split it", "the sheet is larger than %d MB", uploadBytes>>20)
	}
	return problem.Refuse("upload", "choose it again", "the sheet did not arrive whole: %v", err)
}

func saveUpload(from io.Reader) (path string, err error) {
	file, err := os.CreateTemp("", "zohobulk-upload-*") // with rights for its owner alone
	if err != nil {
		return "", err
	}
	_, err = io.Copy(file, from)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// patient is a body that may take as long as it needs, but never pause for longer than a form may take.
type patient struct {
	io.ReadCloser
	control *http.ResponseController
}

func (p patient) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(formTimeout)) // a recorder in a test has none
	return p.ReadCloser.Read(b)
}
