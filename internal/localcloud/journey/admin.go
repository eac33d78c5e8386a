package journey

import (
	"context"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func (j *Journey) createGrace(ctx context.Context) (Result, error) {
	out, err := j.Cognito.AdminCreateUser(ctx, &idp.AdminCreateUserInput{
		UserPoolId: &j.PoolID, Username: &j.GraceEmail, TemporaryPassword: &j.TemporaryPassword,
		MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{
			{Name: new("email"), Value: &j.GraceEmail}, {Name: new("email_verified"), Value: new("true")},
		},
	})
	if err != nil {
		return Result{}, err
	}
	j.grace.userName = j.GraceEmail
	for _, attribute := range out.User.Attributes {
		if *attribute.Name == "sub" {
			j.grace.sub = *attribute.Value
		}
	}
	return Result{Note: "user " + j.grace.sub + ", status " + string(out.User.UserStatus)},
		expect(out.User.UserStatus == types.UserStatusTypeForceChangePassword, "status %s", out.User.UserStatus)
}

// The journey keeps a challenge's session, as an app does.
func (j *Journey) challengeGrace(ctx context.Context) (Result, error) {
	out, err := j.initiate(ctx, j.WebClientID, j.grace.userName, j.TemporaryPassword)
	if err != nil {
		return Result{}, err
	}
	if err := expect(out.ChallengeName == types.ChallengeNameTypeNewPasswordRequired && out.Session != nil, "challenge %q", out.ChallengeName); err != nil {
		return Result{}, err
	}
	j.grace.refreshToken = *out.Session
	return Result{Note: "challenge NEW_PASSWORD_REQUIRED"}, nil
}

func (j *Journey) firstSignInOfGrace(ctx context.Context) (Result, error) {
	session := j.grace.refreshToken
	out, err := j.Cognito.RespondToAuthChallenge(ctx, &idp.RespondToAuthChallengeInput{
		ChallengeName: types.ChallengeNameTypeNewPasswordRequired, ClientId: &j.WebClientID, Session: &session,
		ChallengeResponses: map[string]string{"USERNAME": j.grace.userName, "NEW_PASSWORD": j.Password},
	})
	if err != nil {
		return Result{}, err
	}
	result, err := j.signedIn(ctx, &j.grace, out.AuthenticationResult)
	if err == nil {
		// PostConfirmation never fires for Grace: the sign-in writes the row.
		err = j.expectProfile(ctx, j.grace.sub, j.GraceEmail)
	}
	result.Note += "; PROFILE made by the sign-in"
	return result, err
}
