package cast

import (
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

func TestR70_TheJourneyPlaysInAStackWithOtherNames(t *testing.T) {
	client := func(id string, flows ...string) template.Client {
		return template.Client{Client: userpool.Client{ID: id, AllowedOAuthFlows: flows}}
	}
	for name, c := range map[string]struct {
		outputs        map[string]string
		users, machine string
	}{
		"the names of before": {map[string]string{"ClientAppId": "app", "WebClientId": "web", "MachineClientId": "jobs"}, "web", "jobs"},
		"other names":         {map[string]string{"ClientAppId": "app", "ClientJobsId": "jobs"}, "app", "batch"},
		"web is a machine":    {map[string]string{"WebClientId": "jobs", "ClientAppId": "app"}, "app", "batch"},
	} {
		cloud := &localcloud.Cloud{Stack: &template.Stack{Outputs: c.outputs, Pool: &template.Pool{Clients: []template.Client{
			client("app", "code"), client("batch", "client_credentials"), client("jobs", "client_credentials"), client("web"),
		}}}}
		users, _ := Client(cloud, false)
		machine, _ := Client(cloud, true)
		if users.ID != c.users || machine.ID != c.machine {
			t.Errorf("%s: %s and %s", name, users.ID, machine.ID)
		}
	}
	if _, ok := Client(&localcloud.Cloud{Stack: &template.Stack{}}, false); ok {
		t.Error("a stack without a pool has a client")
	}
}

// Beside a pool of somebody else, or with some triggers only, most steps would fail.
func TestTheDemoNeedsTheWholeSuiteWithItsOwnPool(t *testing.T) {
	hooks := func(names ...string) *template.Pool {
		pool := &template.Pool{LogicalID: "Users"}
		pool.Triggers = map[string]userpool.Trigger{}
		for _, name := range names {
			pool.Triggers[name] = userpool.Trigger{FunctionARN: "f"}
		}
		return pool
	}
	whole := hooks("PreSignUp", "PostConfirmation", "PostAuthentication", "PreTokenGeneration")
	beside := *whole
	beside.Existing, beside.ID = true, "eu-west-1_AbCdEf123"
	for want, pool := range map[string]*template.Pool{
		"": whole, "has no pool": nil, "is beside the pool eu-west-1_AbCdEf123": &beside, "has no PreSignUp": hooks("PostConfirmation", "PostAuthentication", "PreTokenGeneration"),
	} {
		got := ""
		if err := Whole(&template.Stack{Name: "S", Pool: pool}); err != nil {
			got = err.Error()
		}
		if want == "" && got != "" || !strings.Contains(got, want) || want != "" && !strings.Contains(got, "make demo STAGE=dev") {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
