package nag

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"

	"github.com/cognito-triggers/cognito-triggers/infra"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

func TestMain(m *testing.M) {
	code := m.Run()
	// Closing reports a race in jsii about every other time; see infra/app.
	if nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = nowhere
	}
	jsii.Close()
	os.Exit(code)
}

// What the packs find in both stages must equal accepted.
func TestEveryFindingIsAccepted(t *testing.T) {
	for _, file := range []string{"../../stages/dev.yaml", "../../stages/prod.yaml", "testdata/production.yaml"} {
		t.Run(file, func(t *testing.T) {
			stage, err := settings.LoadStage(file)
			if err != nil {
				t.Fatal(err)
			}
			found, checked := findings(t, stage)
			if checked == 0 {
				t.Error("no rule was applied")
			}
			listed := map[finding]bool{}
			for _, a := range accepted {
				if a.reason == "" {
					t.Errorf("%s is accepted without a reason", a.rule)
				}
				for _, resource := range a.resources {
					if !a.where(stage.Settings) {
						continue
					}
					listed[finding{a.rule, resource}] = true
				}
			}
			for f, says := range found {
				if !listed[f] {
					t.Errorf("%s on %s: %s; change the stack, or accept it with a reason in accepted_test.go", f.rule, f.resource, says)
				}
			}
			for f := range listed {
				if _, still := found[f]; !still {
					t.Errorf("%s on %s is accepted but no longer found: take it out of accepted_test.go", f.rule, f.resource)
				}
			}
			t.Logf("%d rules applied to resources, %d findings, all accepted with a reason", checked, len(found))
		})
	}
}

// finding is a rule that a resource, by its path below the stack, does not follow.
type finding struct{ rule, resource string }

// findings synthesizes a stage with both packs and reads their reports.
func findings(t *testing.T, stage settings.Stage) (found map[finding]string, checked int) {
	t.Helper()
	props := &infra.Props{Settings: stage.Settings, Bundles: stubs(t)}
	out := t.TempDir()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: &out, AnalyticsReporting: new(false), Context: flags(t)})
	infra.NewStack(app, stage.Name, props)
	pack := &cdknag.NagPackProps{Reports: new(true), ReportFormats: &[]cdknag.NagReportFormat{cdknag.NagReportFormat_JSON}}
	awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(pack), nil)
	awscdk.Aspects_Of(app).Add(cdknag.NewServerlessChecks(pack), nil)
	app.Synth(nil)
	reports, err := filepath.Glob(filepath.Join(out, "*NagReport.json"))
	if err != nil || len(reports) != 2 {
		t.Fatalf("want two reports, got %v, %v", reports, err)
	}
	found = map[finding]string{}
	for _, report := range reports {
		checked += read(t, report, found)
	}
	return found, checked
}

// read adds a report's findings to found and returns the number of rules that were
// applied to a resource.
func read(t *testing.T, report string, found map[finding]string) int {
	t.Helper()
	src, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Lines []struct{ RuleID, ResourceID, Compliance, RuleInfo string }
	}
	if err := json.Unmarshal(src, &document); err != nil {
		t.Fatal(err)
	}
	for _, line := range document.Lines {
		if line.Compliance == "Compliant" {
			continue
		}
		_, below, _ := strings.Cut(line.ResourceID, "/")
		found[finding{line.RuleID, below}] = fmt.Sprint(line.Compliance, ": ", line.RuleInfo)
	}
	return len(document.Lines)
}

// flags returns the feature flags in cdk.json, which a test does not read by itself.
func flags(t *testing.T) *map[string]any {
	t.Helper()
	src, err := os.ReadFile("../../../cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Context map[string]any }
	if err := json.Unmarshal(src, &file); err != nil {
		t.Fatal(err)
	}
	return &file.Context
}

// arm64Program is the header of an ELF file for arm64; the stack reads no more.
const arm64Program = "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00\x01\x00\x00\x00"

// stubs writes a folder with all functions, so that no compiled one is needed.
func stubs(t *testing.T) string {
	t.Helper()
	header := arm64Program + strings.Repeat("\x00", 28) + "\x40\x00" + strings.Repeat("\x00", 10)
	folder := t.TempDir()
	mains, err := filepath.Glob("../../../triggers/*/main.go")
	if err != nil || len(mains) == 0 {
		t.Fatalf("no functions: %v", err)
	}
	for _, main := range append(mains, "../../functions/whoami/main.go", "../../functions/register/main.go", "../../functions/tripwire/main.go") {
		room := filepath.Join(folder, filepath.Base(filepath.Dir(main)))
		if err := os.MkdirAll(room, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(room, "bootstrap"), []byte(header), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// A finding that is not accepted must show.
func TestTheRulesAreReallyApplied(t *testing.T) {
	stage, err := settings.LoadStage("../../stages/dev.yaml")
	if err != nil {
		t.Fatal(err)
	}
	found, _ := findings(t, stage)
	rules := slices.Sorted(maps.Keys(func() map[string]bool {
		set := map[string]bool{}
		for f := range found {
			set[f.rule] = true
		}
		return set
	}()))
	if !slices.Contains(rules, "AwsSolutions-COG8") {
		t.Errorf("dev is not on the Plus plan, and COG8 does not say so: %v", rules)
	}
}
