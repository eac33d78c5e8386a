package infra

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// swept returns the stage prod with a sweep.
func swept(t *testing.T, hours, rate int) template {
	t.Helper()
	s := quiet(t, "prod")
	s.Reconcile = Reconcile{EveryHours: hours, ListRate: rate}
	return once(t, fmt.Sprint("sweep ", hours, rate), func() template { return synthesize(t, s) })
}

func TestWithoutAScheduleThereIsNoSweep(t *testing.T) {
	for _, name := range []string{"dev", "prod"} {
		for id := range ofStage(t, name)["Resources"].(map[string]any) {
			if strings.Contains(id, "Reconcile") {
				t.Errorf("%s has %s", name, id)
			}
		}
	}
}

// The golden file shows all that the schedule adds. It changes nothing else of the stack.
func TestGoldenOfTheScheduledSweep(t *testing.T) {
	with, without := swept(t, 24, 0), ofQuiet(t, "prod")
	all, added := with["Resources"].(map[string]any), template{}
	for id, r := range all {
		if strings.Contains(id, "Reconcile") {
			added[id] = r
			delete(all, id)
		}
	}
	if !reflect.DeepEqual(with, without) {
		t.Error("the schedule changes the rest of the stack")
	}
	got := assetHash.ReplaceAll(printed(t, added), []byte("<hash>"))
	file := filepath.Join("testdata", "reconcile.template.json")
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the template differs from %s (%v); look at the difference with `go test ./infra -run Golden -update && git diff infra/testdata`", file, err)
	}
}

func TestR87_TheScheduleIsTheChain(t *testing.T) {
	for _, c := range []struct {
		hours, rate int
		asks        string
	}{{1, 7, "7"}, {24, 0, "10"}} {
		tpl := swept(t, c.hours, c.rate)
		for _, r := range tpl.resources("AWS::Events::Rule") {
			if got := at(r, "Properties", "ScheduleExpression"); got != "rate(5 minutes)" {
				t.Errorf("the schedule is %v", got)
			}
		}
		env := at(tpl.properties(t, functionType, "Reconcile"), "Environment", "Variables").(map[string]any)
		if env["LIST_RATE"] != c.asks || env["EVERY_HOURS"] != fmt.Sprint(c.hours) || !strings.HasPrefix(fmt.Sprint(at(env["USER_POOL_ID"], "Ref")), "SuitePool") {
			t.Errorf("the environment is %v", env)
		}
	}
}

