package cli

import (
	"fmt"
	"strings"

	"zohobulk/importer/problem"
)

// remedyWords words each way to settle a refusal as a flag or a command line. A clause follows what stands before it, after
// its own conjunction.
var remedyWords = map[problem.Way]func(args []string) (conjunction, clause string){
	problem.ChooseWorksheet: or("choose one with --sheet NAME"),
	problem.GivePassword:    or("write the password into a file and name that with --password-file"),
	problem.ChooseReports:   or("choose another folder with --reports"),
	problem.ListRuns:        or("zohobulk runs shows them"),
	problem.ReadDirectory:   or("read what Zoho holds now with zohobulk export"),
	problem.StartAgain:      func([]string) (string, string) { return ", then ", "start again: nothing was sent" },
	problem.ChooseProfile:   or("name its profile with --profile"),
	problem.SkipInvalid:     or("send the others with --skip-invalid"),
	problem.RaiseMaxChanges: func([]string) (string, string) { return "; ", "raise --max-changes if it is right" },
	problem.AllowAdmins:     or("add --allow-admins to send all the same"),
	problem.SendPlan:        on("zohobulk apply --run %s sends it"),
	problem.ShowRun:         on("zohobulk runs show %[1]s shows it; zohobulk resume %[1]s --failed tries its failed rows again"),
	problem.ContinueRun:     on("zohobulk resume %s continues it"),
	problem.ResumeRun: func(args []string) (string, string) {
		return ", then ", "zohobulk resume " + args[0] + " with the same --profile, --sandbox and --reports"
	},
	problem.ChooseEncoding: func(args []string) (string, string) {
		if len(args) == 0 {
			return ", or ", "name its encoding with --encoding"
		}
		return "", fmt.Sprintf("\n  --encoding %-12s  %s", args[0], strings.Join(args[1:], " | "))
	},
}

// or is a way that is worded the same for any arguments.
func or(clause string) func([]string) (string, string) {
	return func([]string) (string, string) { return ", or ", clause }
}

// on is a way with a run: the clause names it.
func on(clause string) func([]string) (string, string) {
	return func(args []string) (string, string) { return ", or ", fmt.Sprintf(clause, args[0]) }
}

// hintOf is a refusal's hint with its remedies in words.
func hintOf(r *problem.Refusal) string {
	hint := r.Hint
	if len(r.Remedies) > 0 && r.Remedies[0].Way == problem.ChooseEncoding && len(r.Remedies[0].Args) > 0 {
		hint = "take the line that reads right, or name another encoding:"
	}
	for _, remedy := range r.Remedies {
		conjunction, clause := remedyWords[remedy.Way](remedy.Args)
		if hint == "" {
			conjunction = ""
		}
		hint += conjunction + clause
	}
	return hint
}
