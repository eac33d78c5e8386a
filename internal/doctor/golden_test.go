package doctor_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := "testdata/" + name
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got {
		t.Errorf("%s has changed (%v); `go test ./internal/doctor -update && git diff internal/doctor` shows how", name, err)
	}
}

// AWS ignores a member that it does not know: a misspelt input is another question.
func TestGoldenOfTheQuestions(t *testing.T) {
	s, r := sound(t)
	if _, err := doctor.Examine(t.Context(), doctor.All(), s, r); err != nil {
		t.Fatal(err)
	}
	r.set(t, "cloudformation DetectStackDrift", "StackDriftStatus", `"DRIFTED"`)
	r.set(t, "cloudwatch GetMetricData", "MetricDataResults.0.Values", `[1]`)
	if _, err := doctor.Examine(t.Context(), doctor.All(), s, r); err != nil {
		t.Fatal(err)
	}
	slices.Sort(r.log)
	golden(t, "questions.txt", strings.Join(slices.Compact(r.log), "\n")+"\n")
}

// The findings of every ill subject, and what is said without any permission.
func TestGoldenOfTheFindings(t *testing.T) {
	var out strings.Builder
	add := func(got doctor.Result) {
		text, err := json.Marshal(map[string]any{"findings": got.Findings, "unasked": got.Unasked})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%d %s %s\n", got.Number, got.Status, text)
	}
	for _, c := range slices.Concat(ills, mores, deployed) {
		s, r := sound(t)
		c.make(t, &s, r)
		add(result(t, c.check, s, r))
	}
	s, r := sound(t)
	s.Stage, s.Stack = nil, ""
	for range 2 { // without a stage, and then without any permission, too
		results, err := doctor.Examine(t.Context(), doctor.All(), s, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range results {
			add(got)
		}
		for question := range r.answers {
			r.refuses[question] = code("AccessDeniedException")
		}
	}
	golden(t, "findings.txt", out.String())
}

func TestGoldenOfTheChecks(t *testing.T) {
	text, err := json.MarshalIndent(doctor.All(), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "checks.json", string(text)+"\n")
}
