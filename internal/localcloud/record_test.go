package localcloud

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// seen starts a stack with a timeline; change, if not nil, changes its options.
func seen(t *testing.T, resources object, change func(*Options)) *Cloud {
	t.Helper()
	opts := Options{AssemblyDir: assembly(t, resources), InfraDir: infra, Timeline: timeline.New(timeline.Limits{})}
	if change != nil {
		change(&opts)
	}
	cloud, err := Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	return cloud
}

// lastCall returns the newest call with all that belongs to it.
func lastCall(t *testing.T, cloud *Cloud) timeline.Call {
	t.Helper()
	if err := cloud.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, e := range cloud.timeline.Entries("", 0) {
		if e.Call != nil {
			c, _ := cloud.timeline.Call(e.ID)
			return c
		}
	}
	t.Fatal("no call")
	return timeline.Call{}
}

func TestR60_ACallItsTriggerAndItsMailAreOneLine(t *testing.T) {
	cloud := seen(t, resources(), nil)
	if err := signUp(t, cloud, "ada@example.com"); err != nil {
		t.Fatal(err)
	}
	c := lastCall(t, cloud)
	if c.Operation != "SignUp" || len(c.Invocations) != 1 || len(c.Messages) != 1 || c.Messages[0].To != "ada@example.com" {
		t.Fatalf("got %+v", c)
	}
	in := c.Invocations[0]
	if in.Call != c.ID || in.Source != "PreSignUp_SignUp" || in.Function != "suite-Sign" || !in.Cold || in.InitMillis <= 0 || string(in.Reply) != string(in.Event) || in.Cut {
		t.Errorf("got %+v", in)
	}
	if len(in.Users) != 2 || in.Users[0] != "ada@example.com" || in.Users[1] != c.Messages[0].Username {
		t.Errorf("the users of the event are %q", in.Users)
	}
	if text, err := json.Marshal(c); err != nil || strings.Contains(string(text), "Correct-horse") {
		t.Errorf("%v in %s", err, text)
	}
}

// The page's own looks are left out, and no web page can pass for the page.
func TestR60_OnlyAnAdministratorsOnlookerIsLeftOut(t *testing.T) {
	cloud := seen(t, resources(), nil)
	web, _ := cloud.Client("web")
	api := cognito.NewFromConfig(aws.Config{
		Region: cloud.Stack.Region, BaseEndpoint: aws.String(cloud.Endpoints().CognitoIDP), Credentials: localCredentials(), AppID: timeline.Onlooker,
	})
	_, _ = api.SignUp(t.Context(), &cognito.SignUpInput{ClientId: &web.ID, Username: aws.String("ada@example.com"), Password: aws.String("Correct-horse-7")})
	if _, err := api.ListUsers(t.Context(), &cognito.ListUsersInput{UserPoolId: &cloud.Stack.Pool.ID}); err != nil {
		t.Fatal(err)
	}
	if all := cloud.timeline.Entries("", 0); len(all) != 1 || all[0].Call.Operation != "SignUp" {
		t.Errorf("got %+v", all)
	}
}

func TestR69_AReplayIsTheSameBytesAndNoCallOfAnybody(t *testing.T) {
	cloud := seen(t, resources(), nil)
	if err := signUp(t, cloud, "ada@example.com"); err != nil {
		t.Fatal(err)
	}
	old := lastCall(t, cloud).Invocations[0]
	now, err := cloud.Replay(t.Context(), old.ID)
	if err != nil || string(now.Event) != string(old.Event) || now.ReplayOf != old.ID || now.Call != "" || now.ID == old.ID || now.Cold {
		t.Fatalf("got %+v, %v", now, err)
	}
	if newest := cloud.timeline.Entries("", 1); newest[0].Invocation == nil || newest[0].ID != now.ID {
		t.Errorf("the newest line is %+v", newest[0])
	}
	if c := lastCall(t, cloud); len(c.Invocations) != 1 {
		t.Errorf("the call has %d invocations", len(c.Invocations))
	}
	cloud.timeline.AddInvocation(timeline.Invocation{ID: "migration", Source: "UserMigration_Authentication", Function: "suite-Sign", Event: timeline.Body(`{"request":{"password":"p"}}`)})
	cloud.timeline.AddInvocation(timeline.Invocation{ID: "deployment", Function: "suite-Sign", Event: timeline.Body(`{"RequestType":"Create"}`)})
	for id, want := range map[string]string{"migration": "held a secret", "deployment": "is no trigger's", "nowhere": "has none of this id"} {
		if _, err := cloud.Replay(t.Context(), id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestR69_SwitchesActOnTheNextDelivery(t *testing.T) {
	t.Parallel()
	cloud := seen(t, resources(), func(o *Options) { o.Pool.AttemptTimeout, o.Pool.MaxAttempts = time.Second, 1 })
	_ = signUp(t, cloud, "first@example.com") // a cold start may take longer
	for _, step := range []struct {
		name, value, want, fault string
		invocations              int
	}{
		{"delivery", "twice", "", "delivered twice", 2},
		{"delivery", "", "", "", 1},
		{"timeout", "PreSignUp", "PreSignUp invocation failed due to error Socket timeout", "timeout", 1},
		{"timeout", "all", "PreSignUp invocation failed due to error Socket timeout", "timeout", 1},
		{"timeout", "", "", "", 1},
	} {
		if err := cloud.Turn(step.name, step.value); err != nil {
			t.Fatal(err)
		}
		for _, s := range cloud.Switches() {
			if s.Name == step.name && s.On != step.value {
				t.Errorf("%s is shown as %q", s.Name, s.On)
			}
		}
		err := signUp(t, cloud, step.name+step.value+step.want[:min(1, len(step.want))]+"x@example.com")
		if (err == nil) != (step.want == "") || err != nil && !strings.Contains(err.Error(), step.want) {
			t.Errorf("%s %s: %v", step.name, step.value, err)
		}
		c := lastCall(t, cloud)
		if len(c.Invocations) != step.invocations {
			t.Errorf("%s %s: %d invocations", step.name, step.value, len(c.Invocations))
		}
		for _, in := range c.Invocations {
			if in.Fault != step.fault || in.Error != "" {
				t.Errorf("%s %s: got %+v", step.name, step.value, in)
			}
		}
	}
	for name, value := range map[string]string{"delivery": "thrice", "store": "down", "weather": ""} { // it has no table
		if err := cloud.Turn(name, value); err == nil {
			t.Errorf("%s %s was taken", name, value)
		}
	}
}
