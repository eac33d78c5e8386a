package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	nethttp "net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// visitor is a client of a stack that runs here.
type visitor struct {
	t     *testing.T
	cloud *localcloud.Cloud
	pool  *idp.Client
	table *dynamodb.Client
	// events are what the functions were called with.
	events *journal
	mails  chan userpool.Message
}

// journal holds events until somebody takes them.
type journal struct {
	mu   sync.Mutex
	seen [][]byte
}

func (j *journal) add(in lambdahost.Invocation) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seen = append(j.seen, in.Event)
}

func (j *journal) take() (seen [][]byte) {
	j.mu.Lock()
	defer j.mu.Unlock()
	seen, j.seen = j.seen, nil
	return seen
}

// visit synthesizes a stage of testdata and starts it, with these changes.
func visit(t *testing.T, stage string, changes ...func(*settings.Settings, *localcloud.Options)) visitor {
	t.Helper()
	s, err := settings.LoadStage("testdata/" + stage + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var events journal
	mails := make(chan userpool.Message, 100)
	opts := localcloud.Options{
		InfraDir: "..", OnInvocation: events.add,
		Timeline: timeline.New(timeline.Limits{}),
		Pool:     userpool.Options{OnMail: func(m userpool.Message) { mails <- m }},
	}
	for _, change := range changes {
		change(&s.Settings, &opts)
	}
	props := &infra.Props{Settings: s.Settings, Architecture: infra.Architecture(runtime.GOARCH), Bundles: "../../dist/" + runtime.GOARCH}
	_, noTable := os.Stat("../node_modules/dynalite")
	if err := props.CheckBundles(); err != nil || noTable != nil {
		if os.Getenv("ASSEMBLY_REQUIRED") != "" {
			t.Fatalf("%v, %v", err, noTable)
		}
		t.Skipf("the functions or dynalite are missing, make synth-host makes both: %v, %v", err, noTable)
	}
	app := appWith(t, nil)
	infra.NewStack(app, s.Name, props)
	opts.AssemblyDir = *app.Synth(nil).Directory()
	cloud, err := localcloud.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	config := func(endpoint string) aws.Config {
		return aws.Config{
			Region: cloud.Stack.Region, BaseEndpoint: &endpoint, HTTPClient: http.NewBuildableClient(),
			Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		}
	}
	return visitor{t, cloud, idp.NewFromConfig(config(cloud.Endpoints().CognitoIDP)), dynamodb.NewFromConfig(config(cloud.Endpoints().DynamoDB)), &events, mails}
}

const ada, password = "ada@example.com", "Analytical-Engine-1843"

// member makes a user in the group members and returns its sub.
func (v visitor) member() string {
	v.t.Helper()
	out, err := v.pool.AdminCreateUser(v.t.Context(), &idp.AdminCreateUserInput{
		UserPoolId: &v.cloud.Stack.Pool.ID, Username: new(ada), MessageAction: cognito.MessageActionTypeSuppress,
		UserAttributes: []cognito.AttributeType{{Name: new("email"), Value: new(ada)}, {Name: new("email_verified"), Value: new("true")}},
	})
	if err != nil {
		v.t.Fatal(err)
	}
	if _, err := v.pool.AdminSetUserPassword(v.t.Context(), &idp.AdminSetUserPasswordInput{
		UserPoolId: &v.cloud.Stack.Pool.ID, Username: new(ada), Password: new(password), Permanent: true,
	}); err != nil {
		v.t.Fatal(err)
	}
	if _, err := v.pool.AdminAddUserToGroup(v.t.Context(), &idp.AdminAddUserToGroupInput{
		UserPoolId: &v.cloud.Stack.Pool.ID, Username: new(ada), GroupName: new("members"),
	}); err != nil {
		v.t.Fatal(err)
	}
	return *out.User.Username
}

// put writes a row.
func (v visitor) put(pk, sk string, attributes map[string]types.AttributeValue) {
	v.t.Helper()
	attributes["pk"], attributes["sk"] = word(pk), word(sk)
	if _, err := v.table.PutItem(v.t.Context(), &dynamodb.PutItemInput{TableName: new(v.cloud.Table()), Item: attributes}); err != nil {
		v.t.Fatal(err)
	}
}

func word(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// signIn signs the user in and returns the claims of both tokens.
func (v visitor) signIn(client string) (id, access map[string]any) {
	v.t.Helper()
	tokens := v.tokens(client)
	return v.read(*tokens.IdToken), v.read(*tokens.AccessToken)
}

func (v visitor) tokens(client string) *cognito.AuthenticationResultType {
	v.t.Helper()
	out, err := v.pool.InitiateAuth(v.t.Context(), &idp.InitiateAuthInput{
		AuthFlow: cognito.AuthFlowTypeUserPasswordAuth, ClientId: &client,
		AuthParameters: map[string]string{"USERNAME": ada, "PASSWORD": password},
	})
	if err != nil {
		v.t.Fatal(err)
	}
	return out.AuthenticationResult
}

func (v visitor) read(token string) map[string]any {
	v.t.Helper()
	claims := map[string]any{}
	parts := strings.Split(token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		v.t.Fatalf("%v in %s", err, token)
	}
	return claims
}

// newClient makes an app client, whose users may write every attribute, and writes its
// profile, if it has one.
func (v visitor) newClient(profile string) string {
	v.t.Helper()
	out, err := v.pool.CreateUserPoolClient(v.t.Context(), &idp.CreateUserPoolClientInput{
		UserPoolId: &v.cloud.Stack.Pool.ID, ClientName: &profile,
		ExplicitAuthFlows: []cognito.ExplicitAuthFlowsType{cognito.ExplicitAuthFlowsTypeAllowUserPasswordAuth},
	})
	if err != nil {
		v.t.Fatal(err)
	}
	if profile != policy.Unknown {
		v.put("CLIENT#"+*out.UserPoolClient.ClientId, "CLIENT", map[string]types.AttributeValue{"clientProfile": word(profile)})
	}
	return *out.UserPoolClient.ClientId
}

func TestAV1StageWorks(t *testing.T) {
	form.Often(t, 0, 0, 1)
	v := visit(t, "v1")
	sub := v.member()
	v.put("USER#"+v.cloud.Stack.Pool.ID+"#"+sub, "AUTHZ", map[string]types.AttributeValue{
		"authzRoles": &types.AttributeValueMemberSS{Value: []string{"editor", "reviewer"}}, "authzTenant": word("acme"),
		"authzExtra": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"plan": word("team"), "seats": &types.AttributeValueMemberN{Value: "3"},
		}},
	})
	web, ok := v.cloud.Client("WebClientId")
	if !ok {
		t.Fatal("no web client")
	}
	const none = "<nil>"
	for name, want := range map[string]struct {
		client                                          string
		roles, tenant, plan, kind, email, groups, seats string
	}{
		"app":     {web.ID, "editor reviewer", "acme", "team", none, ada, "[members]", none},
		"kiosk":   {v.newClient("kiosk"), none, none, none, "kiosk", none, none, none},
		"editors": {v.newClient("editors"), none, none, none, none, ada, "[editor reviewer]", none},
	} {
		id, access := v.signIn(want.client)
		for claim, want := range map[string]string{
			"roles": want.roles, "tenant": want.tenant, "plan": want.plan, "kind": want.kind, "email": want.email,
			"cognito:groups": want.groups, "seats": want.seats,
		} {
			if got := fmt.Sprint(id[claim]); got != want {
				t.Errorf("%s: the ID token says %s %v, want %s", name, claim, got, want)
			}
		}
		if got := fmt.Sprint(access["cognito:groups"]); got != want.groups || access["roles"] != nil || access["kind"] != nil {
			t.Errorf("%s: the access token says %v", name, access)
		}
	}
}

