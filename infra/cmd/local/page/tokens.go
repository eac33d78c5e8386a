package page

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/cast"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
)

func (s *suite) tokensViews() part {
	return part{
		views: []View{
			{Path: "/tokens", Title: "Tokens", Menu: true, Template: "tokens.html", Data: s.asked(tokens)},
			{Path: "/why", Title: "Why", Template: "why.html", Data: s.asked(why)},
		},
		actions: []Action{
			{Path: "/tokens/refresh", Title: "Tokens", Template: "tokens.html", Do: s.told(refresh)},
			{Path: "/tokens/read", Title: "A token", Template: "read.html", Do: s.told(read)},
		},
	}
}

// shownTokens are the tokens of a user and an app client: the newest that the pool made, and
// those that it would make now.
type shownTokens struct {
	User   string `json:"user"`
	Client string `json:"client"`
	Tenant string `json:"tenant,omitempty"`
	// Last is nil if the timeline has no tokens of this user and client.
	Last *made `json:"last"`
	// Now is nil without a user; Problem says why it cannot be told.
	Now     *support.Why `json:"now"`
	Problem string       `json:"problem,omitempty"`

	Clients []client `json:"-"`
}

// client is an app client of the pool.
type client struct{ ID, Name string }

// Columns are the tokens that would be made now, side by side.
func (t shownTokens) Columns() []column { return columnsOf("now", t.Now.Tokens.Tokens) }

// tokens is the view.
func tokens(s *suite, r *http.Request) (any, error) {
	return s.tokens(r.Context(), r.FormValue("user"), r.FormValue("client"), r.FormValue("tenant"))
}

func (s *suite) tokens(ctx context.Context, user, id, tenant string) (shownTokens, error) {
	t := shownTokens{User: strings.TrimSpace(user), Client: id, Tenant: tenant}
	var err error
	if t.Clients, err = s.clients(ctx); err != nil {
		return t, err
	}
	if t.Client == "" {
		if web, ok := cast.Client(s.cloud, false); ok {
			t.Client = web.ID
		}
	}
	if t.User == "" {
		return t, nil
	}
	answer, err := s.why(ctx, support.WhyQuestion{User: t.User, Client: t.Client, Tenant: tenant, Now: s.now()})
	if err != nil {
		t.Problem = err.Error()
		return t, nil
	}
	t.Now = &answer
	today, err := s.ofAnybody(answer)
	t.Last = s.last(answer.Sub, t.Client, today)
	return t, err
}

// ofAnybody returns the preview with tokens, also for a user who gets none: their budgets are
// the profile's.
func (s *suite) ofAnybody(answer support.Why) (support.TokenPreview, error) {
	today := answer.Tokens
	if len(today.Tokens) > 0 {
		return today, nil
	}
	stage, err := s.stage()
	if err != nil {
		return today, err
	}
	anybody, err := support.TokenQuestion{
		Stage: stage.Name, TokenSettings: stage.TokenSettings(), Client: cmp.Or(answer.Client.Name, answer.Client.ID), Profile: answer.Client.Profile,
	}.Answer()
	today.Tokens = anybody.Tokens
	return today, err
}

// why is the view of what became of each grant.
func why(s *suite, r *http.Request) (any, error) {
	answer, err := s.why(r.Context(), support.WhyQuestion{User: r.FormValue("user"), Client: r.FormValue("client"), Tenant: r.FormValue("tenant"), Now: s.now()})
	if unknown, ok := errors.AsType[support.Unknown](err); ok {
		return nil, Problem{http.StatusNotFound, unknown.Error()}
	}
	return answer, err
}

func (s *suite) why(ctx context.Context, q support.WhyQuestion) (support.Why, error) {
	stage, err := s.stage()
	if err != nil {
		return support.Why{}, err
	}
	return support.Suite{
		Stage: stage, Pool: s.id, Outputs: s.cloud.Outputs(), Directory: s.users, Clients: dynamo.Over(s.rows, s.table), Cognito: s.looks,
	}.Why(ctx, q)
}

