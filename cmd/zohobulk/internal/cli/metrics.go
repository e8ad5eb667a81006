package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"zohobulk/importer"
	"zohobulk/importer/problem"
)

// metrics are the numbers of one command for --metrics-file, in the text format of Prometheus. They hold no name of a person or
// an organisation.
type metrics struct {
	command, profile string
	began, ended     time.Time
	exit             int
	run              *importer.Summary // nil where there is no run: the sheet was refused, the login failed, or it was a dry run
}

// measured does the work of a command and writes its metrics, however it ended. That they can't be written is said, and changes nothing
// about the run.
func (a *app) measured(command string, f *sendFlags, work func() error) error {
	if f.metricsFile == "" {
		return work()
	}
	if at, err := os.Stat(filepath.Dir(f.metricsFile)); err != nil || !at.IsDir() {
		return usagef("--metrics-file %s: there is no folder %s", f.metricsFile, filepath.Dir(f.metricsFile))
	}
	m := metrics{command: command, profile: first(a.global.profile, "default"), began: a.Now()}
	if a.global.sandbox {
		m.profile = "sandbox"
	}
	err := problem.Guard(work)
	m.ended, m.exit, m.run = a.Now(), a.exitCode(err), a.concluded
	if werr := writeForAll(f.metricsFile, m.text()); werr != nil {
		a.notice(fmt.Sprintf("--metrics-file: %v", werr))
	}
	return err
}

// text is the file's content.
func (m metrics) text() []byte {
	var b bytes.Buffer
	write := func(name, help string, samples ...measurement) {
		fmt.Fprintf(&b, "# HELP zohobulk_run_%s %s\n# TYPE zohobulk_run_%s gauge\n", name, help, name)
		for _, s := range samples {
			fmt.Fprintf(&b, "zohobulk_run_%s{%s,%s%s} %s\n", name, label("command", m.command), label("profile", m.profile), s.label,
				strconv.FormatFloat(s.value, 'f', -1, 64))
		}
	}
	write("exit_code", "Exit code of the newest run: 0 is success, 3 that rows are invalid or failed.", number(m.exit))
	write("start_time_seconds", "When the command began, in seconds since 1970.", seconds(m.began))
	write("end_time_seconds", "When the command ended, in seconds since 1970.", seconds(m.ended))
	s := m.run
	if s == nil {
		return b.Bytes()
	}
	write("state", "State of the run: finished, held or stopped, among others.", measurement{label: "," + label("state", s.State), value: 1})
	write("rows", "Rows of the sheet by how they ended.",
		ended("updated", s.Updated), ended("unchanged", s.Unchanged), ended("failed", s.Failed),
		ended("invalid", s.Invalid), ended("not_sent", s.NotSent))
	write("half_sent_rows", "Failed rows of which a part was accepted.", number(s.HalfSent))
	write("calls", "Calls of the service.", number(s.Requests))
	write("read_calls", "Calls that only read.", number(s.Reads))
	write("retried_calls", "Calls that were repeated.", number(s.Retries))
	write("throttled_calls", "Calls that the service refused because there were too many.", number(s.Throttled))
	return b.Bytes()
}

// measurement is one value of a metric, with a label beside those that all have.
type measurement struct {
	label string
	value float64
}

func number(n int) measurement { return measurement{value: float64(n)} }

func seconds(t time.Time) measurement { return measurement{value: float64(t.UnixMilli()) / 1000} }

func ended(status string, rows int) measurement {
	return measurement{label: "," + label("status", status), value: float64(rows)}
}

// label is a label as the format writes it, with its three escapes.
func label(name, value string) string {
	return name + `="` + escapes.Replace(strings.ToValidUTF8(value, "?")) + `"`
}

var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// writeForAll writes a file that every user of the machine may read, as a collector of metrics must, whole or not at all. The collector
// takes files that end in .prom, so the draft does not.
func writeForAll(path string, content []byte) (err error) {
	draft, err := os.CreateTemp(filepath.Dir(path), "."+strings.TrimSuffix(filepath.Base(path), ".prom")+"-*.tmp")
	if err != nil {
		return err
	}
	_, err = draft.Write(content)
	err = errors.Join(err, draft.Chmod(0o644), draft.Sync(), draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		_ = os.Remove(draft.Name())
	}
	return err
}
