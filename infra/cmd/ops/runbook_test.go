package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Whoever is woken types what alarms, outputs and dashboard tell, and the manual beside them.
func TestTheTemplateAndTheManualNameVerbsThatExist(t *testing.T) {
	said, found := regexp.MustCompile("(?:`|infra/cmd/)ops ([a-z][a-z-]*)([^`\\n]*)"), 0
	fixes := regexp.MustCompile(`(?m)^  "fix": .*`)
	for _, file := range []string{"../../testdata/full.template.json", "../../stages/README.md", "../README.md", "../../../README.md", "../../../internal/doctor/testdata/checks.json"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text = fixes.ReplaceAllFunc(text, func(fix []byte) []byte { return regexp.MustCompile(`ops [^;"]*`).ReplaceAll(fix, []byte("`$0`")) })
		for _, call := range said.FindAllStringSubmatch(string(text), -1) {
			found++
			help := ops(t, "help", call[1])
			if help.status != 0 && call[1] != "help" {
				t.Errorf("%s: ops has no verb %s", file, call[1])
				continue
			}
			arguments, _, _ := strings.Cut(call[2], " -- ")
			for _, flag := range regexp.MustCompile(`--[a-z-]+`).FindAllString(arguments, -1) {
				if !strings.Contains(help.out, flag) {
					t.Errorf("%s: ops %s has no flag %s", file, call[1], flag)
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d calls are found", found)
	}
}
