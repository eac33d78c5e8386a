package live_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"go.uber.org/goleak"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/live"
)

func TestMain(m *testing.M) {
	// Idle connections of the SDK's clients to closed servers.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("net/http.(*persistConn).readLoop"),
		goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop"), goleak.IgnoreTopFunction("internal/poll.runtime_pollWait"))
}

func isThrottled(err error) bool { return errors.Is(err, sweep.ErrThrottled) }

// date is the Date of every reply of a script.
var date = noon.Add(7 * time.Second)

func poolAt(url string) *live.Pool {
	return live.NewPool(cognito.New(cognito.Options{
		Region: "eu-west-1", BaseEndpoint: &url, HTTPClient: awshttp.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}), poolID)
}

const ada = `"Username":"ada","Enabled":false,"UserStatus":"CONFIRMED","UserLastModifiedDate":1772366400.123,"UserCreateDate":1}`

func isAda(u sweep.User) bool {
	return u.Sub == "sub-a" && u.Username == "ada" && u.Disabled && u.Status == "CONFIRMED" && u.Attributes["email"] == "a@b.example" &&
		u.ModifiedAt.Equal(noon.Add(123*time.Millisecond))
}

func TestAPageHasItsUsersAndTheServicesTime(t *testing.T) {
	s := play(t, says(200, `{"PaginationToken":"more","Users":[{"Attributes":[{"Name":"sub","Value":"sub-a"},{"Name":"email","Value":"a@b.example"}],`+ada+`]}`), says(200, `{"Users":[]}`))
	page, err := poolAt(s.URL).List(t.Context(), "", "")
	if err != nil || len(page.Users) != 1 || !isAda(page.Users[0]) || page.Next != "more" || !page.At.Equal(date) {
		t.Errorf("page %+v, error %v", page, err)
	}
	if s.asked[0] != `{"Limit":60,"UserPoolId":"`+poolID+`"}` {
		t.Errorf("asked %s", s.asked[0])
	}
	if page, err = poolAt(s.URL).List(t.Context(), "", page.Next); err != nil || len(page.Users) != 0 || page.Next != "" || !strings.Contains(s.asked[1], `"PaginationToken":"more"`) {
		t.Errorf("page %+v, error %v", page, err)
	}
}

func TestAnAnswerHasTheServicesTimeAlsoWhenThereIsNobody(t *testing.T) {
	s := play(
		t, says(200, `{"UserAttributes":[{"Name":"sub","Value":"sub-a"},{"Name":"email","Value":"a@b.example"}],`+ada),
		says(400, `{"__type":"UserNotFoundException","message":"User does not exist."}`),
	)
	answer, err := poolAt(s.URL).Get(t.Context(), "ada")
	if err != nil || !answer.Found || !isAda(answer.User) || !answer.At.Equal(date) {
		t.Errorf("answer %+v, error %v", answer, err)
	}
	answer, err = poolAt(s.URL).Get(t.Context(), "bob")
	if err != nil || answer.Found || !answer.At.Equal(date) {
		t.Errorf("answer %+v, error %v", answer, err)
	}
}

// Something else may have answered: such a reply does not prove that a user is gone.
func TestAnAnswerWithoutASubIsNobodyElse(t *testing.T) {
	for _, reply := range []string{`{}`, `{` + ada, `{"UserAttributes":[{"Name":"email","Value":"a@b.example"}],` + ada} {
		s := play(t, says(200, reply))
		if answer, err := poolAt(s.URL).Get(t.Context(), "ada"); err == nil || strings.Contains(err.Error(), "a@b") {
			t.Errorf("%s: answer %+v, error %v", reply, answer, err)
		}
	}
}

// The sweep counts the calls of a second.
func TestAThrottledCallIsNotRepeatedHere(t *testing.T) {
	throttled := says(400, `{"__type":"TooManyRequestsException","message":"Rate exceeded"}`)
	s := play(t, throttled, throttled)
	pool := poolAt(s.URL)
	if _, err := pool.List(t.Context(), "", ""); !isThrottled(err) {
		t.Errorf("ListUsers: %v", err)
	}
	if _, err := pool.Get(t.Context(), "ada"); !isThrottled(err) {
		t.Errorf("AdminGetUser: %v", err)
	}
}

func TestAFaultOfTheServiceIsRepeated(t *testing.T) {
	t.Parallel()
	s := play(t, says(500, `{"__type":"InternalErrorException"}`), says(200, `{"Users":[]}`))
	if _, err := poolAt(s.URL).List(t.Context(), "", ""); err != nil {
		t.Error(err)
	}
}

func TestATokenThatIsTooOldSaysSo(t *testing.T) {
	refused := says(http.StatusBadRequest, `{"__type":"InvalidParameterException","message":"Invalid pagination token"}`)
	s := play(t, refused, refused)
	if _, err := poolAt(s.URL).List(t.Context(), "", "old"); !errors.Is(err, sweep.ErrToken) {
		t.Errorf("with a token: %v", err)
	}
	if _, err := poolAt(s.URL).List(t.Context(), "", ""); err == nil || errors.Is(err, sweep.ErrToken) {
		t.Errorf("without one: %v", err)
	}
}

func TestAPoolThatDoesNotExistIsAnError(t *testing.T) {
	missing := says(400, `{"__type":"ResourceNotFoundException","message":"User pool does not exist."}`)
	s := play(t, missing, missing)
	if _, err := poolAt(s.URL).Get(t.Context(), "ada"); err == nil {
		t.Error("a pool that is not there has nobody who is gone")
	}
	if _, err := poolAt(s.URL).Estimate(t.Context()); err == nil {
		t.Error("a pool that is not there names no estimate")
	}
}

// A pool that does not name an estimate, or not to this caller, has none. Whatever else
// fails fails the pass.
func TestR47_WhichRepliesAreNoEstimate(t *testing.T) {
	for _, c := range []struct {
		status    int
		body      string
		want      int
		known     bool
		throttled bool
	}{
		{200, `{"UserPool":{"EstimatedNumberOfUsers":42}}`, 42, true, false},
		{200, `{"UserPool":{"Id":"x"}}`, 0, true, false},
		{200, `{}`, 0, true, false},
		{400, `{"__type":"AccessDeniedException","Message":"not authorized to perform: cognito-idp:DescribeUserPool"}`, 0, true, false},
		{400, `{"__type":"NotAuthorizedException","message":"no"}`, 0, true, false},
		{400, `{"__type":"TooManyRequestsException","message":"Rate exceeded"}`, 0, false, true},
		{400, `{"__type":"UnrecognizedClientException","message":"The security token is invalid"}`, 0, false, false},
		{400, `{"__type":"InvalidParameterException","message":"no"}`, 0, false, false},
	} {
		reply := says(c.status, c.body)
		s := play(t, reply, reply, reply) // the SDK may take a refusal for a wrong clock
		got, err := poolAt(s.URL).Estimate(t.Context())
		if got != c.want || (err == nil) != c.known || isThrottled(err) != c.throttled {
			t.Errorf("%s: %d, error %v", c.body, got, err)
		}
		if s.asked[0] != `{"UserPoolId":"`+poolID+`"}` || c.throttled && len(s.asked) > 1 {
			t.Errorf("asked %s", s.asked)
		}
	}
}
