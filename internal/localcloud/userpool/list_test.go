package userpool

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/ratio"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

func (r *rig) list(t *testing.T, in idp.ListUsersInput) *idp.ListUsersOutput {
	t.Helper()
	in.UserPoolId = aws.String(poolUnderTest)
	out, err := r.api.ListUsers(t.Context(), &in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// emails returns the addresses of the users on a page.
func emails(out *idp.ListUsersOutput) (all []string) {
	for _, u := range out.Users {
		for _, a := range u.Attributes {
			if *a.Name == "email" {
				all = append(all, *a.Value)
			}
		}
	}
	return all
}

func (r *rig) imports(t *testing.T, users ...ImportedUser) []string {
	t.Helper()
	subs, err := r.Import(users...)
	if err != nil {
		t.Fatal(err)
	}
	return subs
}

func mail(n int) ImportedUser {
	return ImportedUser{Attributes: map[string]string{"email": fmt.Sprintf("u%d@example.com", n), "email_verified": "true"}}
}

// ListUsers lags, AdminGetUser does not: a creation, a change and a deletion each show
// after the delay, in order.
func TestTheListIsBehindByTheDelay(t *testing.T) {
	r := startRig(t, func(_ *Config, o *Options) { o.ListDelay = time.Minute })
	r.imports(t, mail(1))
	if got := r.list(t, idp.ListUsersInput{}).Users; len(got) != 0 {
		t.Errorf("%d users are listed at once", len(got))
	}
	if got := r.status(t, "u1@example.com"); got != types.UserStatusTypeResetRequired {
		t.Errorf("AdminGetUser says %s", got)
	}
	r.clock.pass(time.Minute)
	if got := emails(r.list(t, idp.ListUsersInput{})); !slices.Equal(got, []string{"u1@example.com"}) {
		t.Errorf("listed are %v", got)
	}
	ctx, pool, name := t.Context(), aws.String(poolUnderTest), aws.String("u1@example.com")
	if _, err := r.api.AdminUpdateUserAttributes(ctx, &idp.AdminUpdateUserAttributesInput{UserPoolId: pool, Username: name, UserAttributes: []types.AttributeType{attr("email", "new@example.com")}}); err != nil {
		t.Fatal(err)
	}
	r.clock.pass(30 * time.Second)
	if _, err := r.api.AdminDeleteUser(ctx, &idp.AdminDeleteUserInput{UserPoolId: pool, Username: aws.String("new@example.com")}); err != nil {
		t.Fatal(err)
	}
	if got := emails(r.list(t, idp.ListUsersInput{Filter: aws.String(`email = "u1@example.com"`)})); len(got) != 1 {
		t.Errorf("before the delay is over: %v", got)
	}
	r.clock.pass(30 * time.Second)
	if got := emails(r.list(t, idp.ListUsersInput{})); !slices.Equal(got, []string{"new@example.com"}) {
		t.Errorf("the change alone should show, not the deletion: %v", got)
	}
	r.clock.pass(30 * time.Second)
	if got := emails(r.list(t, idp.ListUsersInput{})); len(got) != 0 {
		t.Errorf("still listed: %v", got)
	}
}

// Deleting a user between two pages hides no other user; a new user is on the last page.
func TestPagesHoldWhileUsersComeAndGo(t *testing.T) {
	r := startRig(t, nil)
	subs := r.imports(t, mail(0), mail(1), mail(2), mail(3), mail(4))
	first := r.list(t, idp.ListUsersInput{Limit: aws.Int32(2)})
	for _, sub := range []string{subs[0], subs[1]} {
		if _, err := r.api.AdminDeleteUser(t.Context(), &idp.AdminDeleteUserInput{UserPoolId: aws.String(poolUnderTest), Username: &sub}); err != nil {
			t.Fatal(err)
		}
	}
	r.imports(t, mail(5))
	got := emails(r.list(t, idp.ListUsersInput{Limit: aws.Int32(60), PaginationToken: first.PaginationToken}))
	if want := []string{"u2@example.com", "u3@example.com", "u4@example.com", "u5@example.com"}; !slices.Equal(got, want) {
		t.Errorf("the second page has %v, want %v", got, want)
	}
	if full := r.list(t, idp.ListUsersInput{Limit: aws.Int32(4)}); full.PaginationToken != nil {
		t.Error("a last page that is full has a token")
	}
}

func TestListRefusals(t *testing.T) {
	r := startRig(t, nil)
	r.imports(t, mail(0), mail(1))
	token := r.list(t, idp.ListUsersInput{Limit: aws.Int32(1)}).PaginationToken
	for name, c := range map[string]struct {
		in      idp.ListUsersInput
		message string
	}{
		"61 a page":        {idp.ListUsersInput{Limit: aws.Int32(61)}, "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60"},
		"fewer than none":  {idp.ListUsersInput{Limit: aws.Int32(-1)}, "1 validation error detected: Value '-1' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 0"},
		"another question": {idp.ListUsersInput{PaginationToken: token, Filter: aws.String(`email = "x"`)}, "Invalid pagination token"},
		"a longer token":   {idp.ListUsersInput{PaginationToken: aws.String(*token + "!")}, "Invalid pagination token"},
		"not a token":      {idp.ListUsersInput{PaginationToken: aws.String("1")}, "Invalid pagination token"},
		"custom filter":    {idp.ListUsersInput{Filter: aws.String(`custom:plan = "x"`)}, "Invalid search attribute: custom:plan"},
		"two conditions":   {idp.ListUsersInput{Filter: aws.String(`email = "x" and name = "y"`)}, "Error while parsing filter."},
		"less than":        {idp.ListUsersInput{Filter: aws.String(`email < "x"`)}, "Error while parsing filter."},
		"no attribute":     {idp.ListUsersInput{AttributesToGet: []string{"shoe"}}, "One or more requested attributes do not exist."},
	} {
		c.in.UserPoolId = aws.String(poolUnderTest)
		_, err := r.api.ListUsers(t.Context(), &c.in)
		t.Log(name)
		wantRefusal(t, err, "InvalidParameterException", c.message)
	}
}

func TestEveryAttributeThatAWSFiltersByIsFilteredBy(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.UsernameAttributes = nil })
	subs := r.imports(t,
		ImportedUser{Username: "Ada", Password: longPassword, Attributes: map[string]string{
			"email": "ada@example.com", "phone_number": "+491", "name": "Ada L", "given_name": "Ada", "family_name": "Lo\"velace", "preferred_username": "countess",
		}},
		ImportedUser{Username: "bob", Disabled: true}, ImportedUser{Provider: "Google", Subject: "107", Attributes: map[string]string{"email": "fay@example.com"}})
	for filter, want := range map[string]int{
		`username = "Ada"`: 1, `username = "ada"`: 0, `username ^= "goo"`: 1, `email ^= "ADA"`: 1, `phone_number = "+491"`: 1, `name ^= "Ada"`: 1,
		`given_name = "ada"`: 0, `family_name = "Lo\"velace"`: 1, `preferred_username = "Countess"`: 1, `cognito:user_status = "external_provider"`: 1,
		`cognito:user_status ^= "C"`: 1, `status = "Disabled"`: 1, `status = "Enabled"`: 2, `status = "disabled"`: 0, `sub = "` + subs[2] + `"`: 1, "sub ^= \"" + subs[0][:8] + "\"": 1,
	} {
		if got := r.list(t, idp.ListUsersInput{Filter: &filter}).Users; len(got) != want {
			t.Errorf("%s: %d users, want %d", filter, len(got), want)
		}
	}
	page := r.list(t, idp.ListUsersInput{AttributesToGet: []string{"sub", "name"}})
	if got := page.Users[0].Attributes; len(got) != 2 || *got[0].Name != "sub" || len(page.Users[1].Attributes) != 1 {
		t.Errorf("AttributesToGet gave %+v", page.Users)
	}
}

