package kernel_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
)

// A room's own metrics are in its lines only, and only where they count something: then
// as metrics, too. What a decision counts and the function did not declare is no metric.
func TestARoomCountsWhatIsItsOwn(t *testing.T) {
	for name, c := range map[string]struct {
		counts, counted []string
		want            map[string]any
	}{
		"none":       {nil, nil, map[string]any{"seen": nil}},
		"unsaid":     {nil, []string{"seen"}, map[string]any{"seen": nil}},
		"not now":    {[]string{"seen", "cut"}, nil, map[string]any{"seen": nil, "cut": nil}},
		"one of two": {[]string{"seen", "cut"}, []string{"cut"}, map[string]any{"seen": nil, "cut": 1.0}},
		"both":       {[]string{"seen", "cut"}, []string{"cut", "seen", "other"}, map[string]any{"seen": 1.0, "cut": 1.0, "other": nil}},
	} {
		var out bytes.Buffer
		chain := kernel.Handle(kernel.Function[cognito.PreSignUp]{
			Name: "presignup", Sources: cognito.PreSignUpSources(), Versions: []string{"1"}, Counts: c.counts,
			View:   (*cognito.Event).PreSignUp,
			Decide: answers(kernel.Decision{Counted: c.counted}, nil),
		}, kernel.Environment{Now: time.Now, Log: kernel.NewLog(&out)})
		if _, err := chain.Invoke(context.Background(), []byte(event)); err != nil {
			t.Fatal(err)
		}
		line := oneLine(t, out.String())
		metrics := map[string]bool{}
		for _, directive := range line["_aws"].(map[string]any)["CloudWatchMetrics"].([]any) {
			for _, metric := range directive.(map[string]any)["Metrics"].([]any) {
				metrics[metric.(map[string]any)["Name"].(string)] = true
			}
		}
		for metric, want := range c.want {
			if line[metric] != want || metrics[metric] != (want != nil) {
				t.Errorf("%s: %s is %v, a metric: %v", name, metric, line[metric], metrics[metric])
			}
		}
		for metric := range metrics {
			if _, there := line[metric]; !there {
				t.Errorf("%s: the line has no %s", name, metric)
			}
		}
	}
}
