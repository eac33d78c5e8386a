package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// losing loses the events of some triggers: the pool continues as if the function had
// answered, but the function never ran.
type losing struct {
	functions userpool.Invoker
	lost      atomic.Value // []string, beginnings of trigger sources
	count     atomic.Int64
	// inbound is what a function answers to InboundFederation; nil asks the real one.
	inbound atomic.Pointer[string]
}

func (l *losing) Invoke(ctx context.Context, function string, event []byte) ([]byte, error) {
	for _, source := range l.lost.Load().([]string) {
		if bytes.Contains(event, []byte(`"triggerSource":"`+source)) {
			l.count.Add(1)
			return event, nil
		}
	}
	if answer := l.inbound.Load(); answer != nil && bytes.Contains(event, []byte(`"triggerSource":"InboundFederation_`)) {
		return bytes.Replace(event, []byte(`"userAttributesToMap":{}`), []byte(`"userAttributesToMap":`+*answer), 1), nil
	}
	return l.functions.Invoke(ctx, function, event)
}

// crowd is a group of users of one kind.
type crowd struct {
	t    *testing.T
	pool *userpool.Pool
	j    *journey.Journey
	lost *losing
	mu   sync.Mutex
	subs []string
}

// each calls do for 0 to n-1, four at a time: on a busy machine more would run out of the
// functions' time.
func (c *crowd) each(n int, do func(i int) error) {
	c.t.Helper()
	var wait sync.WaitGroup
	slots := make(chan struct{}, 4)
	for i := range n {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			if err := do(i); err != nil {
				c.t.Errorf("user %d: %v", i, err)
			}
		})
	}
	wait.Wait()
}

func (c *crowd) arrived(sub string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.subs = append(c.subs, sub)
}

func local500(i int) string { return fmt.Sprintf("local%03d@example.com", i) }

func (c *crowd) signUp(i int) error {
	email := local500(i)
	out, err := c.j.Cognito.SignUp(c.t.Context(), &idp.SignUpInput{
		ClientId: &c.j.WebClientID, Username: &email, Password: &c.j.Password,
		UserAttributes: []types.AttributeType{{Name: aws.String("name"), Value: aws.String("Ada")}},
	})
	if err != nil {
		return err
	}
	c.arrived(*out.UserSub)
	code, _ := c.pool.Code(email)
	_, err = c.j.Cognito.ConfirmSignUp(c.t.Context(), &idp.ConfirmSignUpInput{ClientId: &c.j.WebClientID, Username: &email, ConfirmationCode: &code})
	return err
}

func (c *crowd) signIn(i int) error {
	_, err := c.j.Cognito.InitiateAuth(c.t.Context(), &idp.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &c.j.WebClientID,
		AuthParameters: map[string]string{"USERNAME": local500(i), "PASSWORD": c.j.Password},
	})
	return err
}

// invited is created by an administrator and signs in for the first time.
func (c *crowd) invited(i int) error {
	email, temporary := fmt.Sprintf("invited%03d@example.com", i), "Temporary-horse-1"
	made, err := c.j.Cognito.AdminCreateUser(c.t.Context(), &idp.AdminCreateUserInput{UserPoolId: &c.j.PoolID, Username: &email, TemporaryPassword: &temporary})
	if err != nil {
		return err
	}
	c.arrived(*made.User.Username)
	first, err := c.j.Cognito.InitiateAuth(c.t.Context(), &idp.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &c.j.WebClientID,
		AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": temporary},
	})
	if err != nil {
		return err
	}
	_, err = c.j.Cognito.RespondToAuthChallenge(c.t.Context(), &idp.RespondToAuthChallengeInput{
		ClientId: &c.j.WebClientID, ChallengeName: first.ChallengeName, Session: first.Session,
		ChallengeResponses: map[string]string{"USERNAME": email, "NEW_PASSWORD": c.j.Password},
	})
	return err
}

// outOfTime reports whether a function's own time ended before the table answered, as on a
// busy machine.
func outOfTime(in timeline.Invocation) bool {
	return in.Said == nil || strings.Contains(in.Said.Cause, "timeout")
}

