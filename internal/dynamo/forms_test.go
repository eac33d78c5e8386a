package dynamo_test

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo/record"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/table/tabletest"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// TestHandMadeWritesEqualTheRecords compares what the functions send for an absent row
// with what attributevalue makes of the record.
func TestHandMadeWritesEqualTheRecords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		key := users.Key{PoolID: "pool", Sub: rapid.String().Draw(rt, "sub")}
		at := time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(rt, "at"))
		seen := users.Snapshot{Key: key, At: at, Source: rapid.String().Draw(rt, "source"), Profile: drawProfile(rt)}
		row, _ := users.MergeProfile(users.ProfileRow{}, seen)
		wanted, err := record.Profile(key, row)
		if got := created(dynamo.Upsert(tableName, seen)); err != nil || !reflect.DeepEqual(got, wanted) {
			rt.Fatalf("PROFILE (error %v):\n  by hand %v\n record %v", err, got, wanted)
		}
		in := users.SignIn{Key: key, At: at, ClientID: rapid.String().Draw(rt, "client")}
		signIn, _ := users.MergeSignIn(table.SignIn{}, in)
		wanted, err = record.SignIn(key, signIn)
		if got := created(dynamo.CountSignIn(tableName, in)); err != nil || !reflect.DeepEqual(got, wanted) {
			rt.Fatalf("SIGNIN (error %v):\n by hand %v\n  record %v", err, got, wanted)
		}
	})
}

func drawProfile(rt *rapid.T) users.Profile {
	p := users.Profile{Username: rapid.String().Draw(rt, "username"), Email: rapid.String().Draw(rt, "email"), EmailCollision: rapid.String().Draw(rt, "collision"), Truncated: rapid.Bool().Draw(rt, "truncated"), Disabled: rapid.Bool().Draw(rt, "disabled")}
	p.EmailVerified = p.Email != "" && rapid.Bool().Draw(rt, "verified")
	if attributes := rapid.MapOfN(rapid.StringN(1, 20, -1), rapid.String(), 0, 3).Draw(rt, "attributes"); len(attributes) > 0 {
		p.Attributes = attributes
	}
	return p
}

// created returns the item that an update makes of an absent row.
func created(in *dynamodb.UpdateItemInput) map[string]types.AttributeValue {
	item, kept := maps.Clone(in.Key), strings.Split(*in.UpdateExpression, " REMOVE ")[0]
	for placeholder, name := range in.ExpressionAttributeNames {
		switch value := in.ExpressionAttributeValues[":"+name]; {
		case strings.Contains(kept, placeholder+" = if_not_exists("+placeholder+", :zero) + :one"):
			item[name] = in.ExpressionAttributeValues[":one"]
		case strings.Contains(kept, placeholder+" = ") && value != nil:
			item[name] = value
		}
	}
	return item
}

// TestHandMadeReadingEqualsTheRecord reads a row with every column, so that a column
// that the decoder lacks shows.
func TestHandMadeReadingEqualsTheRecord(t *testing.T) {
	for name, granted := range map[string]table.Authz{
		"nothing":  {},
		"all":      tabletest.Authz(t),
		"anything": {Extra: map[string]any{"n": json.Number("9007199254740993"), "f": json.Number("1.50"), "s": "", "b": false, "x": nil, "l": []any{}, "m": map[string]any{"m": map[string]any{}}}},
	} {
		item, err := record.Authz(users.Key{PoolID: "p", Sub: "s"}, granted)
		if err != nil {
			t.Fatal(err)
		}
		want := table.Only(granted, table.Lasting)
		if got, err := dynamo.ReadAuthz(item); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is read as %+v (error %v), want %+v", name, got, err, want)
		}
	}
}

