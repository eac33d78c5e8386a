package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// The stack may be gone before the hooks are: the file alone takes them out then.
func TestR83_AdoptUndoesWithoutTheTable(t *testing.T) {
	a := adoptable(t, userpool.ResetDocumented, foreign)
	before := a.described()
	a.call(done, "", "plan")
	a.call(done, "", "apply")
	a.broken["GetItem"], a.broken["PutItem"] = "ResourceNotFoundException", "ResourceNotFoundException"
	a.call(done, "as they were", "undo")
	a.holds("undone", before)
	if err := os.Remove("adopt-" + a.pool + ".json"); err != nil {
		t.Fatal(err)
	}
	a.call(failed, "there is no table mirror here", "undo")
}

// The two questions that only an operator may ask reach AWS, a session's as its role.
func TestR83_AdoptAsksForRoleAndIdentity(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/sms"
	a := adoptable(t, userpool.ResetDocumented, `{"PoolName":"p","SmsConfiguration":{"SnsCallerArn":"`+role+`","ExternalId":"x"},
		"EmailConfiguration":{"EmailSendingAccount":"DEVELOPER","SourceArn":"arn:aws:ses:eu-central-1:123456789012:identity/example.org"}}`)
	a.call(failed, "may not pass the role of the pool's text messages, "+role, "plan")
	a.allow = "allowed"
	a.call(failed, "e-mail identity example.org is not verified", "plan")
	a.verified = true
	a.call(done, "Next: ops adopt apply", "plan")
}

// stackAttaches writes the row as the custom resource does.
func (a *adopted) stackAttaches(theirs string) {
	var record map[string]any
	for name, v := range a.row {
		if s, _ := v.(map[string]any)["S"].(string); strings.Contains(s, `"places"`) {
			_ = json.Unmarshal([]byte(s), &record)
			record["state"], record["by"], record["at"] = "verified", "cfn-1", "2099-01-01T00:00:00Z"
			for hook, p := range record["places"].(map[string]any) {
				p := p.(map[string]any)
				delete(p, "free")
				if hook == "PreSignUp" {
					p["before"] = theirs
				}
			}
			text, _ := json.Marshal(record)
			a.row[name], a.row["attachRev"] = map[string]any{"S": string(text)}, map[string]any{"N": "99"}
		}
	}
}

func TestR83_AdoptSeesWhatAStackDidSince(t *testing.T) {
	a := adoptable(t, userpool.ResetDocumented, foreign)
	a.call(done, "", "plan")
	a.call(done, "", "apply")
	a.call(done, "", "undo")
	a.call(done, "", "plan")
	a.call(done, "", "apply") // plays the stack's update
	a.stackAttaches(hookARN + "later")
	a.call(failed, "the stack attaches the pool", "plan")
	a.call(failed, "deploy the stage with pool: {mode: owner}", "undo")
	a.call(done, "as they were", "undo", "--from-stack")
	if got := a.described()["LambdaConfig"].(map[string]any)["PreSignUp"]; got != hookARN+"later" {
		t.Errorf("PreSignUp is %v", got)
	}
}
