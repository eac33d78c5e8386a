package infra

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
)

// trigger is what is not the same for all four functions.
type trigger struct {
	// id is the trigger's name: the construct's id and a part of the logical id.
	id string
	// room is the folder of the function's code below triggers and dist.
	room string
	// purpose is the function's description on AWS.
	purpose string
	// operation is the hook in the pool. A function, because its value lives in
	// jsii, which must not start before it is needed.
	operation func() awscognito.UserPoolOperation
	// versioned hooks have a version of the event to choose.
	versioned bool
	// refuses tells that the function refuses some, which is no error of its own.
	refuses bool
	// reads are the table's actions beside UpdateItem.
	reads []string
	// writes are the attributes that UpdateItem may touch, as package dynamo
	// lists them; none means that the function may not write at all.
	//
	// AUTHZ, the row that says what a user may do, shares its partition key with
	// the rows that triggers write, and IAM cannot tell items of one partition
	// apart. It can tell attributes apart: AUTHZ's names are disjoint from every
	// list here, and a test holds it.
	writes []string
}

// usesTable tells whether the function knows the table.
func (t trigger) usesTable() bool { return len(t.reads)+len(t.writes) > 0 }

// rooms are the folders of all functions: those of the triggers, the one that
// CloudFormation runs, the scheduled sweep and the API's if there are such.
func (p *Props) rooms() []string {
	var all []string
	for _, t := range triggers {
		all = append(all, t.room)
	}
	if p.API.On {
		all = append(all, whoamiRoom)
	}
	if p.Reconcile.EveryHours != 0 {
		all = append(all, reconcileRoom)
	}
	return append(all, registerRoom)
}

// triggers is the suite's table; functions, grants, wiring, outputs and tests
// go by it.
var triggers = []trigger{
	{
		id:        settings.PreSignUp,
		room:      "presignup",
		purpose:   "Decides who may sign up",
		operation: awscognito.UserPoolOperation_PRE_SIGN_UP,
		refuses:   true,
	},
	{
		id:        settings.PostConfirmation,
		room:      "postconfirmation",
		purpose:   "Mirrors a confirmed user into the table",
		operation: awscognito.UserPoolOperation_POST_CONFIRMATION,
		// The first federated sign-in has no post authentication event and is
		// counted here.
		writes: slices.Concat(dynamo.ProfileAttributes(), dynamo.SignInAttributes()),
	},
	{
		id:        settings.PreTokenGeneration,
		room:      "pretokengeneration",
		purpose:   "Says what a token carries",
		operation: awscognito.UserPoolOperation_PRE_TOKEN_GENERATION_CONFIG,
		versioned: true,
		refuses:   true, // suspended and deleted users
		reads:     []string{"dynamodb:BatchGetItem", "dynamodb:GetItem"},
		// Heals a PROFILE that is not there; never a SIGNIN.
		writes: dynamo.ProfileAttributes(),
	},
	{
		id:        settings.PostAuthentication,
		room:      "postauthentication",
		purpose:   "Counts a sign-in and heals the mirror",
		operation: awscognito.UserPoolOperation_POST_AUTHENTICATION,
		writes:    slices.Concat(dynamo.ProfileAttributes(), dynamo.SignInAttributes()),
	},
}
