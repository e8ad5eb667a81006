package importer_test

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"zohobulk/importer"
	"zohobulk/importer/check"
	"zohobulk/importer/journal"
	"zohobulk/importer/problem"
	"zohobulk/importer/report"
	"zohobulk/zoho"
	"zohobulk/zoho/zohotest"
)

// chaos is a run on the service's worst day: every passing fault at once, locks, interrupts and new processes.
type chaos struct {
	*testing.T
	rand    *rand.Rand
	server  *zohotest.Server
	before  []zohotest.User
	rate    zoho.Rate
	workers int
	canary  bool
	dropped int    // calls that are in no journal any more: of plans that were not finished, of the run that is taken back
	numbers []int  // of the rows of the run at hand
	shared  string // the file in which all processes count their calls
}

// serverLimit is what the stand-in allows: one call more locks it.
var serverLimit = zohotest.Limit{Calls: 25, Per: time.Minute, Lock: 10 * time.Minute}

var seeds = flag.Int("seeds", 12, "bad days that TestChaos goes through")

// TestChaos goes through many bad days, each in virtual time. Afterwards every row is in the right CSV, the accounts are
// as the CSVs say, nobody else was changed, and the service never had to lock itself. Then the run is taken back on a day as
// bad, and the accounts are as they were.
func TestChaos(t *testing.T) {
	if testing.Short() {
		*seeds = 5
	}
	for seed := range *seeds {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { newChaos(t, uint64(seed)).run() })
		})
	}
}

func newChaos(t *testing.T, seed uint64) *chaos {
	c := &chaos{T: t, shared: filepath.Join(t.TempDir(), "limit.json"), rand: rand.New(rand.NewPCG(seed, 1)), rate: zoho.DefaultRate, workers: int(seed % 17), canary: seed%2 == 0}
	limit := serverLimit
	// On one day of five the service does not throttle, so that calls come as fast as they may. A throttle
	// of the service locks it for all, until the time that it names, or for one that it keeps to itself.
	faults := append([]zohotest.Fault{
		{Kind: zohotest.ThrottleA, Lock: 3 * time.Minute, Probability: 0.005},
		{Kind: zohotest.ThrottleB, Lock: 10 * time.Minute, Probability: 0.005},
		{Kind: zohotest.ThrottleMinutes, Lock: 5 * time.Minute, Probability: 0.005},
	}, zohotest.Chaos(0.2)...)
	if seed%5 == 4 {
		faults = slices.DeleteFunc(faults, func(f zohotest.Fault) bool { return strings.HasPrefix(string(f.Kind), "throttle-") })
	}
	c.server = zohotest.New(zohotest.Options{
		Users: zohotest.Generate(70), Limit: &limit, Faults: faults, Seed: seed,
		Quirks: zohotest.Quirks{PhoneKey: []zohotest.Rule{zohotest.PhoneNumber, zohotest.PhoneNumer}[seed%3/2], ReadLag: time.Duration(seed%4) * time.Second},
	})
	t.Cleanup(func() { c.server.Close() })
	c.before, _ = c.server.Users()
	for number := 2; number <= 61; number++ {
		c.numbers = append(c.numbers, number)
	}
	return c
}

// sheet is a sheet with every sort of row: changes of one and of two steps, chains of addresses, rows that are up to date, and
// users whom nobody knows.
func (c *chaos) sheet() string {
	var b strings.Builder
	b.WriteString("email,city,phoneNumber,displayName,newEmail\n")
	for i, u := range c.before[1:61] {
		cells := []string{u.Email, "", "", "", ""}
		switch i % 6 {
		case 0:
			cells[1] = fmt.Sprintf("City %d", i)
		case 1:
			cells[2] = fmt.Sprintf("+49 30 23125 %03d", i)
		case 2:
			cells[3], cells[4] = fmt.Sprintf("Person %d", i), fmt.Sprintf("moved%d@example.com", i)
		case 3:
			cells[1], cells[4] = fmt.Sprintf("City %d", i), c.before[i].Email // the one that the row above frees
		case 4:
			cells[1], cells[3] = u.Address.City, u.DisplayName
		case 5:
			cells[0], cells[1] = fmt.Sprintf("nobody%d@example.com", i), "Nowhere"
		}
		b.WriteString(strings.Join(cells, ",") + "\n")
	}
	return b.String()
}

