package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"zohobulk/zoho/auth"
	"zohobulk/zoho/zohotest"
)

// taskVariable tells a process of this program which task it is to do instead of measuring.
const taskVariable = "ZOHOBULK_BENCHMARK_TASK"

// peakVariable names the file to which such a process writes its peak of memory, in bytes.
const peakVariable = "ZOHOBULK_BENCHMARK_PEAK"

// usage is what a process has used.
type usage struct {
	wall   time.Duration // from its start to its end
	cpu    time.Duration // user and system
	memory int64         // peak, in bytes; 0 where it is not known
}

// measure does a task in a process of its own, with its home below dir.
func measure(ctx context.Context, dir, task string, env []string, args ...string) (usage, error) {
	path, err := os.Executable()
	if err != nil {
		return usage{}, err
	}
	home, err := os.MkdirTemp(dir, "home-")
	if err != nil {
		return usage{}, err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = home
	cmd.Env = append(os.Environ(), taskVariable+"="+task, "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home, "AppData="+home, "LocalAppData="+home)
	memory := filepath.Join(home, "peak")
	cmd.Env = append(append(cmd.Env, peakVariable+"="+memory), env...)
	var said bytes.Buffer
	cmd.Stderr = &said
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return usage{}, fmt.Errorf("%w\n%s", err, said.String())
	}
	u := usage{wall: time.Since(began), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	text, err := os.ReadFile(memory)
	if err != nil {
		return u, err
	}
	u.memory, err = strconv.ParseInt(string(text), 10, 64)
	return u, err
}

// sent does a task that calls a stand-in for the service with this directory, and returns what was called.
func sent(ctx context.Context, dir string, users []zohotest.User, task string, args ...string) (usage, zohotest.Counts, error) {
	service := zohotest.New(zohotest.Options{Users: users, LogSize: -1})
	server := httptest.NewServer(service)
	defer server.Close()
	env := []string{
		"ZOHOBULK_MAIL_URL=" + server.URL, "ZOHOBULK_ACCOUNTS_URL=" + server.URL, "ZOHOBULK_RATE=unlimited",
		"ZOHOBULK_REPORTS=" + filepath.Join(dir, "reports"), tokenVariable + "=" + service.AccessToken(zohotest.AllScopes()...),
		auth.EnvClientID + "=" + zohotest.ClientID, auth.EnvClientSecret + "=" + zohotest.ClientSecret, auth.EnvRefreshToken + "=" + zohotest.RefreshToken,
	}
	if task == taskHTTP {
		args = append([]string{server.URL}, args...)
	}
	u, err := measure(ctx, dir, task, env, args...)
	return u, service.Counts(), err
}
