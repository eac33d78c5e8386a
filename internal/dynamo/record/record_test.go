package record

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A row that was edited by hand must not stop a sweep, and a time of the wrong type must
// not pass for one.
func TestTimesOfARowEditedByHand(t *testing.T) {
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	number := func(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }
	for name, c := range map[string]struct {
		column string
		value  types.AttributeValue
		want   time.Time
		fails  bool
	}{
		"a time":         {"deletedAt", text("2026-03-01T12:00:00.000Z"), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), false},
		"an empty time":  {"deletedAt", text(""), time.Time{}, false},
		"a number":       {"deletedAt", number("1"), time.Time{}, true},
		"no time at all": {"deletedAt", text("yesterday"), time.Time{}, true},
		"an expiry":      {"expiresAt", number("1"), time.Unix(1, 0).UTC(), false},
		"no expiry":      {"expiresAt", number("0"), time.Time{}, false},
	} {
		item := map[string]types.AttributeValue{c.column: c.value}
		profile, err := ReadProfile(item)
		signIn, signInErr := ReadSignIn(item)
		if (err != nil) != c.fails || (signInErr != nil) != c.fails {
			t.Errorf("%s: the errors are %v and %v", name, err, signInErr)
		}
		of := map[string][2]time.Time{"deletedAt": {profile.DeletedAt, signIn.DeletedAt}, "expiresAt": {profile.ExpiresAt, signIn.ExpiresAt}}
		if got := of[c.column]; got != [2]time.Time{c.want, c.want} {
			t.Errorf("%s is read as %v", name, got)
		}
	}
}

func TestAnAuthzRowMadeByHandMayHaveAnyTime(t *testing.T) {
	for _, at := range []types.AttributeValue{&types.AttributeValueMemberS{Value: "yesterday"}, &types.AttributeValueMemberN{Value: "1"}} {
		row, err := readAuthz(map[string]types.AttributeValue{"authzTenant": &types.AttributeValueMemberS{Value: "acme"}, "authzAt": at})
		if err != nil || row.Tenant != "acme" || !row.At.IsZero() {
			t.Errorf("%v: the row is %+v with error %v", at, row, err)
		}
	}
}