// again sends the events once more whose functions ran out of time, as Cognito repeats those
// of functions that do not answer.
func (c *crowd) again(cloud *localcloud.Cloud, seen *steps) {
	c.t.Helper()
	if err := cloud.Settle(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	for _, in := range seen.take() {
		for tries := 0; outOfTime(in) && tries < 5; tries++ {
			now, err := cloud.Replay(c.t.Context(), in.ID)
			if err != nil {
				c.t.Fatal(err)
			}
			in.Said = now.Said
		}
	}
}

// federated comes from a provider for the first time: no post authentication.
func (c *crowd) federated(i int) error {
	subject := fmt.Sprint(1_000_000 + i)
	attributes := map[string]string{"email": fmt.Sprintf("federated%03d@example.com", i)}
	if _, err := c.pool.FederatedSignIn("Google", subject, attributes, c.j.WebClientID); err != nil {
		return err
	}
	got, err := c.j.Cognito.AdminGetUser(c.t.Context(), &idp.AdminGetUserInput{UserPoolId: &c.j.PoolID, Username: aws.String("google_" + subject)})
	if err != nil {
		return err
	}
	for _, a := range got.UserAttributes {
		if *a.Name == "sub" {
			c.arrived(*a.Value)
		}
	}
	return nil
}

// Every post confirmation is lost. A third of the users signed up, and only the event of
// a sign-in arrives; a third was invited by an administrator, and only that of a token
// arrives; a third comes from a provider, which fires no post authentication. Each has a
// row after that.
func TestR33_LostConfirmationsAreHealed(t *testing.T) {
	t.Parallel()
	opts := local(t)
	lost := &losing{}
	opts.Deliver = func(functions userpool.Invoker) userpool.Invoker {
		lost.functions = functions
		lost.lost.Store([]string{"PostConfirmation_"})
		return lost
	}
	seen := &steps{Timeline: timeline.New(timeline.Limits{})}
	opts.Timeline = seen.Timeline
	cloud, j := running(t, opts)
	c := &crowd{t: t, pool: cloud.Pool, j: j, lost: lost}
	third := form.Often(t, 30, 167, 167)
	c.each(third, c.signUp)
	lost.lost.Store([]string{"PostConfirmation_", "TokenGeneration_"})
	c.each(third, c.signIn)
	c.again(cloud, seen)
	lost.lost.Store([]string{"PostConfirmation_", "PostAuthentication_"})
	c.each(third, c.invited)
	c.again(cloud, seen)
	withGoogle(t, j)
	c.each(third, c.federated)
	c.again(cloud, seen)
	if n := lost.count.Load(); n != int64(4*third) {
		t.Errorf("%d events were lost", n)
	}
	by := map[any]int{}
	for _, sub := range c.subs {
		row, err := j.Row(t.Context(), sub, "PROFILE")
		if err != nil || row["status"] != "active" {
			t.Errorf("%s has the row %v, %v", sub, row, err)
			continue
		}
		by[row["createdBy"]]++
	}
	if len(c.subs) != 3*third || by["PostAuthentication_Authentication"] != third || by["TokenGeneration_NewPasswordChallenge"] != third || by["TokenGeneration_HostedAuth"] != third {
		t.Errorf("rows of %d users were made %v", len(c.subs), by)
	}
	lost.lost.Store([]string{})
	c.resets(t)
	t.Run("R57: a provider's user comes and returns", func(t *testing.T) { returnsFromGoogle(t, cloud, j, lost) })
}

// resets shows that a password reset, which fires post confirmation again, changes
// neither creation nor count nor rights.
func (c *crowd) resets(t *testing.T) {
	grants := directory.New(c.j.Dynamo, c.j.TableName, c.j.PoolID)
	for i := range 25 {
		email := local500(i)
		user, err := c.j.Cognito.AdminGetUser(t.Context(), &idp.AdminGetUserInput{UserPoolId: &c.j.PoolID, Username: &email})
		if err != nil {
			t.Fatal(err)
		}
		sub := *user.Username
		row, err := grants.Authz(t.Context(), sub)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := grants.Change(t.Context(), row, "test", directory.SetRoles("editor")); err != nil {
			t.Fatal(err)
		}
		before := c.kept(t, sub)
		if _, err := c.j.Cognito.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: &c.j.WebClientID, Username: &email}); err != nil {
			t.Fatal(err)
		}
		code, _ := c.pool.Code(email)
		if _, err := c.j.Cognito.ConfirmForgotPassword(t.Context(), &idp.ConfirmForgotPasswordInput{
			ClientId: &c.j.WebClientID, Username: &email, ConfirmationCode: &code, Password: &c.j.SecondPassword,
		}); err != nil {
			t.Fatal(err)
		}
		if after := c.kept(t, sub); after != before || before == "" {
			t.Errorf("a reset changed\n%s to\n%s", before, after)
		}
	}
}

// kept returns what no event may reset.
func (c *crowd) kept(t *testing.T, sub string) string {
	t.Helper()
	rows := map[string]map[string]any{}
	for _, kind := range []string{"PROFILE", "SIGNIN", "AUTHZ"} {
		row, err := c.j.Row(t.Context(), sub, kind)
		if err != nil {
			t.Fatal(err)
		}
		rows[kind] = row
	}
	return fmt.Sprint(rows["PROFILE"]["createdAt"], rows["PROFILE"]["createdBy"], rows["SIGNIN"]["signInCount"], rows["AUTHZ"]["authzRoles"], rows["AUTHZ"]["authzRev"])
}
