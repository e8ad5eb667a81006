package web

import (
	"errors"
	"fmt"
	"html"
	"io/fs"
	"os"
	"path/filepath"
)

// Opener is a file that takes a browser to an address. A browser is started with the file's name, since what a process is started with
// is seen by every user of the machine, and the address holds a key.
type Opener struct{ Path string }

// WriteOpener writes the file into a folder. The folder must not be a hidden one: browsers that are kept in a box can't read those.
func WriteOpener(folder, address string) (Opener, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return Opener{}, err
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return Opener{}, err
	}
	file, err := os.CreateTemp(folder, "open-zohobulk-*.html") // with rights for its owner alone
	if err != nil {
		return Opener{}, err
	}
	const page = `<!doctype html><meta charset="utf-8"><title>zohobulk</title><meta http-equiv="refresh" content="0;url=%[1]s"><a href="%[1]s">zohobulk</a>`
	_, err = fmt.Fprintf(file, page, html.EscapeString(address))
	return Opener{file.Name()}, errors.Join(err, file.Close())
}

// Remove deletes the file. A second call does nothing.
func (o Opener) Remove() error {
	if err := os.Remove(o.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