// The permissions are written out, not taken from the code.
func TestR36_ExactPermissionsOfTheSweep(t *testing.T) {
	tpl := swept(t, 24, 0)
	role := tpl.properties(t, roleType, "ReconcileRole")
	var got []string
	for _, s := range at(role, "Policies", 0, "PolicyDocument", "Statement").([]any) {
		s := s.(map[string]any)
		line := strings.Join(texts(s["Action"]), ", ") + " on " + resourceName(tpl, "Reconcile", s["Resource"])
		for _, key := range []string{"dynamodb:Attributes", "dynamodb:LeadingKeys"} {
			for _, operator := range []string{"ForAllValues:StringEquals", "ForAllValues:StringLike"} {
				if names := texts(at(s, "Condition", operator, key)); names != nil {
					line += " if " + strings.Join(names, " ")
				}
			}
		}
		for _, key := range []string{"dynamodb:ReturnValues", "dynamodb:Select"} {
			if value := at(s, "Condition", "StringEqualsIfExists", key); value != nil {
				line += ", " + fmt.Sprint(value)
			}
		}
		got = append(got, line)
	}
	const profile = "attrsAt createdAt createdBy deletedAt digest disabled email emailChangedAt emailCollision emailKey emailVerified " +
		"pk previousEmail profile rev shard sk status truncated username"
	want := []string{
		"logs:CreateLogStream, logs:PutLogEvents on its log group",
		"cognito-idp:AdminGetUser, cognito-idp:DescribeUserPool, cognito-idp:ListUsers on " + resourceName(tpl, "Reconcile", map[string]any{"Fn::GetAtt": []any{poolID(tpl), "Arn"}}),
		"dynamodb:BatchGetItem, dynamodb:Scan on the table if " + profile + ", SPECIFIC_ATTRIBUTES",
		`dynamodb:Query on {"Fn::Join":["",[{"Fn::GetAtt":["` + slices.Collect(maps.Keys(tpl.resources(tableType)))[0] + `","Arn"]},"/index/byShard"]]}`,
		"dynamodb:UpdateItem on the table if attrsAt authzAt authzBy authzDisabled authzExtra authzRoles authzStatus authzTenant authzTenantRoles authzTenants " +
			"createdAt createdBy deletedAt digest disabled email emailChangedAt emailCollision emailKey emailVerified expiresAt firstSignInAt " +
			"lastClient lastSignInAt pk previousEmail profile rev shard signInCount signInMark sk status truncated username, NONE",
		"dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem on the table if SWEEP#*, NONE",
	}
	if !slices.Equal(got, want) || role["ManagedPolicyArns"] != nil || len(role["Policies"].([]any)) != 1 {
		t.Errorf("may\n\t%s\nnot\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func poolID(tpl template) (pool string) {
	for id := range tpl.resources(poolType) {
		pool = id
	}
	return pool
}

// Both sides write the names, since the function links no CDK and the stack no function.
// This test compares them.
func TestSomebodyIsToldOfASweepThatFailed(t *testing.T) {
	tpl := everything(t)
	for name, want := range map[string]string{"ReconcileFailed": "1/1 of 5: Errors Sum", "ReconcileIncomplete": "1/1 of 5: incomplete Sum"} {
		alarm := tpl.properties(t, alarmType, name)
		if got := described(alarm); got != want || !strings.HasPrefix(fmt.Sprint(at(alarm, "Dimensions", 0, "Value", "Ref")), "SuiteReconcile") {
			t.Errorf("%s is %s, of %v", name, got, alarm["Dimensions"])
		}
	}
	counted, err := os.ReadFile("functions/reconcile/run.go")
	if err != nil {
		t.Fatal(err)
	}
	board := fmt.Sprint(tpl.properties(t, dashboardType, "Dashboard")["DashboardBody"])
	for _, name := range []string{"drift", "healed", "failed", "complete", "incomplete"} {
		if !regexp.MustCompile(`"`+name+`","FunctionName",".{0,12}SuiteReconcile`).MatchString(board) || !strings.Contains(string(counted), `{"Name":"`+name+`"`) {
			t.Errorf("%s is not on the dashboard, or nobody counts it", name)
		}
	}
}

func TestOnlyTheScheduleMayRunTheSweep(t *testing.T) {
	tpl := swept(t, 24, 0)
	found := 0
	for _, r := range tpl.resources(permissionType) {
		p := r["Properties"].(map[string]any)
		if !strings.Contains(fmt.Sprint(p["FunctionName"]), "SuiteReconcile") {
			continue
		}
		found++
		if p["Principal"] != "events.amazonaws.com" || !strings.Contains(fmt.Sprint(p["SourceArn"]), "SuiteReconcileSchedule") {
			t.Errorf("the permission is %v", p)
		}
	}
	if found != 1 {
		t.Errorf("%d permissions", found)
	}
}

// A pass that ends in time rings nothing, however many runs it takes; an old one and runs that
// stop are found within two hours.
func TestR87_AnOldPassAndASilentSweepAreFound(t *testing.T) {
	alarm := everything(t).properties(t, alarmType, "ReconcilePassAge")
	for what, c := range map[string]struct {
		age  func(hour int) float64 // as the runs write it; below 0, none runs
		want int                    // the hour at whose end it is red; 0 is never
	}{
		"every pass takes a day and a half": {func(hour int) float64 { return float64(hour % 36) }, 0},
		"the last pass was long ago":        {func(hour int) float64 { return float64(hour) }, 50},
		"the runs stop":                     {func(hour int) float64 { return 1 - 2*float64(min(1, hour/10)) }, 11},
	} {
		ages, red := &series{sums: []float64{0}, counts: []float64{0}}, 0
		j := judgeOf(t, alarm).in(world{"passAgeHours": ages})
		for hour := range 72 {
			for range 60 {
				age := c.age(hour)
				ages.add(max(0, age), truth(age >= 0))
			}
			if j.isRed(60*(hour+1)) && red == 0 {
				red = hour + 1
			}
		}
		if red != c.want {
			t.Errorf("%s: red after %d hours, want %d", what, red, c.want)
		}
	}
}
