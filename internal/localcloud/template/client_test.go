package template

import (
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
)

// clientWith returns the template of a pool with one app client.
func clientWith(properties string) string {
	return `{"Resources":{"P":{"Type":"AWS::Cognito::UserPool"},
		"C":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"UserPoolId":{"Ref":"P"}` + properties + `}}}}`
}

func TestR51_TokenValidityOutsideAWSsLimitsIsAFault(t *testing.T) {
	for _, c := range []struct {
		token, unit    string
		value          string
		valid          bool
		wanted         time.Duration
		shortest, most string
	}{
		{"AccessToken", "seconds", "300", true, 5 * time.Minute, "", ""},
		{"AccessToken", "seconds", "299", false, 0, "5m0s", "24h0m0s"},
		{"AccessToken", "days", "1", true, 24 * time.Hour, "", ""},
		{"AccessToken", "hours", "25", false, 0, "5m0s", "24h0m0s"},
		{"AccessToken", "seconds", "86401", false, 0, "5m0s", "24h0m0s"},
		{"IdToken", "minutes", "5", true, 5 * time.Minute, "", ""},
		{"IdToken", "seconds", "299", false, 0, "5m0s", "24h0m0s"},
		{"IdToken", "hours", "24", true, 24 * time.Hour, "", ""},
		{"IdToken", "seconds", "86401", false, 0, "5m0s", "24h0m0s"},
		{"RefreshToken", "minutes", "60", true, time.Hour, "", ""},
		{"RefreshToken", "minutes", "59", false, 0, "1h0m0s", "87600h0m0s"},
		{"RefreshToken", "days", "3650", true, 87600 * time.Hour, "", ""},
		{"RefreshToken", "days", "3651", false, 0, "1h0m0s", "87600h0m0s"},
	} {
		text := clientWith(`,"` + c.token + `Validity":` + c.value + `,"TokenValidityUnits":{"` + c.token + `":"` + c.unit + `"}`)
		stack, err := Read(write(t, text), "")
		if !c.valid {
			if want := "C.Properties." + c.token + "Validity: want " + c.shortest + " to " + c.most + ", not "; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s of %s %s: %v, want %s", c.token, c.value, c.unit, err, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s of %s %s: %v", c.token, c.value, c.unit, err)
			continue
		}
		client := stack.Pool.Clients[0]
		if got := client.AccessTokenValidity + client.IDTokenValidity + client.RefreshTokenValidity; got != c.wanted {
			t.Errorf("%s of %s %s is %v", c.token, c.value, c.unit, got)
		}
	}
	_, err := Read(write(t, clientWith(`,"TokenValidityUnits":{"IdToken":"weeks"}`)), "")
	if err == nil || !strings.Contains(err.Error(), `C.Properties.TokenValidityUnits.IdToken: want seconds, minutes, hours or days, not "weeks"`) {
		t.Errorf("an unknown unit: %v", err)
	}
}

// CloudFormation's defaults are those of CreateUserPoolClient.
func TestAClientThatSaysNothingHasAWSsDefaults(t *testing.T) {
	client := read(t, clientWith(`,"AllowedOAuthFlows":["code"],"AllowedOAuthScopes":["a/b"],"CallbackURLs":["https://app.example"]`)).Pool.Clients[0]
	if client.Secret != "" || client.AllowedOAuthFlows != nil || client.AllowedOAuthScopes != nil || client.CallbackURLs != nil || client.NoTokenRevocation ||
		client.RefreshTokenRotation || client.PreventUserExistenceErrors || client.ReadAttributes != nil || client.WriteAttributes != nil {
		t.Errorf("got %+v", client)
	}
}

func TestAFunctionIsFoundByItsARNWithAndWithoutAQualifier(t *testing.T) {
	stack := &Stack{Functions: []Function{{Function: lambdahost.Function{ARN: "arn:f"}}}}
	for arn, want := range map[string]bool{"arn:f": true, "arn:f:live": true, "arn:far": false, "arn:g": false, "": false} {
		if got := stack.runs(arn); got != want {
			t.Errorf("%q: %v", arn, got)
		}
	}
}
