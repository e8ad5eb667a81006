package cli

import "github.com/spf13/cobra"

// commands are the program's commands, in the order of its help.
var commands = []func(*app) *cobra.Command{}
