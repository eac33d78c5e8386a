package journey

import (
	"context"
	"fmt"
	"slices"
)

// Journey goes through a target step by step and remembers what a client would: tokens
// and user names. It serves one goroutine.
type Journey struct {
	Target

	ada   user
	grace user
	// desk is Ada in another app; deskClient is that app's client.
	desk       user
	deskClient string
}

// user is what the client knows of a user.
type user struct {
	userName, sub                      string
	idToken, accessToken, refreshToken string
}

// New returns a journey that has not begun.
func New(target Target) *Journey { return &Journey{Target: target} }

// Step is one step of the journey.
type Step struct {
	// Title says in a few words what happens.
	Title string
	// Call is the API operation.
	Call string
	// Fires are the trigger sources that the call must fire, in order.
	Fires []string
	// Run makes the call. Its result may carry tokens for the reader; its error says what
	// is wrong.
	Run func(context.Context) (Result, error)
}

// Result is what a reader may want to see of a step.
type Result struct {
	// Note says in one line what came back.
	Note string
	// IDToken and AccessToken are the encoded tokens, "" for none.
	IDToken, AccessToken string
}

// Steps returns the journey's steps in order. Each builds on those before it. Without a
// mailbox (Target.Mailed) an administrator confirms Ada, which fires the same trigger,
// and no password is reset.
func (j *Journey) Steps() []Step {
	return slices.Concat(j.arrival(), j.everyday(), j.forgetfulness(), j.others())
}

// signsIn are the sources of every sign-in.
var signsIn = []string{"PostAuthentication_Authentication", "TokenGeneration_Authentication"}

func (j *Journey) arrival() []Step {
	signUp := Step{"Ada signs up", "SignUp", []string{"PreSignUp_SignUp"}, j.signUp}
	confirmed := []string{"PostConfirmation_ConfirmSignUp"}
	if j.Mailed == nil {
		return []Step{signUp, {"an administrator confirms Ada", "AdminConfirmSignUp", confirmed, j.confirmByAdmin}}
	}
	return []Step{signUp, {"Ada confirms the code from the mail", "ConfirmSignUp", confirmed, j.confirm}}
}

func (j *Journey) everyday() []Step {
	refreshed := []string{"TokenGeneration_Authentication"}
	return []Step{
		{"an administrator puts Ada into a group", "AdminAddUserToGroup", nil, j.groupAda},
		{"the team's server grants Ada a role in two tenants", "DynamoDB PutItem", nil, j.grantAda},
		{"Ada signs in", "InitiateAuth", signsIn, j.signIn},
		{"Ada's app refreshes the tokens", "GetTokensFromRefreshToken", refreshed, j.refresh},
		{"Ada's app switches to her other tenant", "GetTokensFromRefreshToken", refreshed, j.switchTenant},
		{"Ada's app asks for a tenant that is not hers", "GetTokensFromRefreshToken", refreshed, j.askForTenant},
		{"an app client appears that no profile names", "CreateUserPoolClient", nil, j.createDesk},
		{"Ada signs in through it, and it is granted nothing", "InitiateAuth", signsIn, j.signInAtDesk},
		{"the client gets a profile", "DynamoDB PutItem", nil, j.profileDesk},
		{"Ada signs in through it: another profile, another token", "InitiateAuth", signsIn, j.signInAtDeskAgain},
	}
}

func (j *Journey) forgetfulness() []Step {
	if j.Mailed == nil {
		return nil
	}
	return []Step{
		{"Ada forgets the password", "ForgotPassword", nil, j.forgetPassword},
		{"Ada sets a new one with the code from the mail", "ConfirmForgotPassword", []string{"PostConfirmation_ConfirmForgotPassword"}, j.resetPassword},
		{"Ada signs in with the new password", "InitiateAuth", signsIn, j.signInAgain},
	}
}

func (j *Journey) others() []Step {
	steps := []Step{
		{"an administrator creates Grace", "AdminCreateUser", []string{"PreSignUp_AdminCreateUser"}, j.createGrace},
		{"Grace signs in and is asked for a password of her own", "InitiateAuth", nil, j.challengeGrace},
		{"Grace sets it and is signed in", "RespondToAuthChallenge", []string{"PostAuthentication_Authentication", "TokenGeneration_NewPasswordChallenge"}, j.firstSignInOfGrace},
	}
	if j.MachineClientID != "" {
		steps = append(steps, Step{"a machine asks for a token", "POST /oauth2/token", []string{"TokenGeneration_ClientCredentials"}, j.machineToken})
	}
	return append(steps, []Step{
		{"a sign-up from a denied domain is refused", "SignUp", []string{"PreSignUp_SignUp"}, j.refusedSignUp},
		{"the team's server suspends Ada", "DynamoDB UpdateItem", nil, j.suspendAda},
		{"Ada's app refreshes and is refused", "GetTokensFromRefreshToken", []string{"TokenGeneration_Authentication"}, j.refusedRefresh},
	}...)
}

// expect returns an error unless the condition holds.
func expect(holds bool, format string, args ...any) error {
	if holds {
		return nil
	}
	return fmt.Errorf(format, args...)
}
