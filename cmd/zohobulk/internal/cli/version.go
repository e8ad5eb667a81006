package cli

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"strings"
)

// version is the module's version as the build recorded it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return unversioned
	}
	return cmp.Or(info.Main.Version, unversioned)
}

// unversioned is the version of a build that nothing is recorded of. Go itself uses the same word.
const unversioned = "(devel)"

// versionText is what --version prints: the version, the commit with its date, and the Go version. A build outside a clone
// records no commit.
func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "zohobulk " + unversioned + "\n"
	}
	recorded := map[string]string{}
	for _, s := range info.Settings {
		recorded[s.Key] = s.Value
	}
	var b strings.Builder
	fmt.Fprintf(&b, "zohobulk %s\n", version())
	if commit := recorded["vcs.revision"]; commit != "" {
		if recorded["vcs.modified"] == "true" {
			commit += ", with changes that are not committed"
		}
		fmt.Fprintf(&b, "commit   %s\ndate     %s\n", commit, recorded["vcs.time"])
	}
	fmt.Fprintf(&b, "built    with %s for %s/%s\n", info.GoVersion, recorded["GOOS"], recorded["GOARCH"])
	return b.String()
}