func TestImportedPeopleAreThereWithoutATrigger(t *testing.T) {
	r := startRig(t, nil)
	subs := r.imports(t, mail(0), ImportedUser{Attributes: map[string]string{"email": "p@example.com"}, Password: longPassword},
		ImportedUser{Provider: "Google", Subject: "107", Attributes: map[string]string{"email": "f@example.com"}})
	wantSources(t, r.fns.sources(t))
	r.login(t, "p@example.com", longPassword)
	_, err := r.tryLogin(t, "u0@example.com", longPassword)
	wantRefusal(t, err, "PasswordResetRequiredException", "Password reset required for the user")
	if got := r.status(t, "google_107"); got != types.UserStatusTypeExternalProvider {
		t.Errorf("status %s", got)
	}
	r.fns.take()
	if _, err := r.FederatedSignIn("Google", "107", map[string]string{"email": "f@example.com"}, webClient); err != nil {
		t.Fatal(err)
	}
	wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_HostedAuth")
	_, err = r.api.AdminGetUser(t.Context(), &idp.AdminGetUserInput{UserPoolId: aws.String(poolUnderTest), Username: &subs[2]})
	wantRefusal(t, err, "UserNotFoundException", "User does not exist.") // a sub does not name a federated user
	_, err = r.Import(mail(7), mail(0))
	if err == nil || !strings.Contains(err.Error(), "user 1") {
		t.Errorf("a taken address: %v", err)
	}
	if _, err := r.Import(ImportedUser{Attributes: map[string]string{"shoe": "38"}}); err == nil {
		t.Error("an attribute that the pool does not have was imported")
	}
}

