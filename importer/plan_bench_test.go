package importer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"zohobulk/importer/check"
	"zohobulk/importer/sheet"
	"zohobulk/zoho"
)

// shelf is a service whose directory lies in memory: what is measured is the program.
type shelf struct {
	Service
	accounts []zoho.Account
}

func (s *shelf) Accounts(_ context.Context, _ zoho.ID, start, limit int) ([]zoho.Account, error) {
	start = min(start, len(s.accounts))
	return s.accounts[start:min(start+limit, len(s.accounts))], nil
}

// newShelf is a directory of n users.
func newShelf(n int) *shelf {
	s := &shelf{accounts: make([]zoho.Account, n)}
	for i := range s.accounts {
		email := fmt.Sprintf("user%06d@zylker.com", i)
		s.accounts[i] = zoho.Account{
			ZUID: zoho.ID(strconv.Itoa(100000000 + i)), AccountID: zoho.ID(strconv.Itoa(2560636000000008002 + i*1000)), ZOID: "1234567890",
			DisplayName: "Anna Costa", FirstName: "Anna", LastName: "Costa", Gender: "FEMALE", Country: "be",
			PhoneNumber: fmt.Sprintf("+32 9 %03d %02d %02d", i%1000, i/1000%100, i/10%100), Role: zoho.RoleMember,
			Address:      zoho.Address{StreetAddr: fmt.Sprintf("Veldstraat %d", i%300), City: "Ghent", PostalCode: "9000", State: "Oost-Vlaanderen"},
			PrimaryEmail: email, MailboxAddress: email, Emails: []zoho.Email{{Address: email, Primary: true, Confirmed: true}},
		}
	}
	return s
}

// quarterly is a sheet about all of a shelf's users, of whom every 25th has moved: 4%, as in a quarterly update.
func quarterly(path string, s *shelf) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "email,firstName,lastName,displayName,gender,country,phoneNumber,streetAddr,city,postalCode,state,department")
	for i := range s.accounts {
		a := s.accounts[i]
		if i%25 == 0 {
			a.Address.StreetAddr = "Korenmarkt 1"
		}
		fmt.Fprintf(w, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,Sales\n", a.PrimaryEmail, a.FirstName, a.LastName, a.DisplayName, a.Gender, a.Country,
			a.PhoneNumber, a.Address.StreetAddr, a.Address.City, a.Address.PostalCode, a.Address.State)
	}
	return errors.Join(w.Flush(), file.Close())
}

// validateOnly is pass one without a run.
func validateOnly(path string) (check.Result, error) {
	s, err := sheet.Open(path, sheet.Options{Known: check.Options{}.Known})
	if err != nil {
		return check.Result{}, err
	}
	defer s.Close()
	return check.Sheet(context.Background(), s, check.Options{}, looker{})
}

// planned plans a sheet as the command does, and says how long reading it into the journal and planning it took.
func planned(reports, path string, service Service) (p Planned, reading, planning time.Duration, err error) {
	began := time.Now()
	src := Source{Path: path, Name: "staff.csv"}
	r, err := (&Workspace{Reports: reports}).Begin(src, Options{Lookup: LookupAuto, Auth: AuthAdmin}, Origin{Command: "plan"})
	if err != nil {
		return p, 0, 0, err
	}
	defer func() { err = errors.Join(err, r.Journal.Close()) }()
	r.Reconnect(Connection{Service: service, Limiter: zoho.NewLimiter(zoho.Unlimited), Rate: zoho.Unlimited})
	r.ZOID = "1234567890"
	if _, _, err := r.Read(context.Background(), looker{}); err != nil {
		return p, 0, 0, err
	}
	reading = time.Since(began)
	p, err = r.Plan(context.Background())
	return p, reading, time.Since(began) - reading, err
}

// BenchmarkPlan plans 100,000 rows against 100,000 accounts: "x-validate" is how many times the wall time of validating the
// sheet the planning takes, "x-read" the same of reading it into the journal.
func BenchmarkPlan(b *testing.B) {
	const n = 100_000
	service := newShelf(n)
	path := filepath.Join(b.TempDir(), "staff.csv")
	if err := quarterly(path, service); err != nil {
		b.Fatal(err)
	}
	b.Run("time", func(b *testing.B) { benchmarkPlanTime(b, path, service) })
	b.Run("memory", func(b *testing.B) { benchmarkPlanMemory(b, path) })
}

func benchmarkPlanTime(b *testing.B, path string, service *shelf) {
	var checking, reading, planning time.Duration
	for b.Loop() {
		began := time.Now()
		if _, err := validateOnly(path); err != nil {
			b.Fatal(err)
		}
		checking += time.Since(began)
		p, read, plan, err := planned(b.TempDir(), path, service)
		if err != nil || p.Change != len(service.accounts)/25 || p.Rows != len(service.accounts) {
			b.Fatalf("%+v, %v", p, err)
		}
		reading, planning = reading+read, planning+plan
	}
	n := float64(b.N)
	b.ReportMetric(checking.Seconds()/n, "s-validate")
	b.ReportMetric(reading.Seconds()/n, "s-read")
	b.ReportMetric(planning.Seconds()/n, "s-plan")
	b.ReportMetric(float64(planning)/float64(checking), "x-validate")
	b.ReportMetric(float64(planning)/float64(reading), "x-read")
}

// planMemoryFile makes the test binary plan one sheet and print the most memory it had resident.
const planMemoryFile = "ZOHOBULK_PLAN_MEMORY_FILE"

func benchmarkPlanMemory(b *testing.B, path string) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Skip("needs /proc, to ask for the most memory that was resident")
	}
	var peak float64
	for b.Loop() {
		cmd := exec.Command(os.Args[0], "-test.run=^TestPlanMemoryChild$")
		cmd.Env = append(os.Environ(), planMemoryFile+"="+path, "ZOHOBULK_PLAN_REPORTS="+b.TempDir())
		out, err := cmd.Output()
		if err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		text, _, _ := strings.Cut(string(out), "\n")
		kb, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			b.Fatalf("child said %q", out)
		}
		peak = max(peak, float64(kb)/1024)
	}
	b.ReportMetric(peak, "MB-resident")
}

// TestPlanMemoryChild is the child of the memory benchmark.
func TestPlanMemoryChild(t *testing.T) {
	path := os.Getenv(planMemoryFile)
	if path == "" {
		t.Skip("the memory benchmark runs this in a process of its own")
	}
	if _, _, _, err := planned(os.Getenv("ZOHOBULK_PLAN_REPORTS"), path, newShelf(100_000)); err != nil {
		t.Fatal(err)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if peak, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Println(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(peak), "kB")))
		}
	}
}
