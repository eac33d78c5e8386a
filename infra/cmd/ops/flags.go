package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// newFlags returns a set of flags that prints no errors itself.
func newFlags(name string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	return flags
}

// parse reads flags at any position and returns the other words; after -- all are words.
func parse(flags *flag.FlagSet, args []string) ([]string, error) {
	var words, rest []string
	if i := slices.Index(args, "--"); i >= 0 {
		args, rest = args[:i], args[i+1:]
	}
	for {
		if err := flags.Parse(args); err != nil {
			return nil, misused("%v", err)
		}
		if flags.NArg() == 0 {
			return append(words, rest...), nil
		}
		words, args = append(words, flags.Arg(0)), flags.Args()[1:]
	}
}

// parseOnly reads flags where no other word is allowed.
func parseOnly(flags *flag.FlagSet, args []string) error {
	words, err := parse(flags, args)
	if err == nil && len(words) > 0 {
		err = misused("unexpected argument %q: %s takes flags only", strings.Join(words, " "), flags.Name())
	}
	return err
}

// given reports whether a flag was given.
func given(flags *flag.FlagSet, name string) bool {
	found := false
	flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// writeJSON writes a value for programs.
func writeJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}
