package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// userEvent returns an event of any trigger for a user of events/authz.json.
func userEvent(version string, source cognito.Source, client string, attributes map[string]string) []byte {
	text, _ := json.Marshal(map[string]any{
		"version": version, "triggerSource": source, "userPoolId": kerneltest.Pool, "userName": "ada", "callerContext": map[string]string{"clientId": client},
		"request": map[string]any{"userAttributes": attributes, "groupConfiguration": map[string]any{"groupsToOverride": []string{"members"}}}, "response": map[string]any{},
	})
	return text
}

// ada returns the attributes of the user with roles, as changed after the sign-up.
func ada(changes map[string]string) map[string]string {
	all := map[string]string{"sub": silent[:len(silent)-3] + "001", "cognito:user_status": "CONFIRMED", "email": "ada@ok.example", "email_verified": "true", "name": "Ada"}
	maps.Copy(all, changes)
	return all
}

// attacked are the changes that UpdateUserAttributes and VerifyUserAttribute leave.
var attacked = map[string]string{"email": "x@mailinator.com", "name": strings.Repeat("x", 2000), "locale": "<script>"}

// decided is what a log line says about a token.
type decided struct {
	Outcome, Code, Rule, Cause string
	WouldRefuse                []string
	Refused, Demoted, Observed int
}

// judged invokes a chain with rules that hold at a token. It returns the reply and the
// log line.
func judged(t testing.TB, section policy.SignUp, from store, event []byte) (reply []byte, line decided, err error) {
	t.Helper()
	held, err := signup.CompileHeld(signup.AtToken(section))
	if err != nil {
		t.Fatal(err)
	}
	i := issuerBy(t, events, from)
	i.held = held
	env, log := kerneltest.Environment()
	reply, err = newChain(env, i).Invoke(t.Context(), event)
	if bad := json.Unmarshal(log.Bytes(), &line); bad != nil {
		t.Fatalf("%v: %s", bad, log)
	}
	return reply, line, err
}

// shipped are the rules that hold at a token in the shipped stages.
func shipped(says policy.Held) policy.SignUp {
	return policy.SignUp{Rules: policy.Rules{Domains: &policy.Domains{Deny: []string{"blocked.example"}, Held: says}, Disposable: &policy.Disposable{Held: says}}}
}

const web = "4example4client4id4web4app"

