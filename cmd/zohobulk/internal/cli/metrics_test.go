package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// readMetrics reads a file as Prometheus does. The keys are the names with the labels that differ: rows updated.
func readMetrics(t *testing.T, path string) map[string]float64 {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	values := map[string]float64{}
	for name, family := range families {
		if family.GetHelp() == "" {
			t.Errorf("%s has no help", name)
		}
		key := strings.TrimPrefix(name, "zohobulk_run_")
		for _, m := range family.GetMetric() {
			of := key
			for _, l := range m.GetLabel() {
				switch l.GetName() {
				case "command", "profile":
					values[l.GetName()+" "+l.GetValue()]++
				default:
					of += " " + l.GetValue()
				}
			}
			values[of] = m.GetGauge().GetValue()
		}
	}
	return values
}

// picked are the values of some keys.
func picked(all map[string]float64, keys ...string) map[string]float64 {
	some := map[string]float64{}
	for key, value := range all {
		if slices.Contains(keys, key) {
			some[key] = value
		}
	}
	return some
}

func TestMetricsOfRuns(t *testing.T) {
	o := newOffice(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "zohobulk.prom")
	apply := func(code int, args ...string) map[string]float64 {
		t.Helper()
		o.run(append(args, "--metrics-file", file)...).must(t, code)
		return readMetrics(t, file)
	}
	keys := []string{"exit_code", "rows updated", "rows unchanged", "rows failed", "rows invalid", "rows not_sent", "state finished", "state stopped", "state held"}

	got := apply(exitDone, "apply", sample("staff.csv"), "--yes", "--first", "5")
	want := map[string]float64{"exit_code": 0, "rows updated": 5, "rows unchanged": 31, "rows failed": 0, "rows invalid": 0, "rows not_sent": 12, "state stopped": 1}
	if diff := cmp.Diff(want, picked(got, keys...)); diff != "" {
		t.Errorf("apply:\n%s", diff)
	}
	if took := got["end_time_seconds"] - got["start_time_seconds"]; took < 0 || got["start_time_seconds"] < 1.7e9 || got["calls"] < got["read_calls"]+5 {
		t.Errorf("times and calls are %v", got)
	}
	if got["command apply"] == 0 || got["profile default"] == 0 {
		t.Errorf("the labels are %v", got)
	}

	got = apply(exitDone, "resume", "--yes")
	want = map[string]float64{"exit_code": 0, "rows updated": 17, "rows unchanged": 31, "rows failed": 0, "rows invalid": 0, "rows not_sent": 0, "state finished": 1}
	if diff := cmp.Diff(want, picked(got, keys...)); diff != "" {
		t.Errorf("resume:\n%s", diff)
	}

	got = apply(exitDone, "undo", filepath.Base(o.last()), "--yes")
	if got["rows updated"] != 17 || got["command undo"] == 0 {
		t.Errorf("undo: %v", got)
	}

	if names, err := filepath.Glob(filepath.Join(folder, "*")); err != nil || len(names) != 1 {
		t.Errorf("%v: %v lie in the folder", err, names)
	}
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o644 {
		t.Errorf("%v: the mode is %v: a collector must be able to read it", err, info.Mode())
	}
}

func TestMetricsAfterFailures(t *testing.T) {
	o := newOffice(t)
	file := filepath.Join(t.TempDir(), "zohobulk.prom")
	fails := func(code int, args ...string) map[string]float64 {
		t.Helper()
		o.run(append(args, "--metrics-file", file)...).must(t, code)
		got := readMetrics(t, file)
		if got["exit_code"] != float64(code) || got["end_time_seconds"] == 0 {
			t.Errorf("after exit code %d the metrics are %v", code, got)
		}
		return got
	}
	if got := fails(exitRows, "apply", sample("staff-mistakes.csv"), "--yes"); got["rows invalid"] == 0 || got["state held"] != 1 {
		t.Errorf("a sheet with mistakes: %v", got)
	}
	if got := fails(exitFailed, "apply", filepath.Join(t.TempDir(), "none.csv"), "--yes"); len(picked(got, "rows updated", "calls")) > 0 {
		t.Errorf("without a run there are counts of one: %v", got)
	}
	fails(exitUsage, "apply", sample("staff.csv")) // nobody can be asked
	fails(exitFailed, "resume", "--yes")
	fails(exitNotAllowed, "apply", sample("staff.csv"), "--yes", "--profile", "nobody")
}

func TestMetricsNeedAFolder(t *testing.T) {
	o := newOffice(t)
	before := o.puts()
	o.run("apply", sample("staff.csv"), "--yes", "--metrics-file", filepath.Join(o.home, "none", "x.prom")).
		must(t, exitUsage, "there is no folder")
	if o.puts() != before {
		t.Error("something was sent")
	}
}

// TestLabelsOfMetrics sees that no text of a label can break the format.
func TestLabelsOfMetrics(t *testing.T) {
	file := filepath.Join(t.TempDir(), "odd.prom")
	odd := "a\"b\\c\nd\xffe{}"
	if err := writeForAll(file, metrics{command: "apply", profile: odd}.text()); err != nil {
		t.Fatal(err)
	}
	if got := readMetrics(t, file); got["profile a\"b\\c\nd?e{}"] == 0 {
		t.Errorf("read back: %v", got)
	}
}
