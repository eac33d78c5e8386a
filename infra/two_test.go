package infra

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
)

// two returns a stack with two suites: the stage dev, and one beside a pool of the app.
func two(t testing.TB) template {
	t.Helper()
	return once(t, "two", func() template {
		stack := awscdk.NewStack(newApp(t), new("App"), nil)
		AddOutputs(stack, NewTriggerSuite(stack, "First", new(stage(t, "dev").Props)), "")
		pool := awscognito.NewUserPool(stack, new("Users"), nil)
		props := poolProps(pool, pool.AddClient(new("Site"), nil))
		props.Bundles = stubs(t, ARM64)
		AddOutputs(stack, NewTriggerSuite(stack, "Second", props), "Second")
		return *assertions.Template_FromStack(stack, nil).ToJSON()
	})
}

// twins returns a stack with two suites that have everything.
func twins(t testing.TB) template {
	t.Helper()
	return once(t, "twins", func() template {
		stack := awscdk.NewStack(newApp(t), new("App"), nil)
		for _, id := range []string{"First", "Second"} {
			s := full(t)
			s.Domain.Name = strings.ToLower(id) + ".example.com" // the one name that a stage chooses
			AddOutputs(stack, NewTriggerSuite(stack, id, &s.Props), id)
		}
		return *assertions.Template_FromStack(stack, nil).ToJSON()
	})
}

// suites splits a template's resources by the suite whose construct they are below.
func (tpl template) suites() (first, second map[string]map[string]any) {
	first, second = map[string]map[string]any{}, map[string]map[string]any{}
	for id, resource := range tpl["Resources"].(map[string]any) {
		switch path := fmt.Sprint(at(resource, "Metadata", "aws:cdk:path")); {
		case strings.HasPrefix(path, "App/First/"):
			first[id] = resource.(map[string]any)
		case strings.HasPrefix(path, "App/Second/"):
			second[id] = resource.(map[string]any)
		}
	}
	return first, second
}

func TestR79_TwoSuitesOfAStackShareNothing(t *testing.T) {
	for name, tpl := range map[string]template{"beside a pool": two(t), "twins": twins(t)} {
		first, second := tpl.suites()
		if len(first) < 30 || len(second) < 30 {
			t.Fatalf("%s: %d and %d resources", name, len(first), len(second))
		}
		for id, r := range first {
			for other := range second {
				if strings.Contains(said(r), `"`+other+`"`) {
					t.Errorf("%s: %s knows %s", name, id, other)
				}
			}
		}
		for what, of := range map[string]func(map[string]map[string]any) map[string]bool{"name": physicalNames, "metric": metrics} {
			theirs, own := of(second), of(first)
			for each := range own {
				if theirs[each] {
					t.Errorf("%s: both suites have the %s %s", name, what, each)
				}
			}
			if what == "metric" && (len(own) < 20 || len(theirs) < 20) {
				t.Errorf("%s: %d and %d metrics", name, len(own), len(theirs))
			}
		}
	}
	outputs := slices.Sorted(maps.Keys(twins(t)["Outputs"].(map[string]any)))
	for _, each := range outputs {
		other, ofFirst := strings.CutPrefix(each, "First")
		if ofFirst && !slices.Contains(outputs, "Second"+other) {
			t.Errorf("the outputs are %v", outputs)
		}
	}
}

// within are the properties by which a resource belongs to another one: its name is then one
// of that resource's own.
var within = []string{"UserPoolId", "FunctionName", "ApiId", "IdentityPoolId", "HostedZoneId"}

// physicalNames returns the names that are written in the template, by kind of resource.
func physicalNames(resources map[string]map[string]any) map[string]bool {
	names := map[string]bool{}
	for _, r := range resources {
		properties, _ := r["Properties"].(map[string]any)
		owned := slices.ContainsFunc(within, func(key string) bool {
			_, literal := properties[key].(string)
			return properties[key] != nil && !literal
		})
		for key, value := range properties {
			text, literal := value.(string)
			if literal && !owned && strings.HasSuffix(key, "Name") && key != "MetricName" {
				names[fmt.Sprint(r["Type"], " ", key, " ", text)] = true
			}
			if literal && key == "Domain" {
				names["domain "+text] = true
			}
		}
	}
	return names
}

// metrics returns what alarms and dashboards look at and functions write, as namespace, name
// and dimensions.
func metrics(resources map[string]map[string]any) map[string]bool {
	found := map[string]bool{}
	var walk func(any)
	walk = func(value any) {
		switch v := value.(type) {
		case map[string]any:
			if v["MetricName"] != nil && v["Namespace"] != nil {
				found[fmt.Sprint(v["Namespace"], v["MetricName"], said(v["Dimensions"]))] = true
			}
			for _, each := range v {
				walk(each)
			}
		case []any:
			for _, each := range v {
				walk(each)
			}
		}
	}
	for _, r := range resources {
		walk(r["Properties"])
		if r["Type"] == "AWS::CloudWatch::Dashboard" {
			plotted(at(r, "Properties", "DashboardBody"), found)
		}
	}
	return found
}

// plotted adds the metrics of a dashboard's graphs, lists of namespace, name, dimensions and
// options.
func plotted(body any, found map[string]bool) {
	var text strings.Builder
	for _, part := range at(body, "Fn::Join", 1).([]any) {
		if literal, ok := part.(string); ok {
			text.WriteString(literal)
		} else {
			text.WriteString(strings.ReplaceAll(said(part), `"`, "'"))
		}
	}
	var board struct {
		Widgets []struct{ Properties struct{ Metrics [][]any } }
	}
	if err := json.Unmarshal([]byte(text.String()), &board); err != nil {
		panic(err)
	}
	for _, widget := range board.Widgets {
		for _, metric := range widget.Properties.Metrics {
			if namespace, ok := metric[0].(string); ok {
				found[fmt.Sprint(namespace, metric[1:len(metric)-1])] = true
			}
		}
	}
}

func said(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}
