package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"zohobulk/zoho"
	"zohobulk/zoho/internal/privatefile"
)

// Place is where secrets were found or put.
type Place string

// The places, in the order in which they are looked at.
const (
	Environment Place = "environment"
	FromCommand Place = "secret_command"
	Keyring     Place = "keyring"
	File        Place = "file"
	Nowhere     Place = ""
)

const (
	keyringService = "zohobulk"
	// A keyring may be waiting for a person to type its password; a machine without a person must not wait for ever.
	keyringPatience = time.Minute
	// A password manager may ask for a fingerprint; two minutes are a guess at a person's patience.
	commandPatience = 2 * time.Minute
	maxSecretFile   = 64 << 10 // a few hundred bytes are expected
)

// Saved says where a profile's secrets are kept.
type Saved struct {
	Profile string   // the name under which they are kept
	Place   Place    // Keyring, File or Nowhere: where its login put them
	Command []string // a program that prints them, with its arguments; goes before Place
}

// Keeper finds, keeps and forgets the secrets of profiles.
type Keeper struct {
	Folder string              // of the secrets that no keyring takes: 0700, its files 0600
	Env    func(string) string // the environment; nil is the process's own
}

// Find returns the secrets of a profile with where they were: in the environment, else from its secret_command, else
// where its login put them. Secrets that are not there, or not all, are an *Error.
func (k Keeper) Find(ctx context.Context, s Saved) (c Credentials, err error) {
	place := k.Place(s)
	switch place {
	case Environment:
		c, _ = k.environment()
		err = incomplete(c, "the environment")
	case FromCommand:
		if c, err = run(ctx, s.Command); err == nil {
			err = incomplete(c, "secret_command")
		}
	case Keyring:
		c, err = k.fromKeyring(ctx, s.Profile)
	case File:
		c, err = k.fromFile(s.Profile)
	default:
		err = notLoggedIn(s.Profile)
	}
	c.Origin = Origin{Place: place, Where: k.Where(place, s.Profile)}
	return c, err
}

// Place says where Find would look, without looking.
func (k Keeper) Place(s Saved) Place {
	switch _, some := k.environment(); {
	case some:
		return Environment
	case len(s.Command) > 0:
		return FromCommand
	}
	return s.Place
}

// Client gives the client id and secret that the environment holds, for a login; either may be empty.
func (k Keeper) Client() (id, secret Secret) {
	return Secret(k.env(EnvClientID)), Secret(k.env(EnvClientSecret))
}

// Keep puts secrets into the keyring, or into a file if there is no keyring or file is set, and says where they are.
// why is the reason for the file, "" where it was asked for.
func (k Keeper) Keep(ctx context.Context, name string, c Credentials, file bool) (at Place, why string, err error) {
	text, err := c.reveal()
	if err != nil {
		return Nowhere, "", err
	}
	if !file {
		refused := patiently(ctx, func() error { return keyring.Set(keyringService, name, string(text)) })
		if refused == nil {
			// An older file of the same name would be a copy that nobody looks after.
			return Keyring, "", k.removeFile(name)
		}
		why = keyringWords(refused)
	}
	if err := privatefile.Write(k.file(name), text); err != nil {
		return Nowhere, why, fmt.Errorf("keep the secrets of profile %q: %w", name, err)
	}
	return File, why, nil
}

// Forget deletes what Keep put away.
func (k Keeper) Forget(ctx context.Context, name string, at Place) error {
	if at == Keyring {
		err := patiently(ctx, func() error { return keyring.Delete(keyringService, name) })
		if err != nil && !errors.Is(err, keyring.ErrNotFound) {
			return fmt.Errorf("delete the secrets of profile %q from the keyring: %s", name, keyringWords(err))
		}
	}
	return k.removeFile(name)
}

// Where names the place for a person, "" for Nowhere.
func (k Keeper) Where(at Place, name string) string {
	switch at {
	case Environment:
		return "the environment (" + EnvRefreshToken + ")"
	case FromCommand:
		return "the profile's secret_command"
	case Keyring:
		return "the system's keyring, as " + keyringService + " " + name
	case File:
		return "the file " + k.file(name)
	}
	return ""
}

func (k Keeper) env(name string) string {
	if k.Env == nil {
		return os.Getenv(name)
	}
	return k.Env(name)
}

// environment gives what the environment holds. Only a refresh token makes it a login: client id and secret alone are
// what somebody set for zohobulk login.
func (k Keeper) environment() (Credentials, bool) {
	var c Credentials
	for _, f := range c.fields() {
		*f.value = Secret(strings.TrimSpace(k.env(f.env)))
	}
	return c, c.RefreshToken != ""
}

