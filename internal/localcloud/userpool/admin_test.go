package userpool

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func (r *rig) tryInvite(t *testing.T, email string, action types.MessageActionType) error {
	_, err := r.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String(email), MessageAction: action})
	return err
}

func TestInvitationCarriesAPasswordThatFitsThePolicy(t *testing.T) {
	r := startRig(t, nil)
	if err := r.tryInvite(t, "bea@example.com", ""); err != nil {
		t.Fatal(err)
	}
	temporary, ok := r.Code("bea@example.com")
	if !ok {
		t.Fatal("no invitation")
	}
	if err := (PasswordPolicy{}).complete().check(temporary); err != nil {
		t.Error(err)
	}
	out, err := r.tryLogin(t, "bea@example.com", temporary)
	if err != nil || out.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
		t.Errorf("first sign-in: %+v %v", out, err)
	}
	wantRefusal(t, r.tryInvite(t, "bea@example.com", ""), "UsernameExistsException", "An account with the given email already exists.")

	r.clock.pass(8 * 24 * time.Hour)
	r.fns.take()
	if err := r.tryInvite(t, "bea@example.com", types.MessageActionTypeResend); err != nil {
		t.Fatal(err)
	}
	wantSources(t, r.fns.sources(t))
	renewed, _ := r.Code("bea@example.com")
	if _, err := r.tryLogin(t, "bea@example.com", renewed); err != nil || renewed == temporary {
		t.Errorf("with the renewed invitation: %v", err)
	}

	if err := r.tryInvite(t, "cyd@example.com", types.MessageActionTypeSuppress); err != nil {
		t.Fatal(err)
	}
	if _, sent := r.Code("cyd@example.com"); sent {
		t.Error("a suppressed message was sent")
	}
	wantRefusal(t, r.tryInvite(t, "dee@example.com", types.MessageActionTypeResend), "UserNotFoundException", "User does not exist.")
	r.member(t, "ada@example.com")
	wantRefusal(t, r.tryInvite(t, "ada@example.com", types.MessageActionTypeResend), "UnsupportedUserStateException", "Resend not possible. CONFIRMED")
}

func TestSessionSurvivesARefusedPassword(t *testing.T) {
	r := startRig(t, nil)
	if err := r.tryInvite(t, "bea@example.com", ""); err != nil {
		t.Fatal(err)
	}
	temporary, _ := r.Code("bea@example.com")
	first, err := r.tryLogin(t, "bea@example.com", temporary)
	if err != nil {
		t.Fatal(err)
	}
	answer := &idp.RespondToAuthChallengeInput{
		ClientId: aws.String(webClient), ChallengeName: first.ChallengeName, Session: first.Session,
		ChallengeResponses: map[string]string{"USERNAME": "bea@example.com", "NEW_PASSWORD": "short", "userAttributes.name": "Bea"},
	}
	_, err = r.api.RespondToAuthChallenge(t.Context(), answer)
	wantRefusal(t, err, "InvalidPasswordException", "Password did not conform with policy: Password not long enough")
	answer.ChallengeResponses["NEW_PASSWORD"] = longPassword
	if _, err := r.api.RespondToAuthChallenge(t.Context(), answer); err != nil {
		t.Fatal(err)
	}
	if got := r.attribute(t, "bea@example.com", "name"); got != "Bea" {
		t.Errorf("name %q", got)
	}
}

func TestSessionEnds(t *testing.T) {
	r := startRig(t, nil)
	if err := r.tryInvite(t, "bea@example.com", ""); err != nil {
		t.Fatal(err)
	}
	temporary, _ := r.Code("bea@example.com")
	first, err := r.tryLogin(t, "bea@example.com", temporary)
	if err != nil {
		t.Fatal(err)
	}
	r.clock.pass(4 * time.Minute)
	_, err = r.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
		ClientId: aws.String(webClient), ChallengeName: first.ChallengeName, Session: first.Session,
		ChallengeResponses: map[string]string{"USERNAME": "bea@example.com", "NEW_PASSWORD": longPassword},
	})
	wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user, session is expired.")
}

