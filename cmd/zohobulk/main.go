// Command zohobulk changes many Zoho Mail users from one spreadsheet.
package main

import (
	"os"

	"zohobulk/cmd/zohobulk/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:]))
}