// equip gives a run a client of its own, as a new process has.
func (c *chaos) equip(r *importer.Run) *importer.Run {
	c.Helper()
	limiter, err := zoho.OpenLimiter(c.Context(), c.rate, c.shared)
	if err != nil {
		c.Fatal(err)
	}
	client, err := zoho.New(zoho.Options{MailURL: zohotest.URL, HTTP: zohotest.Transport(c.server), Tokens: renewing{c.server}, Limiter: limiter})
	if err != nil {
		c.Fatal(err)
	}
	r.Reconnect(importer.Connection{Service: client, Limiter: limiter, Rate: c.rate})
	return r
}

// renewing gives a new token of the stand-in whenever one is refused.
type renewing struct{ server *zohotest.Server }

func (n renewing) Token(context.Context) (string, error) {
	return n.server.AccessToken(zohotest.AllScopes()...), nil
}
func (n renewing) Renew(ctx context.Context, _ string) (string, error) { return n.Token(ctx) }

// unseen is a sink that looks away.
type unseen struct{}

func (unseen) Row(*check.Row) error            { return nil }
func (unseen) Late(int, problem.Problem) error { return nil }

// run goes through the bad day.
func (c *chaos) run() {
	r := c.begin()
	defer func() { r.Journal.Close() }() // by then the last process's
	success, failed := c.toTheEnd(r)
	c.compare(success, failed)
	c.counted(r)
	c.takeBack(r, success)
	c.heldLimit()
}

// toTheEnd sends a run, in as many processes as it takes.
func (c *chaos) toTheEnd(r *importer.Run) (success, failed map[int]map[string]string) {
	c.Helper()
	for round := 0; ; round++ {
		if round == 60 {
			c.Fatalf("no end after %d processes: %v", round, c.summary(r))
		}
		if c.send(r, round) && c.summary(r).Failed == 0 {
			return c.reports(r)
		}
		c.reports(r)
		c.reopen(r)
	}
}

// takeBack undoes the run.
func (c *chaos) takeBack(of *importer.Run, success map[int]map[string]string) {
	c.Helper()
	c.dropped = c.server.Counts().Calls
	c.numbers = nil
	for number, row := range success {
		if row["_status"] == string(journal.Updated) {
			c.numbers = append(c.numbers, number)
		}
	}
	o := c.options()
	o.AllowClearing = true
	r, err := (&importer.Workspace{Reports: filepath.Dir(of.Dir)}).Undo(of.Dir, o, "")
	if err != nil {
		c.Fatal(err)
	}
	c.equip(r)
	defer func() { r.Journal.Close() }()
	c.patiently(func() error { return r.Enter(c.Context(), importer.Place{Locks: filepath.Dir(c.shared)}) })
	c.patiently(func() error {
		_, err := r.PlanUndo(c.Context())
		if err != nil {
			c.dropped += c.summary(r).Requests
			if err := r.RestartUndo(); err != nil {
				c.Fatal(err)
			}
		}
		return err
	})
	if _, failed := c.toTheEnd(r); len(failed) > 0 {
		c.Errorf("the undo has failed rows: %v", failed)
	}
	after, err := c.server.Users()
	if err != nil {
		c.Fatal(err)
	}
	if diff := cmp.Diff(c.before, after); diff != "" {
		c.Errorf("the directory is not as it was (-before +after):\n%s", diff)
	}
	c.counted(r)
}

// options are those of the run.
func (c *chaos) options() importer.Options {
	return importer.Options{
		Lookup: importer.LookupAuto, Auth: importer.AuthAdmin, AllowEmailChange: true, SkipInvalid: true, Workers: c.workers,
		Known: zoho.Knowledge{Probed: !c.canary},
	}
}

// begin reads and plans the sheet, as often as it takes.
func (c *chaos) begin() *importer.Run {
	c.Helper()
	path := filepath.Join(c.TempDir(), "staff.csv")
	if err := os.WriteFile(path, []byte(c.sheet()), 0o600); err != nil {
		c.Fatal(err)
	}
	r, err := (&importer.Workspace{Reports: c.TempDir()}).Begin(importer.Source{Path: path, Name: "staff.csv"}, c.options(), importer.Origin{Command: "apply"})
	if err != nil {
		c.Fatal(err)
	}
	if _, _, err := r.Read(c.Context(), unseen{}); err != nil {
		c.Fatal(err)
	}
	c.equip(r)
	c.patiently(func() error { return r.Enter(c.Context(), importer.Place{Locks: filepath.Dir(c.shared)}) })
	var planned importer.Planned
	c.patiently(func() error {
		if planned, err = r.Plan(c.Context()); err != nil {
			c.startOver(r)
		}
		return err
	})
	if want := (importer.Planned{Rows: 60, Change: 40, Unchanged: 10, NotFound: 10}); planned.Rows != want.Rows ||
		planned.Change != want.Change || planned.Unchanged != want.Unchanged || planned.NotFound != want.NotFound {
		c.Fatalf("planned %+v, want %+v", planned, want)
	}
	return r
}

