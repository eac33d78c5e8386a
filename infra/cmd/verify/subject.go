package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/support/token"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// The beginnings of the addresses of the questions' users.
const (
	subjectPrefix = "subject-"
	slowPrefix    = "slow-"
	rowPrefix     = "row-"
)

// subject is a user of the group members for whom the questions are asked.
type subject struct {
	place   *place
	id      string
	refresh string
}

// newSubject makes the user without a mail, and signs it in.
func newSubject(ctx context.Context, p *place) (*subject, error) {
	api, pool := p.target.Cognito, &p.target.PoolID
	who := &subject{place: p, id: strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(*pool))}
	name := subjectPrefix + who.id + "@example.com"
	if _, err := api.AdminCreateUser(ctx, &idp.AdminCreateUserInput{
		UserPoolId: pool, Username: &name, MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{{Name: new("email"), Value: &name}, {Name: new("email_verified"), Value: new("true")}},
	}); err != nil {
		return nil, fmt.Errorf("making the subject: %w", err)
	}
	if _, err := api.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{
		UserPoolId: pool, Username: &name, Password: &p.target.Password, Permanent: true,
	}); err != nil {
		return nil, fmt.Errorf("giving the subject a password: %w", err)
	}
	if _, err := api.AdminAddUserToGroup(ctx, &idp.AdminAddUserToGroupInput{UserPoolId: pool, Username: &name, GroupName: &p.target.Group}); err != nil {
		return nil, fmt.Errorf("putting the subject into a group: %w", err)
	}
	out, err := api.InitiateAuth(ctx, &idp.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &p.target.WebClientID,
		AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": p.target.Password},
	})
	if err != nil || out.AuthenticationResult == nil {
		return nil, fmt.Errorf("signing the subject in: %w", errors.Join(err, errors.New("no tokens came")))
	}
	who.refresh = aws.ToString(out.AuthenticationResult.RefreshToken)
	return who, nil
}

// tokensWith refreshes while the function answers with details, and returns the claims of
// the ID and the access token.
func (s *subject) tokensWith(ctx context.Context, details string) (id, access map[string]any, err error) {
	out, err := s.place.target.Cognito.GetTokensFromRefreshToken(ctx, &idp.GetTokensFromRefreshTokenInput{
		ClientId: &s.place.target.WebClientID, RefreshToken: &s.refresh,
		ClientMetadata: map[string]string{"verifyResponse": s.place.response(details)},
	})
	if err != nil {
		return nil, nil, fmt.Errorf("refreshing: %w", err)
	}
	got := out.AuthenticationResult
	if got.RefreshToken != nil {
		s.refresh = *got.RefreshToken
	}
	if id, err = said(aws.ToString(got.IdToken)); err != nil {
		return nil, nil, err
	}
	access, err = said(aws.ToString(got.AccessToken))
	return id, access, err
}

// signUp signs a user up, once: only Cognito may repeat the call, not the SDK.
func (s *subject) signUp(ctx context.Context, address string, metadata map[string]string) (*idp.SignUpOutput, error) {
	return s.place.target.Cognito.SignUp(ctx, &idp.SignUpInput{
		ClientId: &s.place.target.WebClientID, Username: &address, Password: &s.place.target.Password,
		UserAttributes: []types.AttributeType{{Name: new("email"), Value: &address}, {Name: new("name"), Value: new("Probe")}},
		ClientMetadata: metadata,
	}, func(o *idp.Options) { o.RetryMaxAttempts = 1 })
}

// rowFor makes a user with an AUTHZ row, and confirms it while post confirmation, which
// may update and not read, tries to learn that row.
func (s *subject) rowFor(ctx context.Context, address string) error {
	made, err := s.signUp(ctx, address, nil)
	if err != nil {
		return fmt.Errorf("signing a user up: %w", err)
	}
	t, pk, sk := s.place.target, table.User(s.place.target.PoolID, *made.UserSub), table.AuthzRow
	text := func(value string) dynamotypes.AttributeValue { return &dynamotypes.AttributeValueMemberS{Value: value} }
	if _, err := t.Dynamo.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.TableName, Item: map[string]dynamotypes.AttributeValue{
		table.PK: text(pk), table.SK: text(sk), secret: text("acme"),
	}}); err != nil {
		return fmt.Errorf("writing AUTHZ: %w", err)
	}
	if _, err := t.Cognito.AdminConfirmSignUp(ctx, &idp.AdminConfirmSignUpInput{
		UserPoolId: &t.PoolID, Username: &address, ClientMetadata: map[string]string{"verifyRow": pk + " " + sk},
	}); err != nil {
		return fmt.Errorf("confirming the user: %w", err)
	}
	return nil
}

// secret is a column that no trigger's grant names.
const secret = "authzTenant"

// said returns a token's claims.
func said(encoded string) (map[string]any, error) {
	decoded, err := token.Decode(encoded)
	return decoded.Claims, err
}
