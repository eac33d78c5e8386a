package userpool

import (
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// Each operation that this pool has is an administrator's, who names the pool or none, or a
// client's, who does not; the API's model has credentials for the former only.
func TestR48_APageMaySendWhatNamesNoPool(t *testing.T) {
	p := newPool(Config{ID: poolUnderTest}, nil, Options{})
	pages, client := p.pages(), reflect.TypeFor[*idp.Client]()
	both := map[bool]int{}
	// What names a domain is an administrator's, too, and the model demands a signature for
	// client credentials. A link in a mail names the pool and has no credentials.
	other := map[string]bool{"DescribeUserPoolDomain": true, "GetClientToken": true, "UpdateAuthEventFeedback": false}
	// The pinned SDK does not have these yet.
	newer := map[string]bool{
		"ListUserSessions": false, "RevokeUserSession": false, "AdminListUserSessions": true, "AdminRevokeUserSession": true,
		"GetUserPoolSessionConfiguration": true, "SetUserPoolSessionConfiguration": true, "GetClientToken": true,
		"AdminGetUserAuthFactors": true, "AdminDeleteSoftwareToken": true,
	}
	for name := range p.ops {
		namesPool, known := newer[name]
		if method, ok := client.MethodByName(name); ok {
			_, namesPool = method.Type.In(2).Elem().FieldByName("UserPoolId")
			_, namesResource := method.Type.In(2).Elem().FieldByName("ResourceArn")
			namesPool = namesPool || namesResource || name == "CreateUserPool" || name == "ListUserPools"
		} else if !known {
			t.Fatalf("the SDK has no %s", name)
		}
		if administrators, differs := other[name]; differs {
			namesPool = administrators
		}
		r := httptest.NewRequest("POST", "/", strings.NewReader("{}"))
		r.Header.Set("X-Amz-Target", target+name)
		if got := pages(r); got == namesPool {
			t.Errorf("%s: a page may send it: %v", name, got)
		}
		both[namesPool]++
	}
	if both[true] == 0 || both[false] == 0 {
		t.Errorf("compared %v", both)
	}
}

func TestR48_APageMaySendToThePathsOfItsOwn(t *testing.T) {
	pages := newPool(Config{ID: poolUnderTest}, nil, Options{}).pages()
	for method, cases := range map[string]map[string]bool{
		"POST": {"": false, target: false, target + "Nothing": false, "SignUp": false, "DynamoDB_20120810.SignUp": false},
		"GET":  {target + "AdminGetUser": false}, "OPTIONS": {"": true},
	} {
		for operation, want := range cases {
			r := httptest.NewRequest(method, "/", nil)
			r.Header.Set("X-Amz-Target", operation)
			if got := pages(r); got != want {
				t.Errorf("%s %q: %v", method, operation, got)
			}
		}
	}
	for mode, want := range map[string]bool{"navigate": true, "": true, "no-cors": false, "cors": false} {
		r := httptest.NewRequest("GET", "http://localhost/logout", nil)
		if r.Header.Set("Sec-Fetch-Mode", mode); pages(r) != want {
			t.Errorf("/logout by %q: %v", mode, !want)
		}
	}
	for path, want := range map[string]bool{
		"/oauth2/token": true, "/" + poolUnderTest + "/.well-known/jwks.json": true, "/" + poolUnderTest + "/.well-known/openid-configuration": true,
		"/us-east-1_Other/.well-known/jwks.json": true, "/oauth2": false, "//": false, "/api": false, "/login": true, "/loginx": false,
	} {
		if got := pages(httptest.NewRequest("GET", "http://localhost"+path, nil)); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