func TestListUsersFiltersAndPages(t *testing.T) {
	r := startRig(t, nil)
	for _, n := range []string{"ada", "bea", "bob", "cyd"} {
		r.member(t, n+"@example.com")
	}
	for filter, want := range map[string]int{
		``: 4, `email = "ADA@example.com"`: 1, `email ^= "b"`: 2, `"email"="nobody@example.com"`: 0,
		`cognito:user_status = "CONFIRMED"`: 4, `status = "Disabled"`: 0,
	} {
		out, err := r.api.ListUsers(t.Context(), &idp.ListUsersInput{UserPoolId: aws.String(poolUnderTest), Filter: aws.String(filter)})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Users) != want {
			t.Errorf("%s: %d users, want %d", filter, len(out.Users), want)
		}
	}
	var emails []string
	pages := idp.NewListUsersPaginator(r.api, &idp.ListUsersInput{UserPoolId: aws.String(poolUnderTest), Limit: aws.Int32(3), AttributesToGet: []string{"email"}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page.Users {
			emails = append(emails, *u.Attributes[0].Value)
			if len(u.Attributes) != 1 || u.UserCreateDate == nil || !u.Enabled {
				t.Errorf("user %+v", u)
			}
		}
	}
	if want := []string{"ada@example.com", "bea@example.com", "bob@example.com", "cyd@example.com"}; !slices.Equal(emails, want) {
		t.Errorf("pages gave %v", emails)
	}
	_, err := r.api.ListUsers(t.Context(), &idp.ListUsersInput{UserPoolId: aws.String(poolUnderTest), Filter: aws.String(`custom:plan = "x"`)})
	wantRefusal(t, err, "InvalidParameterException", "Invalid search attribute: custom:plan")
}

func TestAdminRefusals(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	ctx, pool, name := t.Context(), aws.String(poolUnderTest), aws.String("ada@example.com")
	_, err := r.api.AdminGetUser(ctx, &idp.AdminGetUserInput{UserPoolId: aws.String("eu-central-1_Other"), Username: name})
	wantRefusal(t, err, "ResourceNotFoundException", "User pool eu-central-1_Other does not exist.")
	_, err = r.api.AdminGetUser(ctx, &idp.AdminGetUserInput{UserPoolId: pool, Username: aws.String("bob")})
	wantRefusal(t, err, "UserNotFoundException", "User does not exist.")
	_, err = r.api.AdminAddUserToGroup(ctx, &idp.AdminAddUserToGroupInput{UserPoolId: pool, Username: name, GroupName: aws.String("nope")})
	wantRefusal(t, err, "ResourceNotFoundException", "Group not found.")
	_, err = r.api.CreateGroup(ctx, &idp.CreateGroupInput{UserPoolId: pool, GroupName: aws.String("admins")})
	wantRefusal(t, err, "GroupExistsException", "A group with the name already exists.")
	update := &idp.AdminUpdateUserAttributesInput{UserPoolId: pool, Username: name, UserAttributes: []types.AttributeType{attr("custom:origin", "web")}}
	_, err = r.api.AdminUpdateUserAttributes(ctx, update)
	wantRefusal(t, err, "InvalidParameterException", "user.custom:origin: Attribute cannot be updated.")
	update.UserAttributes = []types.AttributeType{attr("email", "ada@example.org")}
	if _, err := r.api.AdminUpdateUserAttributes(ctx, update); err != nil {
		t.Fatal(err)
	}
	if got := r.attribute(t, "ada@example.org", "email_verified"); got != "false" {
		t.Errorf("a new address has email_verified %q", got)
	}
}

func TestDeletedUserIsGone(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	token := *r.login(t, "ada@example.com", longPassword).RefreshToken
	if _, err := r.api.AdminDeleteUser(t.Context(), &idp.AdminDeleteUserInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada@example.com")}); err != nil {
		t.Fatal(err)
	}
	_, err := refreshWith(r, t, token)
	wantRefusal(t, err, "NotAuthorizedException", "Invalid Refresh Token")
	_, err = r.tryLogin(t, "ada@example.com", longPassword)
	wantRefusal(t, err, "UserNotFoundException", "User does not exist.")
	r.signUp(t, "ada@example.com")
}

