package cli

import "github.com/spf13/cobra"

// commands are the program's commands, in the order of its help.
var commands = []func(*app) *cobra.Command{
	newValidateCommand,
	newPlanCommand,
	newUICommand,
	newApplyCommand,
	newResumeCommand,
	newUndoCommand,
	newRunsCommand,
	newExportCommand,
	newTemplateCommand,
	newCodesCommand,
	newLoginCommand,
	newLogoutCommand,
	newStatusCommand,
	newProfilesCommand,
	newProbeCommand,
	newSandboxCommand,
	newManCommand,
}