// A sweep's tests need pools of a real size. Adding, finding, paging and deleting must
// not cost more in a larger pool.
func TestPeopleByTheThousandAreImportedAndPaged(t *testing.T) {
	r := startRig(t, nil)
	live := func(count int) func() {
		users := make([]ImportedUser, count)
		for i := range users {
			users[i] = mail(i)
		}
		return func() {
			subs := r.imports(t, users...)
			seen, after := 0, int64(0)
			for more := true; more; more = after != 0 {
				var page []*user
				page, after = r.store.page(after, 60, func(*user) bool { return true })
				seen += len(page)
			}
			for _, sub := range subs {
				r.store.remove(sub)
			}
			if seen != count || r.store.count() != 0 {
				t.Errorf("%d of %d seen, %d left", seen, count, r.store.count())
			}
		}
	}
	const most = 40 // ten times the users; what is quadratic takes a hundred times as long
	if times := ratio.Of(live(20_000), live(2_000), most); times > most {
		t.Errorf("ten times the users take %.0f times as long", times)
	}
}

func TestQuotasRefuseWhatComesTooFast(t *testing.T) {
	r := startRig(t, func(_ *Config, o *Options) { o.Quotas = Quotas{"UserList": 30, "UserUpdate": 1} })
	in := &idp.ListUsersInput{UserPoolId: aws.String(poolUnderTest)}
	count := func() (passed int) {
		for range 100 {
			_, err := r.api.ListUsers(t.Context(), in)
			if err != nil {
				wantRefusal(t, err, "TooManyRequestsException", "Rate exceeded")
				return passed
			}
			passed++
		}
		return passed
	}
	if got := count(); got != 30 {
		t.Errorf("%d passed in the first second", got)
	}
	r.clock.pass(500 * time.Millisecond)
	if got := count(); got != 15 {
		t.Errorf("%d passed in the half second after", got)
	}
	r.clock.pass(time.Hour)
	if got := count(); got != 30 {
		t.Errorf("%d passed after an hour", got)
	}
	if _, err := r.api.DescribeUserPool(t.Context(), &idp.DescribeUserPoolInput{UserPoolId: aws.String(poolUnderTest)}); err != nil {
		t.Errorf("another category: %v", err)
	}
}

func TestALowQuotaIsARequestNowAndThen(t *testing.T) {
	at, throttle := time.Now(), newThrottle(Quotas{"UserList": 0.5})
	for second, want := range []bool{true, false, true, false} {
		if err := throttle.admit(counted{"UserList", 1}, at.Add(time.Duration(second)*time.Second)); (err == nil) != want {
			t.Errorf("after %d seconds: %v", second, err)
		}
	}
}

// Every operation has a category, and every category AWS's figure.
func TestEveryOperationHasAQuota(t *testing.T) {
	r := startRig(t, nil)
	quotas := AWSQuotas()
	// Guide, "Quotas in Amazon Cognito", API operation categories, as of 2026.
	if want := (Quotas{
		"UserAuthentication": 120, "UserCreation": 50, "UserFederation": 25, "UserAccountRecovery": 30, "UserRead": 120, "UserUpdate": 25, "UserResourceRead": 50, "UserList": 30,
		"UserPoolRead": 15, "UserPoolResourceRead": 20, "UserPoolResourceUpdate": 15, "UserToken": 120, "UserResourceUpdate": 25, "UserPoolClientUpdate": 15, "UserPoolUpdate": 15, "UserPoolClientRead": 15,
	}); !maps.Equal(quotas, want) {
		t.Errorf("got  %v\nwant %v", quotas, want)
	}
	for name, operation := range r.ops {
		if quotas[operation.category] == 0 {
			t.Errorf("%s has the category %q, which has no quota", name, operation.category)
		}
	}
}

