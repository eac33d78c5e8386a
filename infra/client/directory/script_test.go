package directory_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// script is a table that sends one reply after the other and keeps its requests, for what
// a real one does rarely. Each reply must be asked for.
type script struct {
	*directory.Directory
	asked []string // the operation and the body
}

func play(t *testing.T, replies ...string) *script { return playWith(t, nil, replies...) }

// playWith is a script beside a pool.
func playWith(t *testing.T, cog *cognitoPool, replies ...string) *script {
	t.Helper()
	s := &script{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.asked = append(s.asked, operation(r)+" "+string(body))
		if len(s.asked) > len(replies) {
			t.Errorf("one request too many: %s", s.asked[len(s.asked)-1])
			return
		}
		reply := replies[len(s.asked)-1]
		if strings.Contains(reply, "__type") {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = io.WriteString(w, reply)
	}))
	t.Cleanup(func() {
		server.Close()
		if len(s.asked) < len(replies) {
			t.Errorf("%d requests of %d: %.40q", len(s.asked), len(replies), s.asked)
		}
	})
	options := []directory.Option{at(noon)}
	if cog != nil {
		options = append(options, directory.WithPool(cog))
	}
	s.Directory = directory.New(client(server.URL), tableName, pool, options...)
	return s
}

const (
	absent  = `{}`
	refused = `{"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"}`
	failed  = `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional request failed"}`
	live    = `{"Item":{"pk":{"S":"x"},"sk":{"S":"PROFILE"}}}`
)

// item is a reply with a row.
func item(attributes string) string { return `{"Item":{` + attributes + `}}` }

var kinds = []error{directory.ErrConflict, directory.ErrDeleted, directory.ErrInvalid, directory.ErrNotFound, directory.ErrSchema}

// isOther fails unless an error is none of the package's own and has these texts.
func isOther(t *testing.T, err error, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%q is not in %v", text, err)
		}
	}
	for _, kind := range kinds {
		if errors.Is(err, kind) {
			t.Errorf("%v is %v", err, kind)
		}
	}
}

func TestARowThatCannotBeReadIsAnErrorAndNotAGuess(t *testing.T) {
	profile, err := play(t, item(`"createdAt":{"S":"yesterday"},"email":{"S":"a@b.example"}`)).Profile(t.Context(), "s")
	isOther(t, err, "reading PROFILE: ", "yesterday")
	signIn, err := play(t, item(`"firstSignInAt":{"S":"yesterday"},"lastClient":{"S":"web"}`)).SignIn(t.Context(), "s")
	isOther(t, err, "reading SIGNIN: ", "yesterday")
	authz, err := play(t, item(`"authzRoles":{"N":"1"}`)).Authz(t.Context(), "s")
	isOther(t, err, "reading AUTHZ: ", "correct it by hand", "authzRoles")
	if !reflect.DeepEqual(profile, directory.Profile{}) || signIn != (directory.SignIn{}) || !reflect.DeepEqual(authz, directory.Authz{}) {
		t.Errorf("read %+v, %+v, %+v", profile, signIn, authz)
	}
}

// A user may be deleted or move between the two reads.
func TestASearchReadsEachHitOfThisPoolAgain(t *testing.T) {
	hit := func(pool, sub string) string {
		return fmt.Sprintf(`{"pk":{"S":%q},"sk":{"S":"PROFILE"}}`, table.User(pool, sub))
	}
	hits := strings.Join([]string{hit(pool, "gone"), hit(pool+"x", "foreign"), hit(pool, "deleted"), hit(pool, "moved"), hit(pool, "ada")}, ",")
	s := play(
		t, `{"Items":[`+hits+`]}`, absent, item(`"deletedAt":{"S":"2026-03-01T12:00:00.000Z"}`),
		item(`"email":{"S":"new@example.com"}`), item(`"email":{"S":"Ada@Example.com"}`),
	)
	found, err := s.ByEmail(t.Context(), "ada@example.com")
	if err != nil || len(found) != 1 || found[0].Sub != "ada" || found[0].Email != "Ada@Example.com" {
		t.Errorf("found %+v, error %v", found, err)
	}
	if slices.ContainsFunc(s.asked[1:], func(asked string) bool { return strings.Contains(asked, "foreign") }) {
		t.Errorf("the row of another pool was read: %q", s.asked)
	}
}