func TestR41_AChangedAddressCostsWhatWasGranted(t *testing.T) {
	demote, refuse := policy.Held{Holds: policy.HoldsAtToken}, policy.Held{Holds: policy.HoldsAtToken, AtToken: policy.Refuse}
	observing := shipped(demote)
	observing.Disposable.Mode = policy.Observe
	both := shipped(demote)
	both.Attributes = &policy.Attributes{Values: map[string]policy.Value{"name": {MaxLength: 100}}, Held: refuse}
	granted := granted(t)
	for name, c := range map[string]struct {
		section policy.SignUp
		from    store
		event   []byte
		want    decided
		refusal deny.Refusal
		says    string
	}{
		"as signed up":    {shipped(demote), granted, userEvent("2", cognito.TokenRefresh, web, ada(nil)), decided{Outcome: "enriched"}, deny.Refusal{}, `"scopesToAdd":["app/read"]`},
		"changed":         {shipped(demote), granted, userEvent("2", cognito.TokenRefresh, web, ada(attacked)), decided{Outcome: "demoted", Code: "email-disposable", Rule: "disposable", Demoted: 1}, deny.Refusal{}, `"scopesToSuppress":["aws.cognito.signin.user.admin"]`},
		"dead store":      {shipped(demote), kerneltest.DeadStore(), userEvent("2", cognito.TokenRefresh, web, ada(attacked)), decided{Outcome: "degraded", Code: "email-disposable", Rule: "disposable", Demoted: 1}, deny.Refusal{}, `"scopesToSuppress":["aws.cognito.signin.user.admin"]`},
		"refused":         {shipped(refuse), granted, userEvent("2", cognito.TokenRefresh, web, ada(attacked)), decided{Outcome: "refused", Code: "email-disposable", Rule: "disposable", Refused: 1}, signup.EmailDisposable, ""},
		"refused, dead":   {shipped(refuse), kerneltest.DeadStore(), userEvent("2", cognito.TokenRefresh, web, ada(attacked)), decided{Outcome: "refused", Code: "email-disposable", Rule: "disposable", Refused: 1}, signup.EmailDisposable, ""},
		"the one refuses": {both, granted, userEvent("3", cognito.TokenHostedAuth, web, ada(attacked)), decided{Outcome: "refused", Code: "attribute-length", Rule: "attributes", Refused: 1}, signup.AttributeLength, ""},
		"observed":        {observing, granted, userEvent("2", cognito.TokenRefresh, web, ada(attacked)), decided{Outcome: "enriched", WouldRefuse: []string{"email-disposable"}, Observed: 1}, deny.Refusal{}, `"scopesToAdd":["app/read"]`},
		"at sign-up only": {shipped(policy.Held{}), granted, userEvent("2", cognito.TokenRefresh, web, ada(attacked)), decided{Outcome: "enriched"}, deny.Refusal{}, `"scopesToAdd":["app/read"]`},
		"suspended":       {shipped(refuse), granted, userEvent("2", cognito.TokenRefresh, web, ada(map[string]string{"sub": silent[:len(silent)-3] + "002", "email": "x@mailinator.com"})), decided{Outcome: "refused", Code: "account-disabled", Refused: 1}, deny.AccountDisabled, ""},
		"a machine":       {shipped(refuse), granted, userEvent("3", cognito.TokenClientCredentials, "4example4client4id4machine", ada(attacked)), decided{Outcome: "enriched"}, deny.Refusal{}, `"kind":"machine"`},
		"unknown client":  {shipped(demote), granted, userEvent("2", cognito.TokenRefresh, "4registered4itself4at4run4", ada(attacked)), decided{Outcome: "demoted", Code: "email-disposable", Rule: "disposable", Demoted: 1}, deny.Refusal{}, `"scopesToSuppress":["aws.cognito.signin.user.admin"]`},
	} {
		reply, line, err := judged(t, c.section, c.from, c.event)
		if line.Cause, line.Outcome = "", strings.TrimSuffix(line.Outcome, ", healed"); !reflect.DeepEqual(line, c.want) {
			t.Errorf("%s: logged %+v, want %+v", name, line, c.want)
		}
		if refusal, _ := errors.AsType[deny.Refusal](err); refusal != c.refusal || !strings.Contains(string(reply), c.says) {
			t.Errorf("%s: got %s, %v", name, reply, err)
		}
		if text := string(reply); line.Demoted == 1 && (strings.Contains(text, "editor") || strings.Contains(text, "acme") || strings.Contains(text, "app/read")) {
			t.Errorf("%s: the token has what was granted: %s", name, reply)
		}
	}
}

// TestR41_TokenEventsAgreeWithSignUpEvents sends the same attributes through the view and
// the rules of both functions. Each rule holds at a token, and refuses. An app client's
// own rules count at sign-up only.
func TestR41_TokenEventsAgreeWithSignUpEvents(t *testing.T) {
	t.Parallel()
	store, refused := granted(t), 0
	all := form.Check(t, 500, 2_000, 100_000, func(rt *rapid.T) {
		section := drawnRules(rt)
		section.Clients = map[string]policy.Rules{web: {Disposable: &policy.Disposable{}, Domains: &policy.Domains{Deny: []string{"ok.example"}}, Phone: &policy.Phone{Required: true}}}
		atSignUp, err := signup.Compile(section)
		if err != nil {
			rt.Fatal(err)
		}
		attributes := drawnUser(rt)
		source := map[bool]cognito.Source{true: cognito.PreSignUpExternal, false: cognito.PreSignUpSelf}[attributes["cognito:user_status"] == "EXTERNAL_PROVIDER"]
		event, err := cognito.Parse(userEvent("1", source, "", attributes))
		if err != nil {
			rt.Fatal(err)
		}
		view, err := event.PreSignUp()
		if err != nil {
			rt.Fatal(err)
		}
		origin := map[cognito.Source]policy.Origin{cognito.PreSignUpExternal: policy.External, cognito.PreSignUpSelf: policy.Self}[view.Source]
		want := atSignUp.Check(signup.Applicant{Origin: origin, UserName: view.UserName, Attributes: view.Attributes, ClientID: view.ClientID})
		_, line, err := judged(t, section, store, userEvent("2", cognito.TokenAuthentication, rapid.SampledFrom([]string{web, "4registered4itself4at4run4"}).Draw(rt, "client"), attributes))
		if refusal, _ := errors.AsType[deny.Refusal](err); refusal != want.Refusal || line.Rule != want.Rule || !slices.Equal(line.WouldRefuse, want.Observed) {
			rt.Fatalf("%v\nat the token %+v, %v\nat sign-up   %+v", attributes, line, err, want)
		}
		if want.Refused() {
			refused++
		}
	})
	if refused < all/10 || refused > all-all/10 {
		t.Errorf("%d of %d are refused, which says little", refused, all)
	}
}

