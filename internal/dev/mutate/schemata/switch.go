package schemata

import (
	_ "embed"
	"strconv"
	"strings"
)

//go:embed switch.go.txt
var switchFile string

// Switch returns the file with the helpers that rewritten sources call, for a package
// with this name and number of mutants.
func Switch(packageName string, mutants int) []byte {
	return []byte(strings.NewReplacer(
		"PACKAGE", packageName,
		"TRACE_VARIABLE", strconv.Quote(TraceVariable), "VARIABLE", strconv.Quote(Variable),
		"COUNT", strconv.Itoa(mutants+1),
	).Replace(switchFile))
}
