// Package live implements the sweep's ports on AWS: the user pool by its API, the mirror
// in its table. The triggers' functions link neither.
//
// The pool's answers carry the service's time, which the sweep writes. Throttled calls
// are not repeated here: the sweep paces them. The SDK repeats all other failures of the
// network or the service.
package live

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// pageSize is the most users in an answer of ListUsers.
const pageSize = 60

// Pool is a user pool by its API. It calls ListUsers, AdminGetUser and DescribeUserPool
// only. It is safe for concurrent use.
type Pool struct {
	client *cognito.Client
	id     string
	retry  aws.Retryer
}

// NewPool returns the pool with this id. It makes no request.
func NewPool(client *cognito.Client, id string) *Pool {
	client = cognito.New(client.Options(), func(o *cognito.Options) { o.HTTPClient = suited(o.HTTPClient) })
	return &Pool{client, id, impatient{retry.NewStandard()}}
}

// List returns a page of the users below a prefix. Behind a filter a page may be short or
// empty and still have a token (github.com/aws/aws-sdk-js-v3/issues/7071).
func (p *Pool) List(ctx context.Context, prefix, token string) (sweep.Page, error) {
	in := &cognito.ListUsersInput{UserPoolId: &p.id, Limit: new(int32(pageSize))}
	if whole, ended := strings.CutSuffix(prefix, sweep.End); ended {
		in.Filter = new("sub = " + quoted(whole))
	} else if prefix != "" {
		in.Filter = new("sub ^= " + quoted(prefix))
	}
	if token != "" {
		in.PaginationToken = &token
	}
	out, err := p.client.ListUsers(ctx, in, p.options)
	if refused := (*types.InvalidParameterException)(nil); token != "" && errors.As(err, &refused) {
		return sweep.Page{}, fmt.Errorf("%w: %w", sweep.ErrToken, err)
	}
	if err != nil {
		return sweep.Page{}, classified(err)
	}
	page := sweep.Page{Users: make([]sweep.User, len(out.Users)), Next: aws.ToString(out.PaginationToken)}
	page.At, _ = middleware.GetServerTime(out.ResultMetadata)
	for i, u := range out.Users {
		page.Users[i] = user(u.Username, u.Attributes, u.Enabled, u.UserStatus, u.UserLastModifiedDate)
	}
	return page, nil
}

// Get asks for a user by the stored name: AdminGetUser also takes a sub, but not that of
// a federated user (API reference).
func (p *Pool) Get(ctx context.Context, username string) (sweep.Answer, error) {
	out, err := p.client.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: &p.id, Username: &username}, p.options)
	if missing := (*types.UserNotFoundException)(nil); errors.As(err, &missing) {
		return sweep.Answer{At: dateOf(err)}, nil
	}
	if err != nil {
		return sweep.Answer{}, classified(err)
	}
	answer := sweep.Answer{Found: true, User: user(out.Username, out.UserAttributes, out.Enabled, out.UserStatus, out.UserLastModifiedDate)}
	if answer.User.Sub == "" {
		// The sweep would think that another user has the name, and bury the rows.
		return sweep.Answer{}, sweep.Unusable("the reply names no user: does a user pool answer at this endpoint?")
	}
	answer.At, _ = middleware.GetServerTime(out.ResultMetadata)
	return answer, nil
}

// Estimate returns EstimatedNumberOfUsers: "a number estimating the size of the user pool"
// (API reference, UserPoolType). It returns 0 if the reply has none or the caller may not
// make the call: an older role may list and not describe. Any other failure is an error,
// since the same pool is listed next.
func (p *Pool) Estimate(ctx context.Context) (int, error) {
	out, err := p.client.DescribeUserPool(ctx, &cognito.DescribeUserPoolInput{UserPoolId: &p.id}, p.options)
	switch api := smithy.APIError(nil); {
	case errors.As(err, &api) && (api.ErrorCode() == "AccessDeniedException" || api.ErrorCode() == "NotAuthorizedException"):
		return 0, nil
	case err != nil:
		return 0, classified(err)
	case out.UserPool == nil:
		return 0, nil
	}
	return int(out.UserPool.EstimatedNumberOfUsers), nil
}

func (p *Pool) options(o *cognito.Options) { o.Retryer = p.retry }

func user(name *string, attributes []types.AttributeType, enabled bool, status types.UserStatusType, modified *time.Time) sweep.User {
	u := sweep.User{
		Username: aws.ToString(name), Attributes: make(map[string]string, len(attributes)),
		Disabled: !enabled, Status: string(status), ModifiedAt: aws.ToTime(modified),
	}
	for _, a := range attributes {
		u.Attributes[aws.ToString(a.Name)] = aws.ToString(a.Value)
	}
	u.Sub = u.Attributes["sub"]
	return u
}

// dateOf returns the Date of a reply that was an error, or the zero time.
func dateOf(err error) time.Time {
	reply := (*smithyhttp.ResponseError)(nil)
	if !errors.As(err, &reply) || reply.Response == nil {
		return time.Time{}
	}
	at, _ := http.ParseTime(reply.Response.Header.Get("Date"))
	return at
}

// classified marks an error that asks for fewer requests.
func classified(err error) error {
	if api := smithy.APIError(nil); errors.As(err, &api) && throttles(api.ErrorCode()) {
		return fmt.Errorf("%w: %w", sweep.ErrThrottled, err)
	}
	return err
}

func throttles(code string) bool {
	switch code {
	case "TooManyRequestsException", "ThrottlingException", "LimitExceededException",
		"ProvisionedThroughputExceededException", "RequestLimitExceeded":
		return true
	}
	return false
}

// impatient does not repeat throttled calls.
type impatient struct{ *retry.Standard }

// IsErrorRetryable reports whether to repeat a call.
func (r impatient) IsErrorRetryable(err error) bool {
	return !errors.Is(classified(err), sweep.ErrThrottled) && r.Standard.IsErrorRetryable(err)
}

// quoted writes a value into a filter: "Quotation marks within the filter string must be
// escaped using the backslash" (API reference, ListUsers).
func quoted(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// Find asks the list for the user with a sub, which costs nothing and may lag. Unlike
// Get it finds a federated user.
func (p *Pool) Find(ctx context.Context, sub string) (sweep.Answer, error) {
	filter := "sub = " + quoted(sub)
	out, err := p.client.ListUsers(ctx, &cognito.ListUsersInput{UserPoolId: &p.id, Filter: &filter, Limit: new(int32(1))})
	if err != nil {
		return sweep.Answer{}, err
	}
	var answer sweep.Answer
	answer.At, _ = middleware.GetServerTime(out.ResultMetadata)
	for _, u := range out.Users {
		answer.Found, answer.User = true, user(u.Username, u.Attributes, u.Enabled, u.UserStatus, u.UserLastModifiedDate)
	}
	return answer, nil
}
