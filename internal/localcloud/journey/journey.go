package journey

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
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
	// machine is its access token; page is the table for Ada's web page.
	machine string
	page    *dynamodb.Client
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
// and no password is reset. Without an API or an identity pool their steps are left out.
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
	return slices.Concat([]Step{
		{"an administrator puts Ada into a group", "AdminAddUserToGroup", nil, j.groupAda},
		{"the team's server grants Ada a role in two tenants", "DynamoDB PutItem", nil, j.grantAda},
		{"Ada signs in", "InitiateAuth", signsIn, j.signIn},
		{"Ada's app refreshes the tokens", "GetTokensFromRefreshToken", refreshed, j.refresh},
	}, j.atAPI(
		Step{"Ada's app calls the API: she is an admin in acme", "GET /whoami", nil, j.adminInAcme},
		Step{"somebody calls the API without a token", "GET /whoami", nil, j.apiWithoutToken},
	), []Step{
		{"Ada's app switches to her other tenant", "GetTokensFromRefreshToken", refreshed, j.switchTenant},
	}, j.atAPI(
		Step{"Ada's app calls the API: she is no admin in globex", "GET /whoami", nil, j.onlyEditorInGlobex},
	), []Step{
		{"Ada's app asks for a tenant that is not hers", "GetTokensFromRefreshToken", refreshed, j.askForTenant},
		{"an app client appears that no profile names", "CreateUserPoolClient", nil, j.createDesk},
		{"Ada signs in through it, and it is granted nothing", "InitiateAuth", signsIn, j.signInAtDesk},
		{"the client gets a profile", "DynamoDB PutItem", nil, j.profileDesk},
		{"Ada signs in through it: another profile, another token", "InitiateAuth", signsIn, j.signInAtDeskAgain},
	}, j.atAPI(
		Step{"it calls the API, which takes no token of this client", "GET /whoami", nil, j.apiFromDesk},
	))
}

// atAPI returns the steps if there is an API.
func (j *Journey) atAPI(steps ...Step) []Step {
	if j.APIURL == "" {
		return nil
	}
	return steps
}

// onAPage are the steps of Ada's web page, if it can have AWS credentials.
func (j *Journey) onAPage() []Step {
	if j.IdentityPoolID == "" {
		return nil
	}
	return []Step{
		{"Ada's web page exchanges her ID token for AWS credentials", "GetCredentialsForIdentity", nil, j.borrowCredentials},
		{"the page reads Ada's PROFILE from the table", "DynamoDB GetItem", nil, j.readOwnRow},
		{"the page may not read Grace's", "DynamoDB GetItem", nil, j.readGracesRow},
		{"the page may not read what decides about Ada's rights", "DynamoDB GetItem", nil, j.readOwnRights},
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
		steps = append(steps, j.atAPI(Step{"the machine calls the API without the scope that it wants", "GET /whoami", nil, j.apiFromMachine})...)
	}
	return slices.Concat(steps, j.onAPage(), []Step{
		{"a sign-up from a denied domain is refused", "SignUp", []string{"PreSignUp_SignUp"}, j.refusedSignUp},
		{"the team's server suspends Ada", "DynamoDB UpdateItem", nil, j.suspendAda},
		{"Ada's app refreshes and is refused", "GetTokensFromRefreshToken", []string{"TokenGeneration_Authentication"}, j.refusedRefresh},
	})
}

// expect returns an error unless the condition holds.
func expect(holds bool, format string, args ...any) error {
	if holds {
		return nil
	}
	return fmt.Errorf(format, args...)
}