// One start of the stack serves all.
func TestR70_AStackServesEveryAppClient(t *testing.T) {
	form.Often(t, 0, 1, 1)
	v := visit(t, "v1")
	web, _ := v.cloud.Client("WebClientId")
	desk, _ := v.cloud.Client(settings.ClientOutput("desk"))

	// The stack's own function has written the rows when the stack is up, also that of a
	// client that the stack does not make.
	for client, want := range map[string]string{web.ID: "app", desk.ID: "app", "3n4b5urk1ft4fl3mg5e62d9ado": "kiosk"} {
		out, err := v.table.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: new(v.cloud.Table()), Key: map[string]types.AttributeValue{"pk": word("CLIENT#" + client), "sk": word("CLIENT")},
		})
		if err != nil || len(out.Item) != 3 || out.Item["clientProfile"].(*types.AttributeValueMemberS).Value != want {
			t.Errorf("%s: %v, %v", client, out, err)
		}
	}
	// The local cloud serves a domain of the team's own as it does a prefix: at its own address.
	if domain := v.cloud.Stack.Pool.Domain; domain != "auth.example.com" || v.cloud.Outputs()["UserPoolDomainTarget"] == "" {
		t.Errorf("the domain is %q, outputs %v", domain, v.cloud.Outputs())
	}
	sub := v.member()
	v.lives(web.ID, 3600, 3600, true)
	v.lives(desk.ID, 360, 600, false)
	if life := v.machineLife(); life != 300 {
		t.Errorf("a machine's token lives %v s", life)
	}
	v.confirmed(desk.ID)
	v.heals(web.ID, sub)
	v.sweeps()
	v.rewrites(sub, map[string]string{"app": web.ID, "desk": desk.ID, "kiosk": v.newClient("kiosk"), "editors": v.newClient("editors"), "no profile": v.newClient(policy.Unknown)})
	v.needsEveryStatement()
}