// drawnRules draws rules that hold at a token and refuse.
func drawnRules(t *rapid.T) policy.SignUp {
	held := policy.Held{Holds: policy.HoldsAtToken, AtToken: policy.Refuse}
	rule := func(name string) policy.Rule {
		return policy.Rule{
			Mode:      rapid.SampledFrom([]policy.Mode{"", policy.Enforce, policy.Observe, policy.Off}).Draw(t, name),
			AppliesTo: rapid.SampledFrom([][]policy.Origin{nil, {policy.Self}, {policy.External, policy.Admin}, {policy.Self, policy.External}}).Draw(t, name+" judges"),
		}
	}
	domains := policy.Domains{Rule: rule("domains"), Held: held, Deny: []string{"blocked.example"}}
	if rapid.Bool().Draw(t, "allow") {
		domains.Allow, domains.Deny = []string{"ok.example", "*.com"}, nil
	}
	return policy.SignUp{Rules: policy.Rules{
		Email: &policy.Email{Rule: rule("email"), Held: held}, Domains: &domains,
		Disposable: &policy.Disposable{Rule: rule("disposable"), Held: held}, Relay: &policy.Relay{Rule: rule("relay"), Held: held},
		Roles: &policy.Roles{Rule: rule("roles"), Held: held}, Phone: &policy.Phone{Rule: rule("phone"), Held: held, Countries: []string{"DE"}},
		Attributes: &policy.Attributes{Rule: rule("attributes"), Held: held, Required: []string{"name"}, Values: map[string]policy.Value{"locale": {Pattern: "[a-z]{2}"}}},
	}}
}

// drawnUser draws a user's attributes, which break a rule now and then.
func drawnUser(t *rapid.T) map[string]string {
	user := ada(map[string]string{"cognito:user_status": rapid.SampledFrom([]string{"CONFIRMED", "EXTERNAL_PROVIDER"}).Draw(t, "status")})
	for name, values := range map[string][]string{
		"email":        {"ada@ok.example", "ada@mail.com", "admin@ok.example", "x@mailinator.com", "x@duck.com", "x@blocked.example", `"a@b"@mailinator.com`, "", "nonsense"},
		"phone_number": {"+4915112345678", "+12025550123", "0151", ""}, "name": {"Ada", "", " "}, "locale": {"de", "<script>", ""},
	} {
		if user[name] = values[0]; rapid.IntRange(0, 3).Draw(t, "another "+name) == 0 {
			user[name] = rapid.SampledFrom(values).Draw(t, name)
		}
	}
	if rapid.IntRange(0, 7).Draw(t, "no address") == 0 {
		delete(user, "email")
	}
	return user
}

// Every rule that is shipped to the function is compiled by it.
func TestR41_TheFunctionStartsWithTheRulesThatItIsShipped(t *testing.T) {
	document := kerneltest.Policy(t, events)
	document.AtToken = signup.AtToken(shipped(policy.Held{Holds: policy.HoldsAtToken}))
	for name, change := range map[string]func(*policy.SignUp){"sound": nil, "of sign-up": func(s *policy.SignUp) { s.Access = &policy.Access{} }} {
		if change != nil {
			change(&document.AtToken)
		}
		text, err := policy.Encode(document, policy.Sections("pretokengeneration")...)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		kerneltest.WritePolicy(t, dir, text)
		_, err = setup(t.Context(), func(variable string) string {
			return map[string]string{"LAMBDA_TASK_ROOT": dir, "FUNCTION_TIMEOUT_MS": "4000", "TABLE_NAME": "t", "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}[variable]
		})
		if fmt.Sprint(err) == "<nil>" != (change == nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