func TestGroupsOfAUser(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	ctx, pool, name, admins := t.Context(), aws.String(poolUnderTest), aws.String("ada@example.com"), aws.String("admins")
	count := func() int {
		out, err := r.api.AdminListGroupsForUser(ctx, &idp.AdminListGroupsForUserInput{UserPoolId: pool, Username: name})
		if err != nil {
			t.Fatal(err)
		}
		return len(out.Groups)
	}
	for range 2 { // the second time changes nothing
		if _, err := r.api.AdminAddUserToGroup(ctx, &idp.AdminAddUserToGroupInput{UserPoolId: pool, Username: name, GroupName: admins}); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(); n != 1 {
		t.Errorf("%d groups, want 1", n)
	}
	if _, err := r.api.AdminRemoveUserFromGroup(ctx, &idp.AdminRemoveUserFromGroupInput{UserPoolId: pool, Username: name, GroupName: admins}); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 0 {
		t.Errorf("%d groups, want 0", n)
	}
	all, err := r.api.ListGroups(ctx, &idp.ListGroupsInput{UserPoolId: pool})
	if err != nil || len(all.Groups) != 2 {
		t.Errorf("ListGroups: %+v %v", all, err)
	}
}

func TestUnknownOperationIsNamed(t *testing.T) {
	r := startRig(t, nil)
	_, err := r.api.GetSigningCertificate(t.Context(), &idp.GetSigningCertificateInput{UserPoolId: aws.String(poolUnderTest)})
	wantRefusal(t, err, "UnknownOperationException", "the local user pool does not simulate the operation GetSigningCertificate: no request to a SAML provider is signed")
	if _, refusal := r.exact(t, "DoIt", object{}); refusal["__type"] != "UnknownOperationException" || refusal["message"] != `the local user pool does not simulate the operation "AWSCognitoIdentityProviderService.DoIt"` {
		t.Errorf("an operation that nobody knows: %v", refusal)
	}
	out, err := r.api.DescribeUserPool(t.Context(), &idp.DescribeUserPoolInput{UserPoolId: aws.String(poolUnderTest)})
	if err != nil || *out.UserPool.LambdaConfig.PreTokenGenerationConfig.LambdaArn != preTokenGeneration {
		t.Errorf("DescribeUserPool: %+v %v", out, err)
	}
}

func TestBrokenBodyIsRefused(t *testing.T) {
	r := startRig(t, nil)
	for body, want := range map[string]string{
		"{": "the body is not what the operation takes: unexpected end of JSON input", `{"Username":"` + strings.Repeat("a", maxInput) + `"}`: "reading the request: http: request body too large",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL(), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Amz-Target", target+"SignUp")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var said map[string]string
		if err := json.NewDecoder(res.Body).Decode(&said); err != nil || res.StatusCode != http.StatusBadRequest || res.Header.Get("X-Amzn-Errortype") != "SerializationException:" ||
			said["__type"] != "SerializationException" || said["message"] != want || res.Header.Get("Content-Type") != "application/x-amz-json-1.1" {
			t.Errorf("HTTP %d, %v, %v, %v", res.StatusCode, res.Header, said, err)
		}
		_ = res.Body.Close()
	}
}

func TestStartRefusesAPoolItCannotSimulate(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"no id":              {func(c *Config) { c.ID = "" }, `pool id ""`},
		"trigger not fired":  {func(c *Config) { c.Triggers["CustomEmailSender"] = Trigger{FunctionARN: "x"} }, "trigger CustomEmailSender: the local pool does not fire it"},
		"no function":        {func(c *Config) { c.Triggers[preSignUp] = Trigger{} }, "trigger PreSignUp: no function"},
		"version":            {func(c *Config) { c.Triggers[preTokenGeneration] = Trigger{FunctionARN: "x", Version: "V4_0"} }, `version "V4_0"`},
		"plan":               {func(c *Config) { c.Tier = "LITE" }, "PreTokenGeneration V3_0: it needs the ESSENTIALS or PLUS plan"},
		"issuer":             {func(c *Config) { c.Issuer = "aws" }, `issuer "aws": want original, updated or local`},
		"short session":      {func(c *Config) { c.Clients[0].AuthSessionValidity = 3*time.Minute - time.Second }, "AuthSessionValidity 2m59s: want 3 to 15 minutes"},
		"long session":       {func(c *Config) { c.Clients[0].AuthSessionValidity = 15*time.Minute + time.Second }, "AuthSessionValidity 15m1s: want 3 to 15 minutes"},
		"two clients":        {func(c *Config) { c.Clients = append(c.Clients, c.Clients[0]) }, `app client "web1example"`},
		"two kinds of names": {func(c *Config) { c.AliasAttributes = []string{"email"} }, "exclude each other"},
	} {
		cfg := baseConfig()
		c.change(&cfg)
		p, err := Start(cfg, &functions{}, Options{})
		if err == nil {
			p.Close()
		}
		if err == nil || !strings.HasPrefix(err.Error(), "starting the local user pool: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	for _, life := range []time.Duration{0, 3 * time.Minute, 15 * time.Minute} {
		c := baseConfig()
		if c.Clients[0].AuthSessionValidity = life; c.complete() != nil {
			t.Errorf("a session of %v is refused", life)
		}
	}
	one := baseConfig()
	one.Triggers = map[string]Trigger{preSignUp: {FunctionARN: preSignUp}}
	if _, err := Start(one, nil, Options{}); err == nil || err.Error() != "starting the local user pool: it has triggers and no invoker" {
		t.Errorf("triggers without an invoker: %v", err)
	}
	taken := startRig(t, nil)
	port, _ := strconv.Atoi(taken.URL()[strings.LastIndex(taken.URL(), ":")+1:])
	if _, err := Start(baseConfig(), &functions{}, Options{Port: port, keys: testKeys}); err == nil || !strings.HasPrefix(err.Error(), "starting the local user pool: ") || !strings.Contains(err.Error(), "Cognito") {
		t.Errorf("a port that is taken: %v", err)
	}
}

// Where codes sign users in, an administrator's user needs no password, and has nothing to
// change.
func TestR53_AnAdministratorsUserMaySignInByACodeAlone(t *testing.T) {
	r := startChoice(t, nil)
	for password, want := range map[string]types.UserStatusType{"": "CONFIRMED", "Temporary-1": "FORCE_CHANGE_PASSWORD"} {
		name := "a" + strings.ToLower(password) + "@example.com"
		in := &idp.AdminCreateUserInput{UserPoolId: aws.String(poolUnderTest), Username: &name, MessageAction: "SUPPRESS"}
		if password != "" {
			in.TemporaryPassword = &password
		}
		made, err := r.api.AdminCreateUser(t.Context(), in)
		if err != nil || made.User.UserStatus != want {
			t.Fatalf("%q: %+v, %v", password, made, err)
		}
		if password != "" {
			continue
		}
		out, err := r.choose(t, name, "EMAIL_OTP")
		if err != nil {
			t.Fatal(err)
		}
		if out, err := r.answer(t, aws.String("EMAIL_OTP"), out.Session, name, "EMAIL_OTP_CODE", r.mustCode(t, name)); err != nil || out.AuthenticationResult == nil {
			t.Errorf("%+v, %v", out, err)
		}
	}
}

// An administrator's call that is refused leaves everything as it was.
func TestAnAdministratorsRefusedCallChangesNothing(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, ada)
	const weak = "Password did not conform with policy: Password not long enough"
	_, err := r.raw(t, "AdminCreateUser", inPool("Username", "bea@example.com", "TemporaryPassword", "short"))
	wantRefusal(t, err, "InvalidPasswordException", weak)
	wantSources(t, r.fns.sources(t))
	r.fns.answer(preSignUp, failing("nobody new"))
	wantRefusal(t, r.tryInvite(t, "bea@example.com", ""), "UserLambdaValidationException", "PreSignUp failed with error nobody new.")
	if _, there := r.store.find("bea@example.com"); there {
		t.Error("the refused user is there")
	}
	_, err = r.raw(t, "AdminSetUserPassword", inPool("Username", ada, "Password", "short", "Permanent", true))
	wantRefusal(t, err, "InvalidPasswordException", weak)
	r.login(t, ada, longPassword)
	r.fns.answer(preSignUp, nil)
	r.must(t, "AdminCreateUser", inPool("Username", "bea@example.com", "TemporaryPassword", "Temporary-1"))
	again := inPool("Username", "bea@example.com", "MessageAction", "RESEND")
	_, err = r.raw(t, "AdminCreateUser", with(again, "TemporaryPassword", "short"))
	wantRefusal(t, err, "InvalidPasswordException", weak)
	if out, err := r.tryLogin(t, "bea@example.com", "Temporary-1"); err != nil || out.ChallengeName != "NEW_PASSWORD_REQUIRED" {
		t.Errorf("the first invitation: %+v, %v", out, err)
	}
	shown := r.must(t, "AdminCreateUser", again)["User"].(map[string]any)
	if u := theUser(t, r, "bea@example.com"); shown["Username"] != u.username || shown["UserStatus"] != "FORCE_CHANGE_PASSWORD" {
		t.Errorf("RESEND shows %v", shown)
	}
}

// SMS is the default, and a user without a number is reached by e-mail.
func TestAnInvitationGoesByTheMediumThatIsAskedFor(t *testing.T) {
	for name, c := range map[string]struct {
		mediums []any
		phone   string
		want    []string
	}{
		"a number":             {nil, "+491701", []string{"SMS +491701"}},
		"no number":            {nil, "", []string{"EMAIL " + ada}},
		"e-mail":               {[]any{"EMAIL"}, "+491701", []string{"EMAIL " + ada}},
		"both, in their order": {[]any{"EMAIL", "SMS"}, "+491701", []string{"EMAIL " + ada, "SMS +491701"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, sent := mailRig(t, nil)
			in := inPool("Username", ada, "DesiredDeliveryMediums", c.mediums)
			if c.phone != "" {
				in["UserAttributes"] = []attribute{{"phone_number", c.phone}}
			}
			r.must(t, "AdminCreateUser", in)
			var got []string
			for _, m := range sent() {
				got = append(got, m.Channel+" "+m.To)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("sent %v, want %v", got, c.want)
			}
		})
	}
}
