package web

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"zohobulk/importer/problem"
)

// Instance is the one server of a folder: its lock, and the file ui.json by which a second start finds it. The operating system frees
// the lock when the process ends, however it ends.
type Instance struct {
	path string
	lock *flock.Flock
	file instanceFile
}

// instanceFile is ui.json. Only its owner can read it: it holds secrets.
type instanceFile struct {
	PID     int          `json:"pid"`
	Port    int          `json:"port"`
	Secret  string       `json:"secret"` // lets a second start ask for a key
	Session SavedSession `json:"session"`
}

// instanceWait is how long a second start waits for the first one's answer. The first may still be writing its file.
const instanceWait = 5 * time.Second

// Claim makes this process the one server of a folder. If another process is, Claim asks it for an address that opens its page, with a
// sheet if one is named, and gives that instead.
func Claim(ctx context.Context, folder, sheet string) (mine *Instance, address string, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, "", fmt.Errorf("the folder of the page's file can't be used: %w", err)
	}
	i := &Instance{path: filepath.Join(folder, "ui.json")}
	i.lock = flock.New(filepath.Join(folder, "ui.lock"), flock.SetPermissions(0o600))
	locked, err := i.lock.TryLock()
	if err != nil {
		return nil, "", err
	}
	if !locked {
		address, err = i.ask(ctx, sheet)
		return nil, address, err
	}
	i.file, _ = i.read() // what a killed process left: its tabs find this one
	i.file.PID, i.file.Secret = os.Getpid(), unguessable()
	return i, "", nil
}

// Listen listens on an address of this machine. With port 0 the port of a killed process is tried first, so that its tabs live on.
func (i *Instance) Listen(addr string) (net.Listener, error) {
	if err := CheckAddress(addr); err != nil {
		return nil, err
	}
	host, port, _ := net.SplitHostPort(addr)
	if port == "0" && i.file.Port > 0 {
		if l, err := net.Listen("tcp4", net.JoinHostPort(host, fmt.Sprint(i.file.Port))); err == nil {
			return l, nil
		}
	}
	l, err := net.Listen("tcp4", addr)
	if err != nil {
		return nil, problem.Refuse("no-address", "choose another port", "%v", err)
	}
	return l, nil
}

// CheckAddress refuses an address that other machines could reach, or another name than 127.0.0.1.
func CheckAddress(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil || host != "127.0.0.1" {
		return fmt.Errorf("%q: want 127.0.0.1 with a port, like 127.0.0.1:0", addr)
	}
	return nil
}

// Saved is the session of a process that was killed, nil if there is none.
func (i *Instance) Saved() *SavedSession {
	if i.file.Session.ID == "" {
		return nil
	}
	return &i.file.Session
}

// Publish writes ui.json for a server.
func (i *Instance) Publish(s *Server, l net.Listener) error {
	i.file.Port = l.Addr().(*net.TCPAddr).Port
	i.file.Session = s.Session()
	s.admit(i.file.Secret)
	text, err := json.Marshal(i.file)
	if err != nil {
		return err
	}
	aside := i.path + ".new"
	if err := os.WriteFile(aside, text, 0o600); err != nil {
		return err
	}
	return os.Rename(aside, i.path)
}

// Close removes ui.json and frees the lock.
func (i *Instance) Close() error { return errors.Join(os.Remove(i.path), i.lock.Unlock()) }

func (i *Instance) read() (f instanceFile, err error) {
	text, err := os.ReadFile(i.path)
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	return f, err
}

// keyRequest is what a second start sends.
type keyRequest struct {
	Sheet string `json:"sheet"` // absolute path of a sheet to open, "" for none
}

// keyAnswer is what it gets.
type keyAnswer struct {
	Address string `json:"address"`
	Error   string `json:"error"`
	Hint    string `json:"hint"`
}

// ask asks the first process for an address.
func (i *Instance) ask(ctx context.Context, sheet string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, instanceWait)
	defer cancel()
	for {
		f, err := i.read()
		if err == nil {
			var answer keyAnswer
			if answer, err = f.ask(ctx, sheet); err == nil {
				return answer.Address, nil
			}
		}
		var refusal *problem.Refusal
		if errors.As(err, &refusal) {
			return "", err
		}
		select {
		case <-ctx.Done():
			return "", problem.Refuse("page-in-use", "end it, or wait a moment", "another process serves the page, and it does not answer: %v", err)
		case <-time.After(100 * time.Millisecond): // it may be about to write its file
		}
	}
}

func (f instanceFile) ask(ctx context.Context, sheet string) (a keyAnswer, err error) {
	body, err := json.Marshal(keyRequest{sheet})
	if err != nil {
		return a, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, fmt.Sprintf("http://127.0.0.1:%d/key", f.Port), bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	request.Header.Set("Authorization", "Bearer "+f.Secret)
	client := http.Client{Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return a, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return a, errors.New(response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		return a, err
	}
	if a.Error != "" {
		return a, problem.Refuse("sheet-refused", a.Hint, "%s", a.Error)
	}
	return a, nil
}

// admit makes the server answer second starts that know a secret.
func (s *Server) admit(secret string) { s.second.Store(&secret) }

// postKey gives a second start an address.
func (s *Server) postKey(w http.ResponseWriter, r *http.Request) {
	secret := s.second.Load()
	given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if secret == nil || subtle.ConstantTimeCompare([]byte(given), []byte(*secret)) != 1 {
		refuse(w, http.StatusNotFound)
		return
	}
	var asked keyRequest
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		refuse(w, http.StatusBadRequest)
		return
	}
	var answer keyAnswer
	screen, err := s.OpenSheet(r.Context(), asked.Sheet)
	if err != nil {
		said := s.say(err)
		answer.Error, answer.Hint = said.Message, said.Hint
	} else {
		answer.Address = s.NewAddress(screen)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}
