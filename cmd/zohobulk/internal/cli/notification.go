package cli

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"time"

	"zohobulk/importer"
	"zohobulk/zoho/connect"
)

// notifyTime is how long the command of --notify-command may take; a mail or a chat message needs seconds (guessed).
const notifyTime = time.Minute

// notify runs the command that is to hear of the run's end, with the summary on its standard input. That it fails is said,
// and changes nothing about the run.
func (op *operation) notify(s importer.Summary) {
	if op.send.notifyCommand == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(op.Hard), notifyTime)
	defer cancel()
	var summary bytes.Buffer
	if err := s.WriteJSON(&summary); err != nil {
		op.notice(err.Error())
		return
	}
	cmd := connect.Program(ctx, "sh", "-c", op.send.notifyCommand)
	if runtime.GOOS == "windows" {
		cmd = connect.Program(ctx, "cmd", "/C", op.send.notifyCommand)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &summary, op.Err, op.Err
	cmd.WaitDelay = time.Second // what it leaves running in the background must not hold us
	if err := cmd.Run(); err != nil {
		op.notice(fmt.Sprintf("--notify-command: %v", err))
	}
}