// The lifetimes and the rotation of each client of the stage file act on its tokens.
func (v visitor) lives(client string, access, id float64, rotates bool) {
	v.t.Helper()
	tokens := v.tokens(client)
	life := func(token string) float64 {
		claims := v.read(token)
		return claims["exp"].(float64) - claims["iat"].(float64)
	}
	if a, i := life(*tokens.AccessToken), life(*tokens.IdToken); a != access || i != id {
		v.t.Errorf("%s: an access token lives %v s and an ID token %v s, want %v and %v", client, a, i, access, id)
	}
	_, err := v.pool.InitiateAuth(v.t.Context(), &idp.InitiateAuthInput{
		AuthFlow: cognito.AuthFlowTypeRefreshTokenAuth, ClientId: &client, AuthParameters: map[string]string{"REFRESH_TOKEN": *tokens.RefreshToken},
	})
	if (err == nil) == rotates {
		v.t.Errorf("%s: REFRESH_TOKEN_AUTH: %v", client, err)
	}
	out, err := v.pool.GetTokensFromRefreshToken(v.t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: &client, RefreshToken: tokens.RefreshToken})
	if err != nil {
		v.t.Fatal(err)
	}
	if again := out.AuthenticationResult; (again.RefreshToken != nil) != rotates || life(*again.AccessToken) != access {
		v.t.Errorf("%s: a refresh gave another refresh token: %v", client, again.RefreshToken != nil)
	}
}