// clients lists the pool's app clients, sixty at most.
func (s *suite) clients(ctx context.Context) (list []client, err error) {
	out, err := s.looks.ListUserPoolClients(ctx, &cognito.ListUserPoolClientsInput{UserPoolId: &s.id, MaxResults: aws.Int32(60)})
	if err != nil {
		return nil, fmt.Errorf("listing the app clients: %w", err)
	}
	for _, c := range out.UserPoolClients {
		list = append(list, client{aws.ToString(c.ClientId), aws.ToString(c.ClientName)})
	}
	return list, nil
}

// refresh refreshes as the user: the pool is asked as the user's app would ask it, so what it
// fires is in the timeline. The refresh token is one of the page's own, which ends here; the
// app's stays as it is.
func refresh(s *suite, r *http.Request) (any, string, error) {
	ctx, user, id, tenant := r.Context(), r.PostForm.Get("user"), r.PostForm.Get("client"), r.PostForm.Get("tenant")
	answer, err := s.why(ctx, support.WhyQuestion{User: user, Client: id, Now: s.now()})
	if err != nil {
		return nil, "", Problem{http.StatusNotFound, err.Error()}
	}
	known, err := s.cloud.Pool.WithSecondToken(answer.Sub, id, func(token, device string) error { return s.refresh(ctx, id, tenant, token, device) })
	if !known {
		return nil, "", s.notRefreshed(ctx, user, id, tenant, Problem{http.StatusConflict, "the user has no session with this app client: sign in first"})
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return nil, "", s.notRefreshed(ctx, user, id, tenant, Problem{http.StatusForbidden, api.ErrorCode() + ": " + api.ErrorMessage()})
	}
	if err != nil {
		return nil, "", err
	}
	result, err := s.tokens(ctx, user, id, tenant)
	return result, "/tokens?" + url.Values{"user": {user}, "client": {id}, "tenant": {tenant}}.Encode(), err
}

// refresh makes the call. What comes back is in the timeline, without signatures.
func (s *suite) refresh(ctx context.Context, id, tenant, token, device string) error {
	about, err := s.looks.DescribeUserPoolClient(ctx, &cognito.DescribeUserPoolClientInput{UserPoolId: &s.id, ClientId: &id})
	if err != nil {
		return err
	}
	in := &cognito.GetTokensFromRefreshTokenInput{ClientId: &id, RefreshToken: &token, ClientSecret: about.UserPoolClient.ClientSecret}
	if device != "" {
		in.DeviceKey = &device
	}
	if tenant != "" {
		in.ClientMetadata = map[string]string{"tenant": tenant}
	}
	out, err := s.pool.GetTokensFromRefreshToken(ctx, in)
	s.reported(ctx, requestID(out, err))
	return err
}

// notRefreshed shows the view with what the pool says.
func (s *suite) notRefreshed(ctx context.Context, user, id, tenant string, why Problem) error {
	shown, err := s.tokens(ctx, user, id, tenant)
	if err != nil {
		return err
	}
	return Again{why, shown, shown.Last}
}

// requestID returns the id of a call.
func requestID(out *cognito.GetTokensFromRefreshTokenOutput, err error) string {
	if answer, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return answer.ServiceRequestID()
	}
	if err != nil {
		return ""
	}
	id, _ := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
	return id
}

// reported waits until the timeline has a call, which it has a moment after the answer.
func (s *suite) reported(ctx context.Context, id string) {
	_ = s.cloud.Settle(ctx)
	for range 50 {
		if _, there := s.entries.Call(id); there || id == "" || ctx.Err() != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// read shows a token that somebody pasted. It is in the form's answer and nowhere else.
func read(s *suite, r *http.Request) (any, string, error) {
	pasted, err := pastedToken(r.PostForm.Get("token"))
	if err != nil {
		return nil, "", Again{Problem{http.StatusUnprocessableEntity, err.Error()}, &readToken{}, nil}
	}
	pasted.Now, err = s.compared(r.Context(), r.PostForm.Get("token"))
	if err != nil {
		pasted.Problem = err.Error()
	}
	return pasted, "", nil
}

// compared asks what the same token would say now.
func (s *suite) compared(ctx context.Context, encoded string) (*support.Issued, error) {
	answer, err := s.why(ctx, support.WhyQuestion{Token: cmp.Or(strings.TrimSpace(encoded), "-"), Now: s.now()})
	if err != nil {
		return nil, err
	}
	return answer.Issued, nil
}
