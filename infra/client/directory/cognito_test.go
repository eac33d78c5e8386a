package directory_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

var errBroken = errors.New("broken")

// breaker lets one call to either service fail: before it has an effect, or after. Calls
// count from 1; 0 lets none fail.
type breaker struct {
	calls, at int
	after     bool
}

func (b *breaker) call(do func() error) error {
	b.calls++
	switch {
	case b.calls != b.at:
		return do()
	case b.after:
		return errors.Join(do(), errBroken)
	}
	return errBroken
}

// breakable is the table's HTTP client.
type breakable struct {
	aws.HTTPClient
	*breaker
}

type httpClient interface {
	Do(*http.Request) (*http.Response, error)
}

func (b breakable) Do(request *http.Request) (reply *http.Response, err error) {
	err = b.call(func() error { reply, err = b.HTTPClient.Do(request); return err })
	if err != nil && reply != nil {
		reply.Body.Close()
	}
	return reply, err
}

// person is a user in Cognito.
type person struct {
	sub               string
	enabled, signedIn bool
}

// cognitoPool is Cognito with the users by name.
type cognitoPool struct {
	*breaker
	people map[string]*person
	called []string
}

func newCognito(people map[string]*person) *cognitoPool {
	return &cognitoPool{breaker: new(breaker), people: people}
}

// on does something to a user.
func (c *cognitoPool) on(operation string, name *string, do func(*person)) error {
	return c.call(func() error {
		c.called = append(c.called, operation)
		p := c.people[*name]
		if p == nil {
			return &types.UserNotFoundException{}
		}
		do(p)
		return nil
	})
}

func (c *cognitoPool) AdminGetUser(_ context.Context, in *cognito.AdminGetUserInput, _ ...func(*cognito.Options)) (*cognito.AdminGetUserOutput, error) {
	out := &cognito.AdminGetUserOutput{Username: in.Username}
	err := c.on("get", in.Username, func(p *person) {
		out.Enabled, out.UserAttributes = p.enabled, []types.AttributeType{{Name: new("email"), Value: new("x")}, {Name: new("sub"), Value: &p.sub}}
	})
	return out, err
}

func (c *cognitoPool) AdminDisableUser(_ context.Context, in *cognito.AdminDisableUserInput, _ ...func(*cognito.Options)) (*cognito.AdminDisableUserOutput, error) {
	return &cognito.AdminDisableUserOutput{}, c.on("disable", in.Username, func(p *person) { p.enabled = false })
}

func (c *cognitoPool) AdminEnableUser(_ context.Context, in *cognito.AdminEnableUserInput, _ ...func(*cognito.Options)) (*cognito.AdminEnableUserOutput, error) {
	return &cognito.AdminEnableUserOutput{}, c.on("enable", in.Username, func(p *person) { p.enabled = true })
}

func (c *cognitoPool) AdminUserGlobalSignOut(_ context.Context, in *cognito.AdminUserGlobalSignOutInput, _ ...func(*cognito.Options)) (*cognito.AdminUserGlobalSignOutOutput, error) {
	return &cognito.AdminUserGlobalSignOutOutput{}, c.on("sign out", in.Username, func(p *person) { p.signedIn = false })
}

// over returns the directory of the world and a pool, through the pool's breaker.
func (w world) over(c *cognitoPool) *directory.Directory {
	broken := dynamodb.New(w.client.Options(), func(o *dynamodb.Options) {
		o.Retryer, o.HTTPClient = aws.NopRetryer{}, breakable{o.HTTPClient.(httpClient), c.breaker}
	})
	return directory.New(broken, tableName, pool, directory.WithPool(c))
}

// member makes a user of table and pool, whose name is not the sub.
func (w world) member(t *testing.T, enabled bool) (*cognitoPool, *person) {
	t.Helper()
	key := w.user(t, pool, users.Profile{Username: "google_7"})
	p := &person{key.Sub, enabled, true}
	return newCognito(map[string]*person{"google_7": p}), p
}

// state is what both sides say of a user.
func (w world) state(t *testing.T, p *person) string {
	t.Helper()
	row, err := directory.New(w.client, tableName, pool).Authz(t.Context(), p.sub)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s, ours %v; enabled %v, signed in %v", row.Status, row.Disabled, p.enabled, p.signedIn)
}

// refusing is a pool that refuses one operation.
type refusing struct {
	*cognitoPool
	operation string
	with      error
}

func (r refusing) err(operation string) error {
	if operation == r.operation {
		return r.with
	}
	return nil
}

func (r refusing) AdminGetUser(ctx context.Context, in *cognito.AdminGetUserInput, _ ...func(*cognito.Options)) (*cognito.AdminGetUserOutput, error) {
	if err := r.err("get"); err != nil {
		return nil, err
	}
	return r.cognitoPool.AdminGetUser(ctx, in)
}

func (r refusing) AdminDisableUser(ctx context.Context, in *cognito.AdminDisableUserInput, _ ...func(*cognito.Options)) (*cognito.AdminDisableUserOutput, error) {
	if err := r.err("disable"); err != nil {
		return nil, err
	}
	return r.cognitoPool.AdminDisableUser(ctx, in)
}

func (r refusing) AdminUserGlobalSignOut(ctx context.Context, in *cognito.AdminUserGlobalSignOutInput, _ ...func(*cognito.Options)) (*cognito.AdminUserGlobalSignOutOutput, error) {
	if err := r.err("sign out"); err != nil {
		return nil, err
	}
	return r.cognitoPool.AdminUserGlobalSignOut(ctx, in)
}
