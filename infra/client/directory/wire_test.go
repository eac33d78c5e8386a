package directory_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/between"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func operation(r *http.Request) string {
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return name
}

// The row is written, the reply lost, and the SDK's next attempt fails its own
// condition: that is a success.
func TestAChangeWhoseReplyIsLostIsMadeOnceAndSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub := w.ada(t).Sub
	var updates atomic.Int64
	lossy := between.Proxy(t, w.url, func(out http.ResponseWriter, r *http.Request, _ []byte, pass http.Handler) {
		if operation(r) == "UpdateItem" && updates.Add(1)%2 == 1 {
			pass.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		pass.ServeHTTP(out, r)
	})
	d := directory.New(client(lossy), tableName, pool)
	for want := range int64(3) {
		granted := change(t, d, sub, directory.SetRoles("editor"), directory.SetClaim("price", json.Number("1.50")))
		if granted.Rev != want+1 {
			t.Errorf("change %d has rev %d", want+1, granted.Rev)
		}
	}
	if updates.Load() != 6 || w.access(t, sub).Authz.Rev != 3 {
		t.Errorf("%d attempts made rev %d", updates.Load(), w.access(t, sub).Authz.Rev)
	}
}

// A caller may make the Authz that it saw by hand, with lists that are empty and not nil.
func TestALostReplyToARowMadeByHandIsASuccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen := directory.Authz{Sub: w.ada(t).Sub, Authz: table.Authz{Status: directory.Active, Roles: []string{}, Tenants: []string{}, Tenant: "acme", TenantRoles: map[string][]string{"acme": {}}}}
	var updates atomic.Int64
	lossy := between.Proxy(t, w.url, func(out http.ResponseWriter, r *http.Request, _ []byte, pass http.Handler) {
		if operation(r) == "UpdateItem" && updates.Add(1) == 1 {
			pass.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		pass.ServeHTTP(out, r)
	})
	granted, err := directory.New(client(lossy), tableName, pool).Change(t.Context(), seen, "grace", directory.SetClaim("plan", "gold"))
	if err != nil || granted.Roles != nil || granted.Tenants != nil || granted.TenantRoles != nil || updates.Load() != 2 {
		t.Errorf("the row is %+v (error %v) after %d attempts", granted, err, updates.Load())
	}
}

// A deletion between reading and writing is noticed.
func TestR32_ADeletionInTheMiddleOfAChangeWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key := w.ada(t)
	racing := between.Proxy(t, w.url, func(out http.ResponseWriter, r *http.Request, _ []byte, pass http.Handler) {
		if operation(r) == "UpdateItem" {
			if err := w.store.Erase(t.Context(), key, noon); err != nil {
				t.Error(err)
			}
		}
		pass.ServeHTTP(out, r)
	})
	d := directory.New(client(racing), tableName, pool)
	seen, err := d.Authz(t.Context(), key.Sub)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Change(t.Context(), seen, "grace", directory.SetRoles("admin")); !errors.Is(err, directory.ErrDeleted) {
		t.Errorf("got %v", err)
	}
	if !w.access(t, key.Sub).Deleted {
		t.Error("the user is back")
	}
}

// An index lags a moment. The proxy makes it look as if ada had just had another
// address.
func TestByEmailDoesNotTrustTheIndex(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ada(t)
	stale := between.Proxy(t, w.url, func(out http.ResponseWriter, r *http.Request, body []byte, pass http.Handler) {
		changed := strings.Replace(string(body), "was@example.com", "ada@example.com", 1)
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(changed)), int64(len(changed))
		pass.ServeHTTP(out, r)
	})
	d := directory.New(client(stale), tableName, pool)
	if found, err := d.ByEmail(t.Context(), "was@example.com"); err != nil || len(found) > 0 {
		t.Errorf("found %v (error %v)", found, err)
	}
}

func TestAStoreThatDoesNotAnswerIsNoneOfTheDirectorysErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sub := w.ada(t).Sub
	broken := between.Proxy(t, w.url, func(out http.ResponseWriter, _ *http.Request, _ []byte, _ http.Handler) {
		out.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(out, `{"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"}`)
	})
	d := directory.New(client(broken), tableName, pool)
	_, profile := d.Profile(t.Context(), sub)
	_, signIn := d.SignIn(t.Context(), sub)
	_, authz := d.Authz(t.Context(), sub)
	_, search := d.ByEmail(t.Context(), "ada@example.com")
	_, change := d.Change(t.Context(), directory.Authz{Sub: sub}, "grace", directory.Suspend())
	for what, err := range map[string]error{"PROFILE": profile, "SIGNIN": signIn, "AUTHZ": authz, "searching": search, "changing": change} {
		if err == nil || !strings.Contains(err.Error(), "AccessDenied") || !strings.Contains(err.Error(), what) || strings.Contains(err.Error(), sub) || strings.Contains(err.Error(), "ada") {
			t.Errorf("%s: %v", what, err)
		}
		for _, kind := range []error{directory.ErrConflict, directory.ErrDeleted, directory.ErrInvalid, directory.ErrNotFound, directory.ErrSchema} {
			if errors.Is(err, kind) {
				t.Errorf("%s: %v is %v", what, err, kind)
			}
		}
	}
}

