package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cost"
)

const prodTemplate = "../../testdata/prod.template.json"

func TestR77_CostSaysEachPartWithTheDatesOfWhatItComputesWith(t *testing.T) {
	prices, figures, err := cost.Recorded()
	if err != nil {
		t.Fatal(err)
	}
	text := must(t, "cost", "--assembly", prodTemplate, "--sign-ins", "2e6", "--users", "100000")
	for _, want := range []string{prices.Region, prices.Date, figures.Date, figures.Machine, "million sign-ins", "DynamoDB, writes", "CloudWatch, alarms", "together", "Not in it", cost.Left[0]} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	var answer costs
	if err := json.Unmarshal([]byte(must(t, "cost", "--assembly", prodTemplate, "--sign-ins", "2e6", "--users", "100000", "--json")), &answer); err != nil {
		t.Fatal(err)
	}
	for _, p := range answer.Parts {
		if strings.HasPrefix(p.Name, "Lambda, requests") && (p.Million != 0.4 || p.Month != 0.8) {
			t.Errorf("two calls for each sign-in cost %+v", p)
		}
	}
	if answer.Usage != (cost.Usage{SignIns: 2e6, Users: 100_000}) || answer.Total.Month <= 1350 || !slices.Equal(answer.Left, cost.Left) {
		t.Errorf("the answer is %+v", answer)
	}
}

func TestR77_CostNeedsOneTemplateOfTheSuite(t *testing.T) {
	dir := t.TempDir()
	refused(t, failed, []string{"has 0 templates", "make synth STAGE="}, "cost", "--assembly", dir)
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a.template.json", `{"Resources":{}}`)
	refused(t, failed, []string{"a.template.json", "the template has no function of a trigger"}, "cost", "--assembly", dir)
	write("a.template.json", `{`)
	refused(t, failed, []string{"a.template.json: reading the template"}, "cost", "--assembly", dir)
	write("b.template.json", `{}`)
	refused(t, failed, []string{"has 2 templates"}, "cost", "--assembly", dir)
	refused(t, misuse, []string{"a number is negative"}, "cost", "--assembly", prodTemplate, "--users", "-1")
	refused(t, misuse, []string{"unexpected argument"}, "cost", "prod")
}