// startOver reads the sheet's copy again as another process does, for a plan that was not finished.
func (c *chaos) startOver(r *importer.Run) {
	c.Helper()
	if err := r.Journal.Flush(); err != nil {
		c.Fatal(err)
	}
	c.dropped += c.summary(r).Requests
	if err := r.Journal.Close(); err != nil {
		c.Fatal(err)
	}
	again, err := new(importer.Workspace).Open(r.Dir, c.options())
	if err != nil {
		c.Fatal(err)
	}
	err = again.Restart("")
	if err != nil {
		c.Fatal(err)
	}
	if _, _, err := again.Read(c.Context(), unseen{}); err != nil {
		c.Fatal(err)
	}
	again.Options.Workers = c.workers
	*r = *c.equip(again)
	c.patiently(func() error { return r.Enter(c.Context(), importer.Place{Locks: filepath.Dir(c.shared)}) })
}

// send sends what is left, until it is interrupted, softly or hard, or at its end, and reports whether that is the run's.
func (c *chaos) send(r *importer.Run, round int) bool {
	c.Helper()
	hard, cut := context.WithCancel(c.Context())
	defer cut()
	soft, interrupt := context.WithCancel(hard)
	defer interrupt()
	if c.rand.IntN(3) > 0 && round < 20 {
		at := time.Duration(c.rand.IntN(600)) * time.Second
		defer time.AfterFunc(at, interrupt).Stop()
		defer time.AfterFunc(at+time.Duration(c.rand.IntN(2000))*time.Millisecond, cut).Stop()
	}
	plan, err := r.Count()
	if err != nil {
		c.Fatal(err)
	}
	err = r.Apply(soft, hard, importer.Consent{Plan: plan.Fingerprint})
	if failed := r.Release(); failed != nil {
		c.Fatal(failed)
	}
	var refusal *problem.Refusal
	if errors.As(err, &refusal) {
		c.Fatalf("stopped by %v (%s)", err, refusal.Code)
	}
	if state := r.Journal.Meta().State; (state == journal.Finished) != (err == nil) {
		c.Errorf("the run is %s after %v", state, err)
	}
	return err == nil
}

// reopen goes on with the run as another process does.
func (c *chaos) reopen(r *importer.Run) {
	c.Helper()
	dir := r.Dir
	if err := r.Journal.Close(); err != nil {
		c.Fatal(err)
	}
	again, err := new(importer.Workspace).Open(dir, c.options())
	if err != nil {
		c.Fatal(err)
	}
	again.Options.Workers = c.workers
	*r = *c.equip(again)
	c.patiently(func() error { return r.Enter(c.Context(), importer.Place{Locks: filepath.Dir(c.shared)}) })
	if _, err := r.Again(); err != nil {
		c.Fatal(err)
	}
	c.patiently(func() error { return r.Settle(c.Context()) })
}

// patiently does what reads until it works, as a person does who is told to try later.
func (c *chaos) patiently(do func() error) {
	c.Helper()
	for range 20 {
		err := do()
		var service *zoho.Error
		switch {
		case err == nil:
			return
		case !errors.As(err, &service):
			c.Fatal(err)
		}
	}
	c.Fatal("it never works")
}

func (c *chaos) summary(r *importer.Run) report.Summary {
	c.Helper()
	s, err := report.Summarise(r.Journal)
	if err != nil {
		c.Fatal(err)
	}
	return s
}

