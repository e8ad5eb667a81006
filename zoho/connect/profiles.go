package connect

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

	"zohobulk/zoho/internal/privatefile"
)

const (
	header  = "# A connection of zohobulk. It may be edited; there are no secrets in it.\n\n"
	ending  = ".toml"
	maxFile = 1 << 20 // a profile is under a kilobyte; anything near this is something else
)

// ErrNone is why a profile can't be loaded that does not exist.
var ErrNone = errors.New("no such profile")

// Profiles is the folder of the profiles: one file each.
type Profiles struct{ Path string }

// Folders are the program's own places on this system, as the environment gives them.
type Folders struct {
	Config string // profiles and, where there is no keyring, secrets
	Cache  string // access tokens, locks and the count of calls
}

// SystemFolders returns the program's places below the user's own configuration and cache folders.
func SystemFolders() (Folders, error) {
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

// FoldersWithin is SystemFolders for a computer on which the user has no such folders, as in a container: what can't be used lies below dir
// instead, and alone says why a cache there is shared with nobody.
func FoldersWithin(dir string) (f Folders, alone error) {
	if config, err := os.UserConfigDir(); err == nil {
		f.Config = filepath.Join(config, "zohobulk")
	}
	if _, err := os.Stat(f.Config); f.Config == "" || err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.Config = filepath.Join(dir, "config")
	}
	cache, alone := os.UserCacheDir()
	if alone == nil {
		f.Cache = filepath.Join(cache, "zohobulk")
		alone = privatefile.CheckFolder(f.Cache)
	}
	if alone != nil {
		f.Cache = filepath.Join(dir, "cache")
	}
	return f, alone
}

// Profiles is the folder of the profiles.
func (f Folders) Profiles() Profiles { return Profiles{filepath.Join(f.Config, "profiles")} }

// Sandbox is the file that keeps the stand-in's directory between commands.
func (f Folders) Sandbox() string { return filepath.Join(f.Config, "sandbox.json") }

// Secrets is the folder of secrets that no keyring takes.
func (f Folders) Secrets() string { return filepath.Join(f.Config, "secrets") }

// Tokens is the folder of access tokens.
func (f Folders) Tokens() string { return filepath.Join(f.Cache, "tokens") }

var goodName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$`)

// CheckName reports why a name can't be a file's on every system.
func CheckName(name string) error {
	if !goodName.MatchString(name) {
		return fmt.Errorf("profile %q: use letters, digits, dot, dash and underscore, at most 64", name)
	}
	return nil
}

// Load reads a profile. One that does not exist comes back empty, with its name and ErrNone.
func (f Profiles) Load(name string) (Profile, error) {
	if name == "" {
		name = DefaultProfile
	}
	p := Profile{Name: name}
	if err := CheckName(name); err != nil {
		return p, err
	}
	text, err := os.ReadFile(f.File(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p, fmt.Errorf("%q: %w", name, ErrNone)
	case err != nil:
		return p, fmt.Errorf("profile %q: %w", name, err)
	case len(text) > maxFile:
		return p, fmt.Errorf("profile %q: %s is no profile: it has %d bytes", name, f.File(name), len(text))
	}
	return f.parse(p, text)
}

func (f Profiles) parse(p Profile, text []byte) (Profile, error) {
	meta, err := toml.Decode(string(text), &p)
	if err != nil {
		return Profile{Name: p.Name}, fmt.Errorf("%s: %w", f.File(p.Name), err)
	}
	// A misspelt secret_command that nobody reads would be looked for a long time.
	if extra := meta.Undecoded(); len(extra) > 0 {
		return Profile{Name: p.Name}, fmt.Errorf("%s: unknown key %q: correct or delete it", f.File(p.Name), extra[0].String())
	}
	return p, nil
}

// Save writes a profile, whole or not at all.
func (f Profiles) Save(p Profile) error {
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
	if err := privatefile.Write(f.File(p.Name), text.Bytes()); err != nil {
		return fmt.Errorf("profile %q: %w", p.Name, err)
	}
	return nil
}

// List names the profiles there are, sorted.
func (f Profiles) List() ([]string, error) {
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
func (f Profiles) Remove(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	if err := os.Remove(f.File(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("profile %q: %w", name, err)
	}
	return nil
}

// File is the file of a profile.
func (f Profiles) File(name string) string { return filepath.Join(f.Path, name+ending) }
