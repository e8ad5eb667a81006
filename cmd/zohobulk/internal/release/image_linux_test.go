package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// image is the last stage of the Dockerfile.
type image struct {
	from  string
	copy  [][2]string // from where in the stage before, and to where
	env   []string
	user  uint32
	dir   string
	entry string
}

// readImage reads what the Dockerfile says of its last stage.
func readImage(t *testing.T) (m image) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); {
		words := strings.Fields(s.Text())
		if len(words) < 2 {
			continue
		}
		switch words[0] {
		case "FROM":
			m = image{from: words[1]}
		case "COPY":
			m.copy = append(m.copy, [2]string{words[len(words)-2], words[len(words)-1]})
		case "ENV":
			m.env = append(m.env, words[1:]...)
		case "WORKDIR":
			m.dir = words[1]
		case "USER":
			id, _, _ := strings.Cut(words[1], ":")
			n, err := strconv.ParseUint(id, 10, 32)
			if err != nil {
				t.Fatalf("USER %s: want a number, since there are no names in the image", words[1])
			}
			m.user = uint32(n)
		case "ENTRYPOINT":
			m.entry = strings.Trim(words[1], `["]`)
		}
	}
	return m
}

// TestImage puts the files of the image into a folder, as the Dockerfile says, and runs the program there with that folder as its root and
// the rights of the image's user. It needs no Docker.
func TestImage(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a process another root folder")
	}
	m := readImage(t)
	if m.from != "scratch" || m.user == 0 {
		t.Fatalf("the image is made from %s and runs as user %d", m.from, m.user)
	}
	// A folder of t.TempDir can't be entered by another user.
	root, err := os.MkdirTemp("", "zohobulk-image-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range m.copy {
		m.put(t, root, c[0], c[1])
	}
	runs := func(want string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), m.entry, args...)
		cmd.Env, cmd.Dir = append(m.env, "TZ=Europe/Berlin"), m.dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: m.user, Gid: m.user}}
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
	runs("zohobulk", "--version")
	runs("17 updated", "apply", "staff.csv", "--sandbox", "--yes")
	runs("17 updated", "undo", "latest", "--sandbox", "--yes")
	for _, made := range []string{"reports", ".cache"} {
		if info, err := os.Stat(filepath.Join(root, m.dir, made)); err != nil || info.Sys().(*syscall.Stat_t).Uid != m.user {
			t.Errorf("%v: %s is not the user's", err, made)
		}
	}
}

// put puts what the stage before has made to its place in the image.
func (m image) put(t *testing.T, root, from, to string) {
	t.Helper()
	at := filepath.Join(root, to)
	if strings.HasSuffix(to, "/") {
		at = filepath.Join(at, filepath.Base(from))
	}
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	source := from
	switch from {
	case "/out/zohobulk":
		_, flags := releaseBuild(t)
		run(t, top, []string{"CGO_ENABLED=0"}, "go", append(append([]string{"build", "-o", at}, flags...), "-buildvcs=auto", "./cmd/zohobulk")...)
		return
	case "/out/zoneinfo.zip":
		source = filepath.Join(strings.TrimSpace(run(t, top, nil, "go", "env", "GOROOT")), "lib", "time", "zoneinfo.zip")
	case "/out/data":
		m.data(t, at)
		return
	}
	content, err := os.ReadFile(source)
	if err != nil {
		t.Skipf("no %s on this machine", source)
	}
	if err := os.WriteFile(at, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// data is the folder that belongs to the user, with a sheet that somebody has put there.
func (m image) data(t *testing.T, at string) {
	t.Helper()
	sheet, err := os.ReadFile(filepath.Join(top, "samples", "staff.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(at, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(at, "staff.csv"), sheet, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(at, int(m.user), int(m.user)); err != nil {
		t.Fatal(err)
	}
}
