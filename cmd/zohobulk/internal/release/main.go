// Command release writes what goes into a release archive beside the program: completions for shells, pages of the manual, and the
// licence texts of everything that is compiled in. .goreleaser.yaml runs it before it builds:
//
//	go run ./cmd/zohobulk/internal/release build/release
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"zohobulk/cmd/zohobulk/internal/licence"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./cmd/zohobulk/internal/release FOLDER")
		os.Exit(2)
	}
	if err := write(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// program is the package of the program, from any folder of the module.
const program = "zohobulk/cmd/zohobulk"

// write writes all of it into a folder, which it empties first.
func write(ctx context.Context, folder string) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := writeLicences(ctx, filepath.Join(folder, "licences")); err != nil {
		return err
	}
	built := filepath.Join(folder, "zohobulk.exe") // Windows wants the ending, and nobody else minds
	if _, err := output(ctx, "go", "build", "-o", built, program); err != nil {
		return err
	}
	if err := writeCompletions(ctx, built, filepath.Join(folder, "completions")); err != nil {
		return err
	}
	if _, err := output(ctx, built, "man", filepath.Join(folder, "man")); err != nil {
		return err
	}
	return os.Remove(built)
}

// completions are the files of the completions, by shell, named as each shell looks for them.
var completions = map[string]string{"bash": "zohobulk.bash", "zsh": "_zohobulk", "fish": "zohobulk.fish", "powershell": "zohobulk.ps1"}

func writeCompletions(ctx context.Context, built, folder string) error {
	for shell, file := range completions {
		script, err := output(ctx, built, "completion", shell)
		if err != nil {
			return err
		}
		if err := writeFile(filepath.Join(folder, file), script); err != nil {
			return err
		}
	}
	return nil
}

// writeLicences writes a folder for each module, with its texts.
func writeLicences(ctx context.Context, folder string) error {
	modules, err := licence.Of(ctx, ".", licence.Targets, program)
	if err != nil {
		return err
	}
	for _, m := range modules {
		name := m.Path
		if m.Version != "" {
			name += "@" + m.Version
		}
		for _, text := range m.Texts {
			if err := writeFile(filepath.Join(folder, filepath.FromSlash(name), text.Name), text.Content); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeFile writes a file for everybody to read, and the folders that lead to it.
func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}

// output runs a program and returns what it printed.
func output(ctx context.Context, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, said.String())
	}
	return out, nil
}
