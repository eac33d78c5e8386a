package userpool

import (
	"maps"
	"slices"
)

// custom is a sign-in by CUSTOM_AUTH as far as it has come. It is never written to: each
// step makes a new one. DefineAuthChallenge says which step follows.
type custom struct {
	typed string // the name, for a user who does not exist
	srpA  string // of a sign-in that begins with SRP
	// results are what DefineAuthChallenge sees, the first one first.
	results []challengeResult
	// private and metadata are CreateAuthChallenge's, of the challenge that waits.
	private  map[string]string
	metadata *string
}

// customChallenge is the step that CreateAuthChallenge and VerifyAuthChallengeResponse make.
const customChallenge = "CUSTOM_CHALLENGE"

// then returns the sign-in after one more result.
func (c *custom) then(name string, right bool, metadata *string) *custom {
	next := *c
	next.results = append(slices.Clone(c.results), challengeResult{name, right, metadata})
	return &next
}

// proving returns the sign-in as it will be if this step is proven; nil of nil. Only the steps
// that Cognito itself judges are results (guide, "Define Auth challenge" and
// "Create Auth challenge Lambda trigger", challengeName).
func (c *custom) proving(step string) *custom {
	if c == nil || !slices.Contains([]string{"PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", sms2, totp2, email2}, step) {
		return c
	}
	return c.then(step, true, nil)
}

// proven reports whether the sign-in began with SRP and the password is proven.
func (c *custom) proven() bool {
	return slices.ContainsFunc(c.results, func(r challengeResult) bool { return r.ChallengeName == "PASSWORD_VERIFIER" })
}

// customAuth begins a sign-in whose steps the app's functions choose. With CHALLENGE_NAME
// SRP_A the password comes first (guide, "Custom authentication challenge Lambda triggers").
// PreAuthentication fires with SRP, as that page says, and not without: so AWS support in
// amplify-js#5318. A user of a provider has none of the pool's flows (guide, "Authentication
// flows", third-party IdPs).
func (p *Pool) customAuth(client Client, in initiateAuthInput) (authOutput, error) {
	params, name := in.AuthParameters, in.AuthParameters["USERNAME"]
	if err := p.wired(defineAuthChallenge); err != nil {
		return authOutput{}, err
	}
	client.custom = &custom{typed: name}
	begin := p.claimant
	if params["CHALLENGE_NAME"] == "SRP_A" {
		if err := demand(params, "SRP_A"); err != nil {
			return authOutput{}, err
		}
		client.custom = &custom{typed: name, srpA: params["SRP_A"], results: []challengeResult{{"SRP_A", true, nil}}}
		begin = func(c Client, name string) (user, error) { return p.begins(c, name, in.ClientMetadata, p.claimant) }
	}
	u, err := begin(client, name)
	switch {
	case err != nil:
		return authOutput{}, err
	case u.status == externalProvider:
		return authOutput{}, errIncorrect()
	case u.sub == "":
		if u, err = p.simulated(name); err != nil {
			return authOutput{}, err
		}
	}
	return p.define(u, client, nil)
}

// define asks DefineAuthChallenge for the next step. failAuthentication wins; AWS does not
// say so.
func (p *Pool) define(u user, client Client, metadata map[string]string) (authOutput, error) {
	u, err := p.still(u)
	if err != nil {
		return authOutput{}, err
	}
	next, err := p.fireDefine(u, client, metadata)
	c := client.custom
	switch {
	case err != nil:
		return authOutput{}, err
	case next.FailAuthentication:
		return authOutput{}, errIncorrect()
	case next.IssueTokens:
		return p.issueCustom(u, client, metadata)
	case next.ChallengeName == customChallenge:
		return p.create(u, client, metadata)
	case next.ChallengeName == "PASSWORD_VERIFIER" && c.srpA != "" && len(c.results) == 1:
		return p.customVerifier(u, client)
	case next.ChallengeName == "NEW_PASSWORD_REQUIRED" && c.proven() && u.status == forceChangePassword:
		return p.newPasswordChallenge(u, client)
	}
	return authOutput{}, refuse("InvalidLambdaResponseException", "DefineAuthChallenge: %q cannot follow.", next.ChallengeName)
}

// customVerifier asks for the password; a user without one gets what an unknown one gets.
func (p *Pool) customVerifier(u user, client Client) (authOutput, error) {
	if u.password.IsZero() {
		other, err := p.simulated(client.custom.typed)
		if err != nil {
			return authOutput{}, err
		}
		u.password = other.password
	}
	return p.srpChallenge(u, client, client.custom.srpA)
}

// issueCustom ends the sign-in as DefineAuthChallenge wants it. Without SRP that function
// alone decides, whatever the pool's settings for MFA (guide, "Define Auth challenge Lambda
// trigger", example); with SRP a second factor has been asked for by then, and a temporary
// password is replaced first. A user who does not exist gets no tokens.
func (p *Pool) issueCustom(u user, client Client, metadata map[string]string) (authOutput, error) {
	u, err := p.still(u)
	switch {
	case err != nil:
		return authOutput{}, err
	case u.sub == "" || client.custom.srpA != "" && !client.custom.proven():
		return authOutput{}, errIncorrect()
	case !u.enabled:
		return authOutput{}, errDisabled()
	case client.custom.proven() && u.status == forceChangePassword:
		return p.newPasswordChallenge(u, client)
	}
	client.custom = nil
	return p.finish(u, client, "Authentication", metadata)
}

// create asks CreateAuthChallenge for a challenge. Its private parameters stay with the
// session.
func (p *Pool) create(u user, client Client, metadata map[string]string) (authOutput, error) {
	made, err := p.fireCreate(u, client, metadata)
	if err != nil {
		return authOutput{}, err
	}
	next := *client.custom
	next.private, next.metadata = made.Private, made.ChallengeMetadata
	client.custom = &next
	shown := maps.Clone(made.Public)
	if shown == nil {
		shown = map[string]string{}
	}
	shown["USERNAME"] = u.username
	return p.wait(u, client, challenge{waitsFor: []string{customChallenge}}, shown), nil
}

// answerCustom is CUSTOM_CHALLENGE. The session is used up, whatever the functions say
// (aws-samples/amazon-cognito-passwordless-email-auth#17).
func (p *Pool) answerCustom(client Client, in respondInput) (authOutput, error) {
	if err := demand(in.ChallengeResponses, "USERNAME", "ANSWER"); err != nil {
		return authOutput{}, err
	}
	_, u, err := p.answered(client, in.Session, customChallenge, in.ChallengeResponses["USERNAME"], unproven)
	if err != nil {
		return authOutput{}, err
	}
	right, err := p.fireVerify(u, client, in.ChallengeResponses["ANSWER"], in.ClientMetadata)
	if err != nil {
		return authOutput{}, err
	}
	client.custom = client.custom.then(customChallenge, right, client.custom.metadata)
	return p.define(u, client, in.ClientMetadata)
}

// still returns the user as it is now, and refuses one who was deleted or made again.
func (p *Pool) still(u user) (user, error) {
	if u.sub == "" {
		return u, nil
	}
	now, known := p.store.find(u.username)
	if !known || now.sub != u.sub {
		return user{}, errNoUser()
	}
	return now, nil
}
