package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPictures draws the pictures again: each shows its command and what came of it, and is small.
func TestPictures(t *testing.T) {
	t.Chdir(filepath.Join("..", "..", "..", ".."))
	folder := t.TempDir()
	if err := draw(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	for file, words := range map[string][]string{
		"validate.svg": {"$ zohobulk validate", "staff-mistakes.csv", "K12"},
		"plan.svg":     {"$ zohobulk plan", "17 ", "rebecca@zylker.com"},
		"apply.svg":    {"$ zohobulk apply", "yes", "17 ", "undo"},
	} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		shown := textOf(t, string(text))
		for _, word := range words {
			if !strings.Contains(shown, word) {
				t.Errorf("%s does not show %q:\n%s", file, word, shown)
			}
		}
		if len(text) > 20_000 {
			t.Errorf("%s has %d bytes", file, len(text))
		}
		if strings.Contains(shown, os.TempDir()) {
			t.Errorf("%s shows a folder of this machine:\n%s", file, shown)
		}
	}
}

// textOf is the text in a picture.
func textOf(t *testing.T, picture string) string {
	t.Helper()
	var b strings.Builder
	for d := xml.NewDecoder(strings.NewReader(picture)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok {
			b.Write(text)
		}
	}
}

// TestLooks sees how colours, lines that are drawn over and lines that are too long come out.
func TestLooks(t *testing.T) {
	lines := wrapped("half\rwhole \x1b[31mred\x1b[0m plain\n" + strings.Repeat("x", width+1) + "\n")
	picture := string(svg("a < b", lines))
	for _, part := range []string{`whole <tspan class="r">red</tspan> plain</text>`, ">" + strings.Repeat("x", width) + "</text>", ">x</text>", "a &lt; b"} {
		if !strings.Contains(picture, part) {
			t.Errorf("the picture has no %s:\n%s", part, picture)
		}
	}
	if strings.Contains(picture, "half") {
		t.Error("what was drawn over is still there")
	}
}

// TestPages walks through the page and takes its pictures.
func TestPages(t *testing.T) {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("no chromium on this machine")
	}
	t.Chdir(filepath.Join("..", "..", "..", ".."))
	folder := t.TempDir()
	if err := pages(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"page-problems.png", "page-preview.png", "page-result.png"} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.DecodeConfig(bytes.NewReader(text))
		if err != nil || picture.Width != windowWidth || picture.Height != windowHeight || len(text) > 200_000 {
			t.Errorf("%s: %v, %d by %d, %d bytes", file, err, picture.Width, picture.Height, len(text))
		}
	}
}