func (k Keeper) fromKeyring(ctx context.Context, name string) (Credentials, error) {
	var text string
	err := patiently(ctx, func() (err error) {
		text, err = keyring.Get(keyringService, name)
		return err
	})
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return Credentials{}, notLoggedIn(name)
	case err != nil:
		return Credentials{}, &Error{Code: CodeUnreadable, Message: "the keyring cannot be read: " + keyringWords(err),
			Hint: "unlock it", Remedies: []zoho.Remedy{{Way: zoho.KeepInFile}}}
	}
	return complete([]byte(text), "the keyring")
}

func (k Keeper) fromFile(name string) (Credentials, error) {
	path := k.file(name)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Credentials{}, notLoggedIn(name)
	case err != nil:
		return Credentials{}, &Error{Code: CodeUnreadable, Message: fmt.Sprintf("the secrets cannot be read: %v", err), Remedies: []zoho.Remedy{{Way: zoho.LogIn}}}
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return Credentials{}, &Error{Code: CodeUnreadable, Message: path + " can be read by others on this machine",
			Hint: "chmod 600 it", Remedies: []zoho.Remedy{{Way: zoho.LogOut}}}
	case info.Size() > maxSecretFile:
		return Credentials{}, &Error{Code: CodeUnreadable, Message: path + " holds no secrets of ours", Remedies: []zoho.Remedy{{Way: zoho.LogIn}}}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Credentials{}, &Error{Code: CodeUnreadable, Message: fmt.Sprintf("the secrets cannot be read: %v", err), Remedies: []zoho.Remedy{{Way: zoho.LogIn}}}
	}
	return complete(text, path)
}

func (k Keeper) file(name string) string { return filepath.Join(k.Folder, name+".json") }

func (k Keeper) removeFile(name string) error {
	if err := os.Remove(k.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete the secrets of profile %q: %w", name, err)
	}
	return nil
}

func complete(text []byte, from string) (Credentials, error) {
	c, err := parseCredentials(text)
	if err != nil {
		return c, &Error{Code: CodeUnreadable, Message: from + ": " + err.Error(), Remedies: []zoho.Remedy{{Way: zoho.LogIn}}}
	}
	return c, incomplete(c, from)
}

func incomplete(c Credentials, from string) error {
	if c.Complete() {
		return nil
	}
	return &Error{Code: CodeIncomplete, Message: from + " has no " + strings.Join(c.missing(), ", no "),
		Hint: "all three are needed: " + EnvClientID + ", " + EnvClientSecret + " and " + EnvRefreshToken}
}

func notLoggedIn(name string) error {
	return &Error{Code: CodeNotLoggedIn, Message: fmt.Sprintf("not logged in (profile %q)", name),
		Remedies: []zoho.Remedy{{Way: zoho.LogIn, Args: []string{name}}, {Way: zoho.SetVariables, Args: []string{EnvClientID, EnvClientSecret, EnvRefreshToken}},
			{Way: zoho.Rehearse}}}
}

// run asks a secret command. What it prints is looked at and never shown; its questions go to the terminal.
func run(ctx context.Context, command []string) (Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, commandPatience)
	defer cancel()
	cmd := Command(ctx, command[0], command[1:]...)
	cmd.Stdin, cmd.Stderr = os.Stdin, os.Stderr
	cmd.WaitDelay = time.Second // a grandchild that holds the pipe open must not hold us
	out, err := cmd.Output()
	if err != nil {
		return Credentials{}, &Error{Code: CodeUnreadable, Message: fmt.Sprintf("secret_command %s: %v", filepath.Base(command[0]), err),
			Hint: "run the command of the profile by hand and see what it says"}
	}
	c, err := parseCredentials(out)
	if err != nil {
		return c, &Error{Code: CodeUnreadable, Message: "secret_command printed " + err.Error(), Remedies: []zoho.Remedy{{Way: zoho.ShowSecretForms}}}
	}
	return c, nil
}

// patiently bounds a call of the keyring, which knows no context.
func patiently(ctx context.Context, call func() error) error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-time.After(keyringPatience):
		return errors.New("it did not answer within a minute")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// keyringWords says what a keyring's error means; its own words are about sockets and buses.
func keyringWords(err error) string {
	if errors.Is(err, keyring.ErrUnsupportedPlatform) {
		return "this system has none"
	}
	return err.Error()
}
