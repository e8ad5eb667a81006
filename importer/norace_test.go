//go:build !race

package importer

// raced says that the race detector is on.
const raced = false
