package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

// metricName is a metric's name, as in CloudWatch.
func metricName(namespace, function, metric any) string {
	return fmt.Sprintf("%v %v %v", namespace, function, metric)
}

// emitted returns the metrics of a log line (CloudWatch user guide, "Embedded metric
// format").
func emitted(t *testing.T, line string) []string {
	t.Helper()
	var entry map[string]any
	if err := json.Unmarshal([]byte(line), &entry); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	document, _ := json.Marshal(entry["_aws"])
	var embedded struct {
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name string }
		}
	}
	if err := json.Unmarshal(document, &embedded); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	var names []string
	for _, d := range embedded.CloudWatchMetrics {
		if fmt.Sprint(d.Dimensions) != "[[FunctionName]]" {
			t.Errorf("dimensions %v", d.Dimensions)
		}
		for _, m := range d.Metrics {
			if _, there := entry[m.Name].(float64); !there {
				t.Errorf("%s is no number of the line", m.Name)
			}
			names = append(names, metricName(d.Namespace, entry["FunctionName"], m.Name))
		}
	}
	return names
}

// metric is a metric in CloudFormation's form.
type metric struct {
	Namespace, MetricName string
	Dimensions            []struct{ Value struct{ Ref string } }
}

// watched returns the suite's own metrics in the alarms and on the dashboard of the
// synthesized stack. The names of its functions are known by logical id.
func watched(t *testing.T, assembly, stack string, functions map[string]string) map[string]bool {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(assembly, stack+".template.json"))
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties struct {
				metric
				Metrics []struct {
					MetricStat struct{ Metric metric }
				}
			}
		}
	}
	if err := json.Unmarshal(src, &template); err != nil {
		t.Fatal(err)
	}
	names := make(map[string]bool)
	for _, r := range template.Resources {
		if r.Type != "AWS::CloudWatch::Alarm" {
			continue
		}
		all := []metric{r.Properties.metric}
		for _, m := range r.Properties.Metrics {
			all = append(all, m.MetricStat.Metric)
		}
		for _, m := range all {
			if m.Namespace != "" && !strings.HasPrefix(m.Namespace, "AWS/") {
				names[metricName(m.Namespace, functions[m.Dimensions[0].Value.Ref], m.MetricName)] = true
			}
		}
	}
	for _, m := range charted.FindAllSubmatch(src, -1) {
		names[metricName(string(m[1]), functions[string(m[3])], string(m[2]))] = true
	}
	return names
}

// charted finds the suite's metrics in the text of the dashboard.
var charted = regexp.MustCompile(`\[\\"(CognitoTriggers[^\\"]*)\\",\\"(\w+)\\",\\"FunctionName\\",\\"",\s*{\s*"Ref": "(\w+)"`)

// An alarm on a metric that no function emits is always green.
func TestAlarmsWatchWhatTheFunctionsEmit(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	all := make(map[string]bool)
	opts := local(t)
	opts.OnInvocation = func(i lambdahost.Invocation) {
		mu.Lock()
		defer mu.Unlock()
		if len(i.LogLines) == 1 {
			for _, name := range emitted(t, i.LogLines[0]) {
				all[name] = true
			}
		}
	}
	cloud, _ := running(t, opts)
	for _, trigger := range cloud.Stack.Pool.Triggers {
		_, _ = cloud.Functions.Invoke(t.Context(), trigger.FunctionARN, []byte(`{}`))
	}
	if err := cloud.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	functions := make(map[string]string)
	for _, f := range cloud.Stack.Functions {
		functions[f.LogicalID] = f.Name
	}
	names := watched(t, opts.AssemblyDir, cloud.Stack.Name, functions)
	if len(names) == 0 {
		t.Error("nothing is watched")
	}
	for name := range names {
		// These are in a line only if they are not 0; package kernel tests that.
		seldom := slices.ContainsFunc([]string{kernel.Lasting, kernel.Observed, kernel.Demoted}, func(metric string) bool { return strings.HasSuffix(name, " "+metric) })
		if !all[name] && !seldom {
			t.Errorf("nobody emits %s; emitted are %v", name, all)
		}
	}
}
