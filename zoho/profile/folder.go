package profile

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

const (
	header   = "# A connection of zohobulk. It may be edited; there are no secrets in it.\n\n"
	ending   = ".toml"
	dirMode  = 0o700
	fileMode = 0o600
	maxFile  = 1 << 20 // a profile is under a kilobyte; anything near this is something else
)

// ErrNone is a profile that does not exist.
var ErrNone = errors.New("no such profile")

// Folder is where profiles live: one file each.
type Folder struct{ Path string }

// Folders are the program's own places on this system, as the environment gives them.
type Folders struct {
	Config string // profiles and, where there is no keyring, secrets
	Cache  string // access tokens
}

// System gives the program's places below the user's own configuration and cache folders.
func System() (Folders, error) {
	config, err := os.UserConfigDir()
	if err != nil {
		return Folders{}, fmt.Errorf("no folder for the configuration: %w", err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return Folders{}, fmt.Errorf("no folder for the token cache: %w", err)
	}
	return Folders{Config: filepath.Join(config, "zohobulk"), Cache: filepath.Join(cache, "zohobulk")}, nil
}

// Within is System for a computer on which the user has no such folders, as in a container: what can't be used lies below dir
// instead, and alone says why a cache there is shared with nobody.
func Within(dir string) (f Folders, alone error) {
	if config, err := os.UserConfigDir(); err == nil {
		f.Config = filepath.Join(config, "zohobulk")
	}
	if _, err := os.Stat(f.Config); f.Config == "" || err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.Config = filepath.Join(dir, "config")
	}
	cache, alone := os.UserCacheDir()
	if alone == nil {
		f.Cache = filepath.Join(cache, "zohobulk")
		alone = writable(f.Cache)
	}
	if alone != nil {
		f.Cache = filepath.Join(dir, "cache")
	}
	return f, alone
}

// writable makes a folder, and reports why no file can be made in it.
func writable(dir string) error {
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// Profiles is the folder of the profiles.
func (f Folders) Profiles() Folder { return Folder{filepath.Join(f.Config, "profiles")} }

// Secrets is the folder of secrets that no keyring takes.
func (f Folders) Secrets() string { return filepath.Join(f.Config, "secrets") }

// Tokens is the folder of access tokens.
func (f Folders) Tokens() string { return filepath.Join(f.Cache, "tokens") }

var goodName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$`)

// CheckName tells whether a name can be a file's on every system.
func CheckName(name string) error {
	if !goodName.MatchString(name) {
		return fmt.Errorf("profile %q: use letters, digits, dot, dash and underscore, at most 64", name)
	}
	return nil
}

// Load reads a profile. One that does not exist comes back empty, with its name and ErrNone.
func (f Folder) Load(name string) (Profile, error) {
	if name == "" {
		name = Default
	}
	p := Profile{Name: name}
	if err := CheckName(name); err != nil {
		return p, err
	}
	text, err := os.ReadFile(f.file(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p, fmt.Errorf("%q: %w", name, ErrNone)
	case err != nil:
		return p, fmt.Errorf("profile %q: %w", name, err)
	case len(text) > maxFile:
		return p, fmt.Errorf("profile %q: %s is no profile: it has %d bytes", name, f.file(name), len(text))
	}
	return f.parse(p, text)
}

func (f Folder) parse(p Profile, text []byte) (Profile, error) {
	meta, err := toml.Decode(string(text), &p)
	if err != nil {
		return Profile{Name: p.Name}, fmt.Errorf("%s: %w", f.file(p.Name), err)
	}
	// A misspelt secret_command that nobody reads would be looked for a long time.
	if extra := meta.Undecoded(); len(extra) > 0 {
		return Profile{Name: p.Name}, fmt.Errorf("%s: unknown key %q: correct or delete it", f.file(p.Name), extra[0].String())
	}
	return p, nil
}

// Save writes a profile, whole or not at all.
func (f Folder) Save(p Profile) error {
	if err := CheckName(p.Name); err != nil {
		return err
	}
	var text bytes.Buffer
	text.WriteString(header)
	encoder := toml.NewEncoder(&text)
	encoder.Indent = ""
	if err := encoder.Encode(p); err != nil {
		return fmt.Errorf("profile %q: %w", p.Name, err)
	}
	if err := WriteFile(f.file(p.Name), text.Bytes()); err != nil {
		return fmt.Errorf("profile %q: %w", p.Name, err)
	}
	return nil
}

// List names the profiles there are, sorted.
func (f Folder) List() ([]string, error) {
	entries, err := os.ReadDir(f.Path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("profiles: %w", err)
	}
	var names []string
	for _, e := range entries {
		if name, found := strings.CutSuffix(e.Name(), ending); found && CheckName(name) == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// Remove deletes a profile; one that is not there is no error.
func (f Folder) Remove(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if err := os.Remove(f.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("profile %q: %w", name, err)
	}
	return nil
}

func (f Folder) file(name string) string { return filepath.Join(f.Path, name+ending) }

// WriteFile writes a file of mode 0600 in a folder of mode 0700, whole or not at all, also through a power cut.
func WriteFile(path string, text []byte) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, ".new-*") // CreateTemp makes it 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	_, err = file.Write(text)
	if err = errors.Join(err, file.Chmod(fileMode), file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
