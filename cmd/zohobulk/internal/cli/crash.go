package cli

import (
	"errors"
	"os"
	"path/filepath"

	"zohobulk/importer/problem"
)

// crashFile is the file of a run's folder that holds what a report of a fault of the program needs.
const crashFile = "crash.txt"

// reportable makes of a panic that was caught a refusal that asks for a report of it, and writes what such a report needs into a file
// of the folder that only its owner can read: "" is the system's folder for temporary files. Other errors stay as they are.
func (a *app) reportable(err error, dir string) error {
	var crash *problem.Crash
	var known *problem.Refusal
	if !errors.As(err, &crash) || errors.As(err, &known) {
		return err
	}
	refusal := problem.Refuse("program-fault", "please report it to the makers of zohobulk",
		"zohobulk met a fault of its own and stopped; what was sent until then is on record")
	refusal.Err = err
	if path, written := a.keepCrash(crash, dir); written == nil {
		refusal.Hint += ", with the file " + path + " (it may hold values of the sheet)"
	}
	return refusal
}

func (a *app) keepCrash(crash *problem.Crash, dir string) (path string, err error) {
	text := []byte(a.secrets.Redact(string(crash.Report())))
	if dir != "" {
		path = filepath.Join(dir, crashFile)
		return path, os.WriteFile(path, text, 0o600)
	}
	file, err := os.CreateTemp("", "zohobulk-crash-*.txt") // created 0600
	if err != nil {
		return "", err
	}
	_, err = file.Write(text)
	return file.Name(), errors.Join(err, file.Close())
}
