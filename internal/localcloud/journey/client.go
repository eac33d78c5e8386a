package journey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/golang-jwt/jwt/v5"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// createDesk makes an app client that the stack does not know, as at the console or by
// dynamic registration.
func (j *Journey) createDesk(ctx context.Context) (Result, error) {
	out, err := j.Cognito.CreateUserPoolClient(ctx, &idp.CreateUserPoolClientInput{
		UserPoolId: &j.PoolID, ClientName: new("desk"),
		ExplicitAuthFlows: []cognito.ExplicitAuthFlowsType{cognito.ExplicitAuthFlowsTypeAllowUserPasswordAuth},
		WriteAttributes:   []string{"name"},
	})
	if err != nil {
		return Result{}, err
	}
	j.deskClient = *out.UserPoolClient.ClientId
	return Result{Note: "client " + j.deskClient}, nil
}

// profileDesk writes the client's row, as the stack does for the clients of the stage
// file.
func (j *Journey) profileDesk(ctx context.Context) (Result, error) {
	_, err := j.Dynamo.PutItem(ctx, &dynamodb.PutItemInput{TableName: &j.TableName, Item: map[string]types.AttributeValue{
		table.PK:        &types.AttributeValueMemberS{Value: table.ClientPrefix + j.deskClient},
		table.SK:        &types.AttributeValueMemberS{Value: table.ClientRow},
		"clientProfile": &types.AttributeValueMemberS{Value: j.ConsoleProfile},
	}})
	return Result{Note: "CLIENT: profile " + j.ConsoleProfile}, err
}

// signInAtDesk expects the tokens of a client without a profile.
func (j *Journey) signInAtDesk(ctx context.Context) (Result, error) {
	return j.atDesk(ctx, func(id, access jwt.MapClaims) error {
		for _, name := range []string{"roles", "tenant", "status", "plan"} {
			if err := expect(id[name] == nil && access[name] == nil, "a client without a profile is told %s %v and %v", name, id[name], access[name]); err != nil {
				return err
			}
		}
		return nil
	})
}

// signInAtDeskAgain expects the tokens of the profile console, which differ from the web
// client's for the same user.
func (j *Journey) signInAtDeskAgain(ctx context.Context) (Result, error) {
	return j.atDesk(ctx, func(id, access jwt.MapClaims) error {
		scopes := strings.Fields(fmt.Sprint(access["scope"]))
		return errors.Join(
			expect(id["status"] == "active" && id["roles"] == nil && id["plan"] == nil && id["tenant"] == nil,
				"the ID token says status %v, roles %v, plan %v, tenant %v", id["status"], id["roles"], id["plan"], id["tenant"]),
			expect(fmt.Sprint(access["roles"]) == "[editor]" && access["tenant"] == nil && slices.Contains(scopes, j.ConsoleScope) && !slices.Contains(scopes, j.SuiteScope),
				"the access token says roles %v, tenant %v, scopes %v", access["roles"], access["tenant"], scopes))
	})
}

// atDesk signs Ada in through the client desk and judges both tokens.
func (j *Journey) atDesk(ctx context.Context, judge func(id, access jwt.MapClaims) error) (Result, error) {
	j.desk.userName, j.desk.sub = j.ada.userName, j.ada.sub
	out, err := j.initiate(ctx, j.deskClient, j.desk.userName, j.Password)
	if err != nil {
		return Result{}, err
	}
	result, err := keep(&j.desk, out.AuthenticationResult)
	if err != nil {
		return result, err
	}
	id, access, err := j.read(ctx, &j.desk)
	if err != nil {
		return result, err
	}
	return result, errors.Join(judge(id, access), j.expectGroup(id, access))
}

func (j *Journey) groupAda(ctx context.Context) (Result, error) {
	_, err := j.Cognito.AdminAddUserToGroup(ctx, &idp.AdminAddUserToGroupInput{
		UserPoolId: &j.PoolID, Username: &j.ada.userName, GroupName: &j.Group,
	})
	return Result{Note: "group " + j.Group}, err
}

func (j *Journey) switchTenant(ctx context.Context) (Result, error) {
	return j.refreshAs(ctx, "globex", "globex")
}

func (j *Journey) askForTenant(ctx context.Context) (Result, error) {
	return j.refreshAs(ctx, "initech", "acme")
}

// refreshAs asks for tokens for one tenant and expects those for another or the same.
func (j *Journey) refreshAs(ctx context.Context, asked, want string) (Result, error) {
	out, err := j.refreshWith(ctx, map[string]string{"tenant": asked})
	if err != nil {
		return Result{}, err
	}
	result, err := keep(&j.ada, out)
	if err != nil {
		return result, err
	}
	result.Note += ", for " + want
	return result, j.expectGrant(ctx, &j.ada, want)
}
