// Command make writes the sample sheets. They are about the people whom the sandbox knows, so that each can be tried on it,
// and are the same every time.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . -o ..

func main() {
	out := flag.String("o", ".", "folder to write to")
	flag.Parse()
	if err := write(*out); err != nil {
		fmt.Fprintln(os.Stderr, "make:", err)
		os.Exit(1)
	}
}

func write(folder string) error {
	for _, f := range files() {
		content, err := f.content()
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if err := os.WriteFile(filepath.Join(folder, f.name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// file is one sample.
type file struct {
	name    string
	content func() ([]byte, error)
}

func files() []file {
	return []file{
		{"staff.csv", func() ([]byte, error) { return staff().csv(',', "\n") }},
		{"staff.xlsx", func() ([]byte, error) { return workbook("Staff", staff()) }},
		{"staff-mistakes.csv", func() ([]byte, error) { return mistakes().csv(',', "\n") }},
		{"staff-mistakes.xlsx", mistakesWorkbook},
		{"staff-ids.csv", func() ([]byte, error) { return ids().csv(',', "\n") }},
		{"new-addresses.csv", func() ([]byte, error) { return addresses().csv(',', "\n") }},
		{"staff-semicolon.csv", func() ([]byte, error) { return western(german()) }},
	}
}