// reports writes the run's files, sees that each row is in one of them, in order, and gives their rows by number.
func (c *chaos) reports(r *importer.Run) (success, failed map[int]map[string]string) {
	c.Helper()
	if missing, err := report.Write(c.Context(), r.Dir, r.Journal, report.Options{}); err != nil || len(missing) > 0 {
		c.Fatal(err, missing)
	}
	success, failed = c.table(r, report.SuccessFile), c.table(r, report.FailedFile)
	for _, number := range c.numbers {
		if (success[number] == nil) == (failed[number] == nil) {
			c.Errorf("row %d: in success.csv %v, in failed.csv %v", number, success[number], failed[number])
		}
	}
	s := c.summary(r)
	if n := s.Updated + s.Unchanged; n != len(success) || s.Failed+s.Invalid+s.NotSent != len(failed) || s.Rows != len(c.numbers) {
		c.Errorf("%d and %d rows in the files, and a summary of %+v", len(success), len(failed), s)
	}
	return success, failed
}

// table reads a CSV of the run.
func (c *chaos) table(r *importer.Run, name string) map[int]map[string]string {
	c.Helper()
	text, err := os.ReadFile(filepath.Join(r.Dir, name))
	if err != nil {
		c.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).ReadAll()
	if err != nil {
		c.Fatal(err)
	}
	rows := map[int]map[string]string{}
	last := 0
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, h := range records[0] {
			row[h] = record[i]
		}
		number, err := strconv.Atoi(row["_row"])
		if err != nil || number <= last {
			c.Errorf("%s: row %q after row %d", name, row["_row"], last)
		}
		rows[number], last = row, number
	}
	return rows
}

// compare holds the directory against the files: what success.csv says was done and nothing else.
func (c *chaos) compare(success, failed map[int]map[string]string) {
	c.Helper()
	want := slices.Clone(c.before)
	for _, row := range success {
		i := slices.IndexFunc(want, func(u zohotest.User) bool { return strconv.FormatInt(u.ZUID, 10) == row["_zuid"] })
		if i < 0 || c.before[i].Email != row["email"] {
			c.Fatalf("row %s is about %s and names user %s", row["_row"], row["email"], row["_zuid"])
		}
		u := &want[i]
		for column, place := range map[string]*string{"city": &u.Address.City, "displayName": &u.DisplayName} {
			if row[column] != "" {
				*place = row[column]
			}
		}
		if phone := strings.TrimPrefix(row["phoneNumber"], "'"); phone != "" {
			u.Phone = phone
		}
		if row["newEmail"] != "" {
			u.Email, u.Mailbox, u.Aliases = row["newEmail"], row["newEmail"], nil
		}
	}
	after, err := c.server.Users()
	if err != nil {
		c.Fatal(err)
	}
	if diff := cmp.Diff(want, after); diff != "" {
		c.Errorf("the directory is not what success.csv says (-said +is):\n%s", diff)
	}
	for number, row := range failed {
		if row["_status"] != "invalid" || row["_code"] != "unknown-user" {
			c.Errorf("row %d ended as %s %s: %s", number, row["_status"], row["_code"], row["_message"])
		}
	}
}

// heldLimit sees that the service's limit was kept, and that nobody knocked while it was locked.
func (c *chaos) heldLimit() {
	c.Helper()
	var times []time.Time
	var locked time.Time
	for _, call := range c.server.Log() {
		if call.Knock && call.At.After(locked) { // one that left no later can't know of the answer
			c.Errorf("call %d (%s %s) came while the service was locked", call.Seq, call.Method, call.Path)
		}
		if strings.HasPrefix(string(call.Fault), "throttle-") {
			locked = call.At
		}
		if call.Status == http.StatusTooManyRequests && call.Fault == "" && !call.Knock {
			c.Errorf("call %d was one too many", call.Seq)
		}
		times = append(times, call.At)
	}
	for i := serverLimit.Calls; i < len(times); i++ {
		if d := times[i].Sub(times[i-serverLimit.Calls]); d < serverLimit.Per {
			c.Fatalf("%d calls within %s", serverLimit.Calls+1, d)
		}
	}
}

// counted sees that the journal has every call that the service saw, but for those that were cut.
func (c *chaos) counted(r *importer.Run) {
	c.Helper()
	s := c.summary(r)
	if seen := c.server.Counts().Calls - c.dropped; s.Requests < seen || s.Requests > seen+100 {
		c.Errorf("the run counts %d calls, and the service saw %d", s.Requests, seen)
	}
	c.Logf("%d calls, %d repeated, %d throttled, %s", s.Requests, s.Retries, s.Throttled, time.Duration(s.Duration)*time.Second)
}