// TestR36_TheAttributeListsAreWhatTheRequestsMention compares the lists for IAM with
// the expressions, name by name.
func TestR36_TheAttributeListsAreWhatTheRequestsMention(t *testing.T) {
	full := users.Snapshot{At: time.Now(), Source: "s", Profile: users.Profile{Email: "e"}}
	for what, lists := range map[string][2][]string{
		"PROFILE": {mentioned(dynamo.UpsertSteps(tableName, full)...), dynamo.ProfileAttributes()},
		"erasing": {mentioned(dynamo.EraseSteps(tableName, users.Key{}, time.Now())...), dynamo.EraseAttributes()},
		"SIGNIN":  {mentioned(dynamo.CountSignIn(tableName, users.SignIn{At: time.Now()})), dynamo.SignInAttributes()},
		"LEGACY":  {mentioned(dynamo.Requests(t, waitsAndMoves, "LEGACY#")...), dynamo.LegacyAttributes()},
		"TRIES":   {mentioned(dynamo.Requests(t, waitsAndMoves, "MIGRATE#")...), dynamo.TriesAttributes()},
	} {
		if got, list := slices.Sorted(slices.Values(lists[0])), slices.Sorted(slices.Values(lists[1])); !slices.Equal(got, list) {
			t.Errorf("%s: requests mention %v, the list has %v", what, got, list)
		}
	}
}

// waitsAndMoves calls whatever a trigger calls of the rows of the old app.
func waitsAndMoves(ctx context.Context, s *dynamo.Store) {
	_, _ = s.Reserve(ctx, "p", "n", time.Now(), 5, time.Minute)
	_, _ = s.Waiting(ctx, "p", "n")
	_, _ = s.Prove(ctx, "p", "n", "h", time.Now())
	_, _ = s.Moved(ctx, "p", "n", "u", time.Now())
}

func mentioned(requests ...*dynamodb.UpdateItemInput) []string {
	all := map[string]bool{}
	for _, in := range requests {
		for _, name := range append(slices.Collect(maps.Values(in.ExpressionAttributeNames)), slices.Collect(maps.Keys(in.Key))...) {
			all[name] = true
		}
	}
	return slices.Collect(maps.Keys(all))
}

// TestNoTriggerCanWriteAnAttributeOfAuthz holds what keeps rights apart: IAM cannot
// tell the rows of one partition from each other.
func TestNoTriggerCanWriteAnAttributeOfAuthz(t *testing.T) {
	writable := slices.Concat(dynamo.ProfileAttributes(), dynamo.SignInAttributes())
	for _, name := range table.Names[table.Authz](table.Lasting) {
		if slices.Contains(writable, name) {
			t.Errorf("a trigger may write %s", name)
		}
	}
	for _, name := range []string{"expiresAt", "authzStatus"} {
		if slices.Contains(writable, name) {
			t.Errorf("a trigger may write %s: it could end a suspension", name)
		}
	}
}

// TestR35_AProfileStaysBelowEightKilobytes fills every attribute.
func TestR35_AProfileStaysBelowEightKilobytes(t *testing.T) {
	names := []string{"name", "address", "website"}
	attributes := map[string]string{"email": strings.Repeat("e", users.MaxAddress), "name": "short"}
	for i := range 50 {
		names = append(names, "custom:"+strings.Repeat("x", 10)+string(rune('A'+i)))
	}
	for i, name := range names[1:] {
		attributes[name] = strings.Repeat("v", 2048-40*i)
	}
	mirror, err := users.CompileMirror(policy.Mirror{Attributes: names})
	if err != nil {
		t.Fatal(err)
	}
	for _, username := range []string{"ada", strings.Repeat("u", 2048), strings.Repeat("u", 2049)} {
		key := users.Key{PoolID: strings.Repeat("p", 55), Sub: strings.Repeat("s", users.MaxKey-55)}
		p := mirror.Profile(username, attributes)
		size := sizeOf(created(dynamo.Upsert(tableName, users.Snapshot{Key: key, At: time.Now(), Source: "PostAuthentication_Authentication", Profile: p})))
		size += len("previousEmail") + users.MaxAddress + len("emailChangedAt") + len(table.Time(time.Now()))
		if size > users.MaxProfile || !p.Truncated || p.Attributes["name"] != "short" {
			t.Errorf("PROFILE has %d bytes (truncated %v)", size, p.Truncated)
		}
	}
}

// sizeOf follows the developer guide's "DynamoDB item sizes and formats".
func sizeOf(item map[string]types.AttributeValue) (size int) {
	for name, value := range item {
		size += len(name)
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			size += len(v.Value)
		case *types.AttributeValueMemberM:
			size += 3 + len(v.Value) + sizeOf(v.Value)
		default:
			size += 21 // the longest number
		}
	}
	return size
}
