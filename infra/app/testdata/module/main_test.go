package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"

	"github.com/cognito-triggers/cognito-triggers/infra"
)

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// A folder vendor, which has no main package of another module, is no obstacle.
func TestBothSuitesAreMadeWithTheirOutputs(t *testing.T) {
	if err := os.Mkdir("vendor", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("vendor/modules.txt", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: new(t.TempDir())})
	if err := synthesize(app); err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(filepath.Join(*app.Outdir(), "Mine.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Outputs map[string]any
	}
	if err := json.Unmarshal(src, &template); err != nil {
		t.Fatal(err)
	}
	for _, output := range []string{"UserPoolId", "TableName", "WebClientId", "UserPoolDomain", "PreSignUpFunctionName", "StaffUserPoolId", "StaffTableName", "StaffPreSignUpFunctionName"} {
		if template.Outputs[output] == nil {
			t.Errorf("there is no output %s", output)
		}
	}
	if template.Outputs["StaffWebClientId"] != nil {
		t.Error("the app's own client is an output of the suite")
	}
	if left, _ := filepath.Glob(bundles + "/.built*"); left != nil {
		t.Errorf("left behind: %s", left)
	}
	if err := (&infra.Props{Settings: settings(), Bundles: bundles, Architecture: infra.AMD64}).CheckBundles(); err == nil || !strings.Contains(err.Error(), "infra.BuildBundles") {
		t.Errorf("the builds of another processor: %v", err)
	}
}

func TestNilPropsAreAListOfFaults(t *testing.T) {
	var props *infra.Props
	want := props.Validate()
	if want == nil || strings.Count(want.Error(), "\n") < 1 {
		t.Fatalf("the faults are %v", want)
	}
	if err := props.CheckBundles(); err == nil {
		t.Error("no build is missing")
	}
	_ = props.Warnings()
	stack := awscdk.NewStack(awscdk.NewApp(&awscdk.AppProps{Outdir: new(t.TempDir())}), new("Mine"), nil)
	infra.AddOutputs(stack, nil, "")
	for name, make := range map[string]func(){
		"NewTriggerSuite": func() { infra.NewTriggerSuite(stack, "SignIn", nil) },
		"NewStack":        func() { infra.NewStack(stack, "dev", nil) },
	} {
		if said := panicOf(make); !strings.Contains(said, want.Error()) {
			t.Errorf("%s panics with %q", name, said)
		}
	}
}

// Cognito would refuse it at the deployment only.
func TestALitePoolTakesNoHookOfItsPlan(t *testing.T) {
	stack := awscdk.NewStack(awscdk.NewApp(&awscdk.AppProps{Outdir: new(t.TempDir())}), new("Mine"), nil)
	pool := awscognito.NewUserPool(stack, new("Staff"), &awscognito.UserPoolProps{FeaturePlan: awscognito.FeaturePlan_LITE})
	for version, sound := range map[infra.TokenVersion]bool{"": false, infra.V3_0: false, infra.V2_0: false, infra.V1_0: true} {
		props := &infra.Props{Pool: pool, Settings: infra.Settings{TokenVersion: version}}
		if err := props.Validate(); (err == nil) != sound {
			t.Errorf("%q: %v", version, err)
		}
	}
}

func TestABuildThatFailsSaysWhatGoSaid(t *testing.T) {
	const missing = "github.com/cognito-triggers/cognito-triggers/triggers/presignup"
	t.Setenv("GOWORK", "off")
	for name, test := range map[string]struct {
		arch infra.Architecture
		in   string
		want string
	}{
		"an unknown processor": {"mips", ".", `"mips" is not known: use one of arm64, amd64`},
		"no module":            {infra.ARM64, t.TempDir(), missing},
	} {
		t.Chdir(test.in)
		err := infra.BuildBundles(context.Background(), t.TempDir(), test.arch)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "building the functions: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func panicOf(do func()) (said string) {
	defer func() { said = fmt.Sprint(recover()) }()
	do()
	return ""
}
