package journal

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"
)

// childVariable names what the test binary is to do as a child process instead of testing.
const childVariable = "JOURNAL_TEST_CHILD"

// children are what a child process can do in the folder that it is given.
var children = map[string]func(dir string){
	"send":         sendForever,
	"hold":         holdRun,
	"organisation": holdOrganisation,
}

func TestMain(m *testing.M) {
	if act, ok := children[os.Getenv(childVariable)]; ok {
		act(os.Args[1])
		return
	}
	// A check here opens files and waits for the disk: a quarter of the usual number keeps the suite short. The command
	// line is read later, and has the last word.
	if err := flag.Set("rapid.checks", "25"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// child prepares the test binary as a child process.
func child(tb testing.TB, act, dir string) *exec.Cmd {
	tb.Helper()
	cmd := exec.Command(must(os.Executable()), dir)
	cmd.Env = append(os.Environ(), childVariable+"="+act)
	cmd.Stderr = os.Stderr
	return cmd
}

// sendForever goes on with a run as a sender does, and prints each row once its outcome is on disk, until it is killed.
func sendForever(dir string) {
	j := must(Open(dir))
	for {
		rows := must(j.Claim(8))
		for _, r := range rows {
			fmt.Printf("claimed %d\n", r.Seq)
			o := Outcome{Status: Updated, StepsDone: 1, Attempts: 1, FinishedAt: time.Now()}
			a := []Attempt{{Seq: r.Seq, Step: "s", Number: 1, At: time.Now(), Status: 200}}
			if err := j.Record(r.Seq, o, a, func(err error) {
				if err == nil {
					fmt.Printf("done %d\n", r.Seq)
				}
			}); err != nil {
				panic(err)
			}
		}
		if len(rows) == 0 {
			must(0, j.Flush())
			fmt.Println("end")
			select {}
		}
	}
}

// holdRun holds a run until its standard input ends.
func holdRun(dir string) {
	j := must(Open(dir))
	defer j.Close()
	waitForEnd()
}

func holdOrganisation(dir string) {
	lock := must(LockOrganisation(dir, "1234567890", "20261121-153012.417-7f3a"))
	defer lock.Release()
	waitForEnd()
}

func waitForEnd() {
	fmt.Println("held")
	var b [1]byte
	_, _ = os.Stdin.Read(b[:])
}