// TestR36_TheAttributeListsAreWhatTheRequestsMention compares the lists for IAM with
// the requests, name by name.
func TestR36_TheAttributeListsAreWhatTheRequestsMention(t *testing.T) {
	ctx, hit := t.Context(), `{"Items":[{"pk":{"S":"`+table.User(pool, "s")+`"},"sk":{"S":"PROFILE"}}]}`
	s := playWith(t, newCognito(map[string]*person{"ada": {"s", true, true}}), live, live, hit, live, gets, live, named, ok)
	_, profile := s.Profile(ctx, "s")
	_, signIn := s.SignIn(ctx, "s")
	_, search := s.ByEmail(ctx, "ada@example.com")
	_, suspend := s.Suspend(ctx, "s", "grace")
	if err := errors.Join(profile, signIn, search, suspend); err != nil {
		t.Fatal(err)
	}
	lists := []string{"read", "read", "email", "read", "manage", "manage", "username", "change"} // by request
	mentioned := map[string]map[string]bool{"read": {}, "email": {}, "manage": {}, "change": {}, "username": {}}
	for i, asked := range s.asked {
		var request struct {
			Key                      map[string]any
			ExpressionAttributeNames map[string]string
			ProjectionExpression     string
			ConsistentRead           bool
		}
		name, body, _ := strings.Cut(asked, " ")
		if err := json.Unmarshal([]byte(body), &request); err != nil {
			t.Fatal(err)
		}
		for _, attribute := range slices.Concat(slices.Collect(maps.Keys(request.Key)), slices.Collect(maps.Values(request.ExpressionAttributeNames))) {
			mentioned[lists[i]][attribute] = true
		}
		if name != "UpdateItem" && request.ProjectionExpression == "" {
			t.Errorf("%s asks for every attribute", asked)
		}
		if name == "GetItem" && !request.ConsistentRead {
			t.Errorf("a row is not read consistently: %s", asked)
		}
	}
	for list, want := range map[string][]string{"username": directory.UsernameAttributes(), "read": directory.ReadAttributes(), "email": directory.EmailAttributes(), "manage": directory.ManagementAttributes(), "change": directory.ChangeAttributes()} {
		if got := slices.Sorted(maps.Keys(mentioned[list])); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
			t.Errorf("%s: requests mention\n%v, the list has\n%v", list, got, want)
		}
	}
}

func TestReadingAndManagingShareTheKeysAndTheTombstoneOnly(t *testing.T) {
	for _, name := range directory.ManagementAttributes() {
		if slices.Contains(directory.ReadAttributes(), name) && !slices.Contains([]string{"pk", "sk", "deletedAt"}, name) {
			t.Errorf("both name %s", name)
		}
	}
	for _, name := range table.Names[table.Authz](table.Lasting) {
		if !slices.Contains(directory.ManagementAttributes(), name) {
			t.Errorf("management does not name %s", name)
		}
	}
}

// Every name and value is bound: nothing that a caller passes becomes part of an
// expression.
func TestNothingGivenBecomesAnExpression(t *testing.T) {
	d := directory.New(client("http://127.0.0.1:1"), tableName, pool)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.String())
		row := directory.Authz{Sub: rapid.String().Draw(t, "sub"), Authz: table.Authz{
			Roles: words.Draw(t, "roles"), Tenants: words.Draw(t, "tenants"), TenantRoles: map[string][]string{"x" + rapid.String().Draw(t, "tenant"): words.Draw(t, "its roles")}, By: "x" + rapid.String().Draw(t, "by"),
			Extra: map[string]any{"x" + rapid.String().Draw(t, "claim"): rapid.String().Draw(t, "value")},
		}}
		in, err := d.Update(row, 1)
		plain, plainErr := d.Update(directory.Authz{Sub: "s", Authz: table.Authz{Roles: listOf(row.Roles), Tenants: listOf(row.Tenants), TenantRoles: map[string][]string{"x": {"y"}}, By: "x", Extra: map[string]any{"a": "b"}}}, 1)
		if err != nil || plainErr != nil {
			t.Fatal(err, plainErr)
		}
		if *in.UpdateExpression != *plain.UpdateExpression || *in.ConditionExpression != *plain.ConditionExpression || !maps.Equal(in.ExpressionAttributeNames, plain.ExpressionAttributeNames) {
			t.Fatalf("the request is %+v", in)
		}
	})
}

func listOf(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return []string{"x"}
}

// The table keeps exactly what counts as keepable, and refuses the rest, too.
func TestTheTableKeepsTheNumbersThatAreLetThrough(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, number := range []string{
		"0", "-0", "0.0", "1", "-1.50", "1e3", "9007199254740993", "12345678901234567890123456789012345678", "1e125", "9.99e125", "1e-130", "0.00e999",
		"123456789012345678901234567890123456789", "1e126", "1e-131", "1e9999999999", "1.5e-131", "100000000000000000000000000000000000000000",
	} {
		key := users.Key{PoolID: pool, Sub: "number"}
		_, err := w.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: new(tableName), Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: table.User(key.PoolID, key.Sub)}, "sk": &types.AttributeValueMemberS{Value: "AUTHZ"}, "n": &types.AttributeValueMemberN{Value: number},
		}})
		if kept := err == nil; directory.Keepable(json.Number(number)) && !kept {
			t.Errorf("%s is let through, and the table says %v", number, err)
		} else if !directory.Keepable(json.Number(number)) && kept {
			t.Logf("%s is refused, and this table would keep it", number)
		}
	}
	for _, number := range []string{"123456789012345678901234567890123456789", "1e126", "1e-131", "1e9999999999"} {
		if directory.Keepable(json.Number(number)) {
			t.Errorf("%s is let through", number)
		}
	}
}
