package journey

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Target is the pool and the table that the journey goes through, and what the stage
// promises. All members must be set but those of WithUsers and those that say otherwise.
type Target struct {
	Cognito *cognitoidentityprovider.Client
	Dynamo  *dynamodb.Client

	PoolID, TableName string
	WebClientID       string
	// MachineClientID is empty if the stage has no such client; the journey then skips
	// it.
	MachineClientID, MachineKey string
	// TokenURL is the OAuth token endpoint, KeysURL the pool's JSON Web Key Set.
	TokenURL, KeysURL string
	// APIURL is the HTTP API, IdentityURL where the identity pool is asked; "" where the
	// stage has no such part.
	APIURL, IdentityURL, IdentityPoolID string
	// Issuer is the iss of every token; "" is not looked at.
	Issuer string
	// MachineScope is the scope that the machine asks for, SuiteScope the one that the
	// suite adds to a user's access token.
	MachineScope, SuiteScope string
	// Group is one of the pool's. ConsoleProfile is a token profile that no client has
	// yet, ConsoleScope a scope that it adds.
	Group, ConsoleProfile, ConsoleScope string
	// RotatesRefreshTokens says how the web client refreshes.
	RotatesRefreshTokens bool
	// Mailed returns the code that was last sent to a user; nil if the mail cannot be
	// read.
	Mailed func(ctx context.Context, userName string) (string, error)

	AdaEmail, GraceEmail, DeniedEmail           string
	Password, SecondPassword, TemporaryPassword string
}

// WithUsers returns the target with invented users: the n-th ones, from 1 on, so that a
// journey can be gone through again in the same pool.
func (t Target) WithUsers(n int) Target {
	name := func(who string) string {
		if n > 1 {
			who = fmt.Sprintf("%s%d", who, n)
		}
		return who + "@example.com"
	}
	t.AdaEmail, t.GraceEmail, t.DeniedEmail = name("ada"), name("grace"), "mallory@mail.blocked.example"
	t.Password, t.SecondPassword, t.TemporaryPassword = "Analytical-Engine-1843", "Note-G-Bernoulli-7", "Nanosecond-29.9cm"
	return t
}