// machineLife is the life of a machine's token.
func (v visitor) machineLife() float64 {
	v.t.Helper()
	machine, _ := v.cloud.Client("MachineClientId")
	request, err := nethttp.NewRequestWithContext(v.t.Context(), nethttp.MethodPost, v.cloud.Endpoints().Token, strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		v.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(machine.ID, machine.Secret)
	answer, err := nethttp.DefaultClient.Do(request)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	var out struct {
		Expires float64 `json:"expires_in"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil {
		v.t.Fatal(err)
	}
	return out.Expires
}

// rewrites lets a user write what they can through a client without WriteAttributes: no
// token of any client changes in what is authority (R42).
func (v visitor) rewrites(sub string, clients map[string]string) {
	v.t.Helper()
	row := "USER#" + v.cloud.Stack.Pool.ID + "#" + sub
	authority := func(client string) string {
		id, access := v.signIn(client)
		return fmt.Sprint(id["preferred_username"], id["roles"], id["tenant"], id["cognito:groups"], access["scope"], access["cognito:groups"])
	}
	for _, handle := range []string{"", "ada"} { // without a row, the claim's source says nothing
		if handle != "" {
			v.put(row, "AUTHZ", map[string]types.AttributeValue{"authzTenant": word("acme"), "authzExtra": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"handle": word(handle)}}})
		}
		v.write(clients["no profile"], "nobody")
		before := map[string]string{}
		for name, client := range clients {
			before[name] = authority(client)
		}
		v.write(clients["no profile"], "admin")
		for name, client := range clients {
			if after := authority(client); after != before[name] || strings.Contains(after, "admin ") {
				v.t.Errorf("%s, with the handle %q: %s became %s", name, handle, before[name], after)
			}
		}
		if id, _ := v.signIn(clients["app"]); id["preferred_username"] != map[bool]any{true: nil, false: handle}[handle == ""] {
			v.t.Errorf("with the handle %q the token says %v", handle, id["preferred_username"])
		}
	}
}

// write lets the user set their own name of sign-in through a client.
func (v visitor) write(client, name string) {
	v.t.Helper()
	if _, err := v.pool.UpdateUserAttributes(v.t.Context(), &idp.UpdateUserAttributesInput{
		AccessToken: v.tokens(client).AccessToken, UserAttributes: []cognito.AttributeType{{Name: new("preferred_username"), Value: &name}},
	}); err != nil {
		v.t.Fatal(err)
	}
}

// What a stage says about second factors, recovery and words acts here as on AWS; what does
// not is named.
func TestR71_TheLocalPoolObeysWhatTheStageSays(t *testing.T) {
	form.Often(t, 0, 1, 1)
	v := visit(t, "pool")
	web, _ := v.cloud.Client("WebClientId")
	said := strings.Join(v.cloud.Unsupported(), "\n")
	for _, part := range []string{"PoolLogs", "WebACL"} {
		if !strings.Contains(said, part) {
			t.Errorf("%s is not named in\n%s", part, said)
		}
	}
	if _, err := v.pool.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{
		UserPoolId: &v.cloud.Stack.Pool.ID, Username: new("grace@example.com"), UserAttributes: []cognito.AttributeType{{Name: new("email"), Value: new("grace@example.com")}},
	}); err != nil {
		t.Fatal(err)
	}
	if m := <-v.mails; !strings.HasPrefix(m.Text, "You are grace@example.com, your password ") {
		t.Errorf("the invitation is %+v", m)
	}
	v.member()
	_, err := v.pool.AdminUpdateUserAttributes(t.Context(), &idp.AdminUpdateUserAttributesInput{
		UserPoolId: &v.cloud.Stack.Pool.ID, Username: new(ada),
		UserAttributes: []cognito.AttributeType{{Name: new("phone_number"), Value: new("+491701234567")}, {Name: new("phone_number_verified"), Value: new("true")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if out, err := v.pool.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: &web.ID, Username: new(ada)}); err != nil || out.CodeDeliveryDetails.DeliveryMedium != "SMS" {
		t.Errorf("a new password begins with %+v, %v", out, err)
	}
	<-v.mails
	if v.tokens(web.ID) == nil {
		t.Error("a user without a second factor gets no tokens")
	}
	if _, err := v.pool.AdminSetUserMFAPreference(t.Context(), &idp.AdminSetUserMFAPreferenceInput{
		UserPoolId: &v.cloud.Stack.Pool.ID, Username: new(ada), EmailMfaSettings: &cognito.EmailMfaSettingsType{Enabled: true},
	}); err != nil {
		t.Fatal(err)
	}
	out, err := v.pool.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		AuthFlow: cognito.AuthFlowTypeUserPasswordAuth, ClientId: &web.ID, AuthParameters: map[string]string{"USERNAME": ada, "PASSWORD": password},
	})
	if err != nil || out.ChallengeName != cognito.ChallengeNameTypeEmailOtp {
		t.Fatalf("the second factor is %+v, %v", out, err)
	}
	if m := <-v.mails; m.Subject != "Your sign-in" || m.Text != "Sign in with "+m.Code {
		t.Errorf("its code comes as %+v", m)
	}
}