func TestASearchThatCannotReadAHitFindsNobody(t *testing.T) {
	hit := `{"Items":[{"pk":{"S":"` + table.User(pool, "ada") + `"},"sk":{"S":"PROFILE"}}]}`
	found, err := play(t, hit, refused).ByEmail(t.Context(), "ada@example.com")
	isOther(t, err, "reading PROFILE: asking the table mirror: ", "AccessDenied")
	if len(found) > 0 {
		t.Errorf("found %+v", found)
	}
	found, err = play(t, refused).ByEmail(t.Context(), "ada@example.com")
	isOther(t, err, "searching by e-mail address: asking the index byEmail of the table mirror: ", "AccessDenied")
	if len(found) > 0 {
		t.Errorf("found %+v", found)
	}
	if found, err = play(t).ByEmail(t.Context(), ""); err != nil || len(found) > 0 { // the index cannot be asked for it
		t.Errorf("found %+v, error %v", found, err)
	}
}

// The condition of the change failed. What the row then is decides.
func TestAFailedConditionIsAChangeMadeBeforeOrAConflict(t *testing.T) {
	row := func(extra, by string, rev int) string {
		return item(fmt.Sprintf(`"authzRoles":{"L":[{"S":"editor"}]},"authzStatus":{"S":"active"},"authzExtra":{"M":{%s}},"authzBy":{"S":%q},"authzRev":{"N":"%d"},"authzAt":{"S":%q},"authzSchema":{"N":"1"}`,
			extra, by, rev, table.Time(noon)))
	}
	const ours = `"price":{"N":"1.5"}`
	for _, c := range []struct {
		name    string
		replies []string
		want    error
	}{
		{"made before", []string{row(ours, "grace", 1), live}, nil},
		{"made before, read in another form", []string{row(`"price":{"N":"1.50"}`, "grace", 1), live}, nil},
		{"another claim", []string{row(`"price":{"N":"1.6"}`, "grace", 1), live}, directory.ErrConflict},
		{"a claim more", []string{row(ours+`,"plan":{"S":"gold"}`, "grace", 1), live}, directory.ErrConflict},
		{"no claim", []string{row(``, "grace", 1), live}, directory.ErrConflict},
		{"another writer", []string{row(ours, "bob", 1), live}, directory.ErrConflict},
		{"a later change", []string{row(ours, "grace", 2), live}, directory.ErrConflict},
		{"no row", []string{absent, live}, directory.ErrConflict},
		{"deleted", []string{item(`"authzStatus":{"S":"deleted"}`)}, directory.ErrDeleted},
		{"deleted by now", []string{row(ours, "grace", 1), item(`"deletedAt":{"S":"x"}`)}, directory.ErrDeleted},
		{"newer", []string{item(`"authzSchema":{"N":"2"}`)}, directory.ErrSchema},
	} {
		s := play(t, append([]string{failed}, c.replies...)...)
		got, err := s.Change(t.Context(), directory.Authz{Sub: "s", Authz: table.Authz{Status: directory.Active}}, "grace", directory.SetRoles("editor"), directory.SetClaim("price", 1.50))
		want := directory.Authz{}
		if c.want == nil {
			want = directory.Authz{Sub: "s", Authz: table.Authz{
				Schema: 1, Roles: []string{"editor"}, Status: directory.Active, Extra: got.Extra, Rev: 1, By: "grace", At: noon,
			}}
		}
		if !errors.Is(err, c.want) || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, error %v", c.name, got, err)
		}
	}
	for _, replies := range [][]string{{refused}, {row(ours, "grace", 1), refused}} {
		_, err := play(t, append([]string{failed}, replies...)...).Change(t.Context(), directory.Authz{Sub: "s"}, "grace", directory.Suspend())
		isOther(t, err, "changing AUTHZ: asking the table mirror: ", "AccessDenied")
	}
	_, err := play(t, refused).Change(t.Context(), directory.Authz{Sub: "s"}, "grace", directory.Suspend())
	isOther(t, err, "changing AUTHZ: writing to the table mirror: ", "AccessDenied")
}

// unwritable is a value that no item can hold.
type unwritable struct{}

func (unwritable) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	return nil, errors.New("no such value")
}

func TestARowThatCannotBeWrittenIsNotSent(t *testing.T) {
	seen := directory.Authz{Sub: "s", Authz: table.Authz{Extra: map[string]any{"x": unwritable{}}}}
	got, err := play(t).Change(t.Context(), seen, "grace", directory.Suspend())
	isOther(t, err, "changing AUTHZ: writing the row as an item: ", "no such value")
	if !reflect.DeepEqual(got, directory.Authz{}) {
		t.Errorf("changed %+v", got)
	}
}

// Each error says what to do.
func TestTheErrorsSayWhatToDo(t *testing.T) {
	for err, want := range map[error]string{
		directory.ErrNotFound: "check the pool and the sub", directory.ErrDeleted: "a new account has a new sub", directory.ErrConflict: "read it again",
		directory.ErrSchema: "update this program", directory.ErrInvalid: "cannot be changed like this",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}
