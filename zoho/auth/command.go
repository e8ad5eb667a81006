package auth

import (
	"context"
	"os"
	"os/exec"
	"strings"
)

// Command is exec.CommandContext for every program that this one starts: it gets the environment without the secrets.
func Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = withoutSecrets(os.Environ())
	return cmd
}

// withoutSecrets leaves out the variables of the login, every other one that repeats their values, and what looks like a
// token.
func withoutSecrets(environ []string) []string {
	var known Redactor
	for _, variable := range environ {
		if name, value, _ := strings.Cut(variable, "="); isSecret(name) {
			known.Add(Secret(value))
		}
	}
	kept := make([]string, 0, len(environ))
	for _, variable := range environ {
		if name, _, _ := strings.Cut(variable, "="); !isSecret(name) && known.Redact(variable) == variable {
			kept = append(kept, variable)
		}
	}
	return kept
}

// isSecret reports whether a variable of the environment holds a secret. Windows doesn't tell its names apart by case.
func isSecret(name string) bool {
	return strings.EqualFold(name, EnvClientSecret) || strings.EqualFold(name, EnvRefreshToken)
}
