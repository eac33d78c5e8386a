package journey

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// borrowCredentials does what a web page does: it exchanges Ada's ID token for AWS credentials.
func (j *Journey) borrowCredentials(ctx context.Context) (Result, error) {
	region, _, _ := strings.Cut(j.PoolID, "_")
	in := map[string]any{
		"IdentityPoolId": j.IdentityPoolID,
		"Logins":         map[string]string{"cognito-idp." + region + ".amazonaws.com/" + j.PoolID: j.ada.idToken},
	}
	var known struct{ IdentityId string }
	if err := j.asksIdentity(ctx, "GetId", in, &known); err != nil {
		return Result{}, err
	}
	in["IdentityId"] = known.IdentityId
	delete(in, "IdentityPoolId")
	var lent struct {
		Credentials struct{ AccessKeyId, SecretKey, SessionToken string }
	}
	if err := j.asksIdentity(ctx, "GetCredentialsForIdentity", in, &lent); err != nil {
		return Result{}, err
	}
	options := j.Dynamo.Options()
	options.Credentials = credentials.NewStaticCredentialsProvider(lent.Credentials.AccessKeyId, lent.Credentials.SecretKey, lent.Credentials.SessionToken)
	j.page = dynamodb.New(options)
	return Result{Note: "credentials of the identity " + known.IdentityId}, expect(lent.Credentials.SessionToken != "", "no session came")
}

// asksIdentity calls the identity pool, unsigned as a browser does.
func (j *Journey) asksIdentity(ctx context.Context, operation string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, j.IdentityURL+"/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityService."+operation)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %s: %s", operation, answer.Status, said)
	}
	return errors.Join(err, json.Unmarshal(said, out))
}

func (j *Journey) readOwnRow(ctx context.Context) (Result, error) {
	out, err := j.fromPage(ctx, j.ada.sub, table.ProfileRow, "email")
	if err != nil {
		return Result{}, err
	}
	email, _ := out.Item["email"].(*types.AttributeValueMemberS)
	if email == nil {
		return Result{}, errors.New("her own PROFILE has no e-mail address")
	}
	return Result{Note: "email " + email.Value}, expect(email.Value == j.AdaEmail, "her own PROFILE has the e-mail address %q", email.Value)
}

func (j *Journey) readGracesRow(ctx context.Context) (Result, error) {
	return deniedBy(j.fromPage(ctx, j.grace.sub, table.ProfileRow, "email"))
}

func (j *Journey) readOwnRights(ctx context.Context) (Result, error) {
	return deniedBy(j.fromPage(ctx, j.ada.sub, table.AuthzRow, "authzRoles"))
}

func (j *Journey) fromPage(ctx context.Context, sub, row, column string) (*dynamodb.GetItemOutput, error) {
	if j.page == nil {
		return nil, errors.New("the page has no credentials")
	}
	return j.page.GetItem(ctx, &dynamodb.GetItemInput{TableName: &j.TableName, Key: j.key(sub, row), ProjectionExpression: &column})
}

// deniedBy expects IAM's refusal.
func deniedBy(_ *dynamodb.GetItemOutput, err error) (Result, error) {
	if err == nil {
		return Result{}, errors.New("it was not denied")
	}
	if refusal, ok := errors.AsType[smithy.APIError](err); !ok || refusal.ErrorCode() != "AccessDeniedException" {
		return Result{}, fmt.Errorf("want an AccessDeniedException, got: %w", err)
	}
	return Result{Note: "AccessDeniedException"}, nil
}
