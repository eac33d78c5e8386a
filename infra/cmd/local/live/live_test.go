package live

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const deny = "deny: [blocked.example, mailinator.com]"

// One start serves all.
func TestR63_AnEditOfTheStageFileActs(t *testing.T) {
	t.Parallel()
	r := start(t, "", "")
	const ada = "ada@corp.example"
	r.confirmed(ada)
	tokens := r.signIn(ada)
	sub := fmt.Sprint(claim(t, *tokens.IdToken, "sub"))

	if e := r.acts(r.with(deny, "deny: [corp.example]")); e.Text != "policy.signUp.domains acts now" || e.File != r.stageFile {
		t.Errorf("told %+v", e)
	}
	if why := r.signUp("grace@corp.example"); !strings.Contains(why, "UserLambdaValidationException") {
		t.Errorf("the edit does not act: %q", why)
	}
	if why := r.signUp("grace@blocked.example"); why != "" {
		t.Errorf("the old rule acts: %s", why)
	}

	// Ada is there, with her row, and her refresh token counts.
	tokens.RefreshToken = r.refresh(*tokens.RefreshToken).RefreshToken
	row, err := r.cloud.DynamoDB().GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(r.cloud.Table()), Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "USER#" + r.cloud.Stack.Pool.ID + "#" + sub}, "sk": &types.AttributeValueMemberS{Value: "PROFILE"},
		},
	})
	if err != nil || len(row.Item) == 0 {
		t.Errorf("her row: %v, %v", row, err)
	}

	r.faults()
	r.clients(ada, *tokens.RefreshToken)
	r.bothKinds()
	if e := r.acts(r.sound); r.watcher.Stage() == nil || !strings.Contains(e.Text, "acts now") {
		t.Errorf("told %+v", e)
	}
}

// faults saves files that cannot act, after an edit that acts.
func (r *rig) faults() {
	r.t.Helper()
	bad := r.with(deny, "deny: [corp.example, \"not a domain\"]")
	r.save(bad)
	want := fmt.Sprintf("%s:%d: policy.signUp.domains.deny[1]: ", r.stageFile, lineOf(bad, "deny: [corp"))
	if e := r.told(); e.Acted || len(e.Faults) != 1 || !strings.HasPrefix(e.Faults[0], want) || e.Text != staysAsItWas {
		r.t.Errorf("told %+v, want %s", e, want)
	}
	// The pool that runs does not let a user write zoneinfo.
	needs := r.with("writeAttributes: [email, name, locale]", "writeAttributes: [email, name, zoneinfo]", "# required: [name]", "required: [zoneinfo]")
	r.save(needs)
	want = fmt.Sprintf("%s:%d: policy.signUp.attributes.required[0]: ", r.stageFile, lineOf(needs, "required: [zone"))
	if e := r.told(); e.Acted || len(e.Faults) != 1 || !strings.HasPrefix(e.Faults[0], want) || !strings.HasSuffix(e.Text, "applies: clients.web.writeAttributes") {
		r.t.Errorf("told %+v, want %s", e, want)
	}
	if why := r.signUp("barbara@corp.example"); why == "" {
		r.t.Error("a bad file took the old policy away")
	}
}

// clients changes the profile of the web client. Its function remembers profiles.
func (r *rig) clients(email, refresh string) {
	r.t.Helper()
	r.acts(r.with(deny, "deny: [other.example]"))
	if got := claim(r.t, *r.signIn(email).AccessToken, "scope"); !strings.Contains(fmt.Sprint(got), "app/read") {
		r.t.Fatalf("the profile app says %v", got)
	}
	// No function has another policy then.
	e := r.acts(r.with(deny, "deny: [other.example]", "profile: app\n", "profile: console\n"))
	if want := "clients.web.profile acts now"; e.Text != want {
		r.t.Errorf("told %q, want %s", e.Text, want)
	}
	next := r.refresh(refresh)
	if got := claim(r.t, *next.AccessToken, "scope"); !strings.Contains(fmt.Sprint(got), "app/write") {
		r.t.Errorf("the token has the old profile: %v", got)
	}
}

func (r *rig) bothKinds() {
	r.t.Helper()
	e := r.acts(r.with(deny, "deny: [third.example]", "groups: [admins, members]", "groups: [admins, members, guests]", "logRetentionDays: 7", "logRetentionDays: 14"))
	if want := "clients.web.profile, policy.signUp.domains acts now; restart make local to apply groups, logRetentionDays"; e.Text != want {
		r.t.Errorf("told %q, want %s", e.Text, want)
	}
	if why := r.signUp("hedy@third.example"); why == "" {
		r.t.Error("the part that can act does not")
	}
	r.save(r.with(deny, "deny: [third.example]", "groups: [admins, members]", "groups: [guests]"))
	if e := r.told(); e.Acted || e.Text != "restart make local to apply groups" {
		r.t.Errorf("told %+v", e)
	}
}
