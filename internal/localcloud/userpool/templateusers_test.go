package userpool

import (
	"slices"
	"strings"
	"testing"
)

// A template's user is an administrator's, whom nobody invites unless asked to.
func TestATemplatesUsersAreCreated(t *testing.T) {
	r, sent := mailRig(t, nil)
	err := r.Create(
		TemplateUser{Username: ada, Attributes: map[string]string{"name": "Ada", "custom:plan": "pro"}, ValidationData: map[string]string{"b": "2", "a": "1"}, Groups: []string{"editors", "admins"}},
		TemplateUser{Username: "bea@example.com", DesiredDeliveryMediums: []string{"EMAIL"}},
		TemplateUser{Username: "cyd@example.com", DesiredDeliveryMediums: []string{"EMAIL"}, MessageAction: "SUPPRESS"},
	)
	if err != nil {
		t.Fatal(err)
	}
	wantSources(t, r.fns.sources(t), "PreSignUp_AdminCreateUser", "PreSignUp_AdminCreateUser", "PreSignUp_AdminCreateUser")
	u := theUser(t, r, ada)
	if u.attributes["name"] != "Ada" || u.attributes["custom:plan"] != "pro" || u.status != forceChangePassword || !slices.Equal(u.groups, []string{"editors", "admins"}) {
		t.Errorf("the user is %+v", u)
	}
	if messages := sent(); len(messages) != 1 || messages[0].To != "bea@example.com" {
		t.Errorf("sent %+v", messages)
	}
	r.fns.answer(preSignUp, func(ev []byte) ([]byte, error) {
		if !strings.Contains(string(ev), `"validationData":{"a":"1","b":"2"}`) {
			t.Errorf("the trigger sees %s", ev)
		}
		return nil, &FunctionError{"errorString", "nobody new"}
	})
	err = r.Create(TemplateUser{Username: "dee@example.com", ValidationData: map[string]string{"b": "2", "a": "1"}})
	if err == nil || err.Error() != "creating user dee@example.com of the template: UserLambdaValidationException: PreSignUp failed with error nobody new." {
		t.Errorf("a refusing trigger: %v", err)
	}
	r.fns.answer(preSignUp, nil)
	err = r.Create(TemplateUser{Username: "eve@example.com", Groups: []string{"none"}})
	if err == nil || err.Error() != "creating user eve@example.com of the template: ResourceNotFoundException: Group not found." {
		t.Errorf("a group that is not there: %v", err)
	}
}