// The Date of every reply is the service's, whatever the machine's own clock says.
func TestEveryReplyHasTheServicesDate(t *testing.T) {
	r := startRig(t, nil)
	r.clock.pass(-3 * time.Hour)
	want := r.clock.now().UTC().Format(http.TimeFormat)
	for _, path := range []string{"/", "/" + poolUnderTest + "/.well-known/jwks.json", "/nowhere"} {
		res, err := http.Get(r.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Header.Get("Date"); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

// An import says what it is, when it was made and what it refuses.
func TestAnImportKeepsWhenAUserWasMade(t *testing.T) {
	r := startRig(t, nil)
	then := r.clock.now().Add(-365 * 24 * time.Hour)
	subs := r.imports(t, mail(0), ImportedUser{Attributes: mail(1).Attributes, Created: then})
	for i, want := range []time.Time{r.clock.now(), then} {
		if u := theUser(t, r, subs[i]); !u.created.Equal(want) || !u.modified.Equal(want) {
			t.Errorf("user %d was made at %v and changed at %v, want %v", i, u.created, u.modified, want)
		}
	}
	r = startRig(t, func(c *Config, _ *Options) { c.UsernameAttributes, c.AliasAttributes = nil, []string{"email"} })
	verified := map[string]string{"email": ada, "email_verified": "true"}
	subs, err := r.Import(ImportedUser{Username: "ada", Attributes: verified}, ImportedUser{Username: "eve", Attributes: verified})
	if len(subs) != 1 || err == nil || !strings.Contains(err.Error(), "user 1") || !strings.Contains(err.Error(), "AliasExistsException") {
		t.Errorf("an alias that another has: %v, %v", subs, err)
	}
	if u := theUser(t, r, subs[0]); u.username != "ada" || !u.verified("email") { // by its sub
		t.Errorf("the sub names %+v", u)
	}
	if _, err := r.Import(ImportedUser{}); err == nil || !strings.Contains(err.Error(), "A user of this pool needs a username.") {
		t.Errorf("a user without a name: %v", err)
	}
	r = startRig(t, func(c *Config, _ *Options) { c.Providers, c.Clients[0].SupportedIdentityProviders = nil, nil })
	for name, want := range map[string]string{"Google": "Google", "Facebook": "Facebook", "LoginWithAmazon": "LoginWithAmazon", "SignInWithApple": "SignInWithApple", "Gone": "OIDC"} {
		if got := r.providerType(name); got != want {
			t.Errorf("the provider %s is of type %s, want %s", name, got, want)
		}
	}
	corp := federation.Provider{Name: "Corp", Type: "SAML", Details: map[string]string{"MetadataURL": "https://idp.example/metadata"}}
	r = startRig(t, func(c *Config, _ *Options) { c.Providers = append(c.Providers, corp) })
	if got := r.providerType("Corp"); got != "SAML" {
		t.Errorf("a provider of the pool is of type %s", got)
	}
}

// A token is for its question alone, and a page of many users goes on where the last one ended.
func TestPagesOfManyUsersMeet(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.CustomAttributes["custom:planname"] = true })
	for i := range 30 {
		r.imports(t, mail(i))
	}
	seen := map[string]bool{}
	pages := idp.NewListUsersPaginator(r.api, &idp.ListUsersInput{UserPoolId: aws.String(poolUnderTest), Limit: aws.Int32(12), AttributesToGet: []string{"email", "identities"}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, email := range emails(page) {
			if seen[email] {
				t.Errorf("%s is there twice", email)
			}
			seen[email] = true
		}
	}
	if len(seen) != 30 {
		t.Errorf("%d users on the pages", len(seen))
	}
	one := r.list(t, idp.ListUsersInput{Limit: aws.Int32(1), AttributesToGet: []string{"custom:planname"}})
	_, err := r.api.ListUsers(t.Context(), &idp.ListUsersInput{UserPoolId: aws.String(poolUnderTest), AttributesToGet: []string{"custom:plan", "name"}, PaginationToken: one.PaginationToken})
	wantRefusal(t, err, "InvalidParameterException", "Invalid pagination token")
}
