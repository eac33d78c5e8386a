package settings

import (
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// warned returns the warnings of a stage with these lines below policy.signUp, without
// those about what a user may write.
func warned(t *testing.T, lines string) string {
	t.Helper()
	stage, err := LoadStage(stageOf(t, lines))
	if err != nil {
		t.Fatal(err)
	}
	useful(t, stage.Settings.Warnings(Given{}))
	return strings.Join(slices.DeleteFunc(stage.Warnings(), func(line string) bool { return strings.Contains(line, "sign-up only") }), "\n")
}

// useful expects of each warning that it says what to do.
func useful(t *testing.T, warnings policy.Faults) {
	t.Helper()
	for _, w := range warnings {
		if w.Fix == "" {
			t.Errorf("does not say what to do: %v", w)
		}
	}
}

func TestR41_SynthSaysWhomARuleMeetsAtAToken(t *testing.T) {
	t.Parallel()
	for lines, want := range map[string]string{
		"domains: {deny: [a.example], holds: token}\n":                       ": policy.signUp.domains.holds: at a token, users whom an administrator created are judged, too (domains): an event",
		"disposable: {holds: token}\nrelay: {holds: token, mode: observe}\n": ": policy.signUp.disposable.holds: at a token, users whom an administrator created are judged, too (disposable, relay): an event",
		"disposable: {holds: token, mode: off}\n":                            "",
		"disposable: {holds: token, appliesTo: [self, admin]}\n":             "",
		"disposable: {holds: token, appliesTo: [external]}\n":                "",
		"disposable: {holds: signUp}\n":                                      "",
	} {
		if got := warned(t, lines); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: warned of %q, want %q", lines, got, want)
		}
	}
}

// A V1_0 event has no scopes to take out.
func TestR41_SynthSaysThatAV1TokenIsNotWhollyDemoted(t *testing.T) {
	t.Parallel()
	for lines, want := range map[string]bool{
		"disposable: {holds: token}\n": true, "disposable: {holds: token, mode: observe}\n": false, "disposable: {holds: token, atToken: refuse}\n": false, "disposable: {holds: token, atToken: observe}\n": false, "disposable: {}\n": false,
	} {
		for version, can := range map[TokenVersion]bool{V1_0: false, V2_0: true, V3_0: true} {
			stage, err := LoadStage(stageOf(t, lines))
			if err != nil {
				t.Fatal(err)
			}
			stage.TokenVersion = version
			useful(t, stage.Settings.Warnings(Given{}))
			found := strings.Contains(stage.Settings.Warnings(Given{}).Error(), "policy.signUp.disposable.holds: nothing takes aws.cognito.signin.user.admin out of an access token of version V1_0 (disposable)")
			if found != (want && !can) {
				t.Errorf("%s, %s: warned: %v", lines, version, found)
			}
		}
	}
}

func TestSynthSaysWhatNoHostedPageAsksFor(t *testing.T) {
	t.Parallel()
	const says = ": the hosted sign-up page does not ask for "
	for lines, want := range map[string]string{
		"attributes: {required: [email, name, locale]}\n":                            ":8: policy.signUp.attributes.required" + says + "name, locale, so every sign-up there is refused; take that out",
		"clients:\n  1example2client3id4web5app: {attributes: {required: [name]}}\n": ":9: policy.signUp.clients.1example2client3id4web5app.attributes.required" + says + "name",
		"attributes: {required: [email]}\n":                                          "",
		"attributes: {required: [name], mode: observe}\n":                            "",
		"attributes: {required: [name], appliesTo: [admin]}\n":                       "",
		"phone: {}\n": "",
	} {
		if got := warned(t, lines); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: warned of %q, want %q", lines, got, want)
		}
	}
	stage, err := LoadStage(stageOf(t, "attributes: {required: [name]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	stage.Policy.SignUp.Phone = &policy.Phone{Required: true}
	if got := stage.Settings.Warnings(Given{}).Error(); !strings.Contains(got, "policy.signUp.phone.required"+says+"phone_number") {
		t.Errorf("warned of %q", got)
	}
	names := policy.Rules{Attributes: &policy.Attributes{Required: []string{"name"}}}
	stage.Policy.SignUp = policy.SignUp{Clients: map[string]policy.Rules{"1example2client3": names, "2example3client4": names}}
	if got := stage.Settings.Warnings(Given{}).Error(); strings.Count(got, says) != 2 {
		t.Errorf("of two clients, warned of %q", got)
	}
	if stage.SelfSignUp = false; strings.Contains(stage.Settings.Warnings(Given{}).Error(), says) {
		t.Error("warned of a pool without self-service sign-up")
	}
	s, given := pooled()
	if s.Policy.SignUp = stage.Policy.SignUp; strings.Contains(s.Warnings(given).Error(), says) {
		t.Error("warned of a pool that the app makes")
	}
}

func TestR43_SynthSaysWhoComesWithoutAnInvite(t *testing.T) {
	t.Parallel()
	const keys = `keys: [{id: k, publicKey: "ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]`
	for lines, want := range map[string]struct{ admins, providers bool }{
		"access: {mode: invite, " + keys + "}\n":                                                      {true, false},
		"access: {mode: invite, " + keys + "}\nproviders: {allow: [Google]}\n":                        {true, true},
		"access: {mode: invite, appliesTo: [self, admin], " + keys + "}\n":                            {false, false},
		"access: {mode: invite, appliesTo: [self, admin], " + keys + "}\nproviders: {allow: [Goo]}\n": {false, true},
		"access: {mode: closed}\n":                                                                    {},
		"access: {mode: open}\n":                                                                      {},
	} {
		free(t, lines, warned(t, lines), ":8: policy.signUp.access: ", want.admins, want.providers)
	}
	const client = "1example2client3id4web5app"
	of := warned(t, "clients: {"+client+": {access: {mode: invite, "+keys+"}}}\n")
	free(t, "an app client", of, ": policy.signUp.clients."+client+".access: ", true, false)
	s, given := pooled()
	stage, err := LoadStage(stageOf(t, "access: {mode: invite, "+keys+"}\n"))
	if err != nil {
		t.Fatal(err)
	}
	s.Policy.SignUp = stage.Policy.SignUp
	free(t, "a pool of the app's own", s.Warnings(given).Error(), "policy.signUp.access: ", true, true)
}

// free checks who is said to come without an invite.
func free(t *testing.T, of, warnings, at string, admins, providers bool) {
	t.Helper()
	for who, want := range map[string]bool{"users whom an administrator creates come": admins, "users of an identity provider come": providers} {
		if strings.Contains(warnings, at+who+" without an invite") != want || !want && strings.Contains(warnings, who) {
			t.Errorf("%s: warned of %q, and of %s: %v is wanted", of, warnings, who, want)
		}
	}
}
