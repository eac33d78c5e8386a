package dynamo

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// TestWhatCannotBeReadOfARowIsNamed expects attribute and type, never the value, and
// that a suspended user stays suspended.
func TestWhatCannotBeReadOfARowIsNamed(t *testing.T) {
	secret, fraction := text("secret"), &types.AttributeValueMemberN{Value: "1.5"}
	const member = "*types.AttributeValueMember"
	for attribute, c := range map[string]struct {
		value types.AttributeValue
		want  string
	}{
		"authzRoles":       {secret, "authzRoles has a value of type " + member + "S, which cannot be read"},
		"authzTenants":     {&types.AttributeValueMemberL{Value: []types.AttributeValue{number(1)}}, "authzTenants has a value of type " + member + "N, which cannot be read"},
		"authzTenant":      {truth(true), "authzTenant has a value of type " + member + "BOOL, which cannot be read"},
		"authzTenantRoles": {&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"secret": secret}}, "authzTenantRoles has a value of type " + member + "S, which cannot be read"},
		"authzExtra":       {secret, "authzExtra has a value of type " + member + "S, which cannot be read"},
		"authzRev":         {fraction, "authzRev is no whole number"},
	} {
		got, err := ReadAuthz(map[string]types.AttributeValue{"authzStatus": text("suspended"), attribute: c.value})
		if err == nil || err.Error() != c.want || !reflect.DeepEqual(got, table.Authz{Status: table.Suspended}) {
			t.Errorf("%s is read as %+v with error %v, want %s", attribute, got, err, c.want)
		}
	}
	for value, want := range map[types.AttributeValue]string{
		text("banned"): "authzStatus is none of active, suspended and deleted",
		number(1):      "authzStatus has a value of type " + member + "N, which cannot be read",
	} {
		if got, err := ReadAuthz(map[string]types.AttributeValue{"authzStatus": value}); err == nil || err.Error() != want || !reflect.DeepEqual(got, table.Authz{Status: table.Unreadable}) {
			t.Errorf("a status is read as %+v with error %v, want %s", got, err, want)
		}
	}
	for value, want := range map[types.AttributeValue]string{
		&types.AttributeValueMemberN{Value: "Infinity"}:  "authzExtra has a number that JSON cannot write",
		&types.AttributeValueMemberB{Value: []byte("x")}: "authzExtra has a value of type " + member + "B, which cannot be read",
	} {
		if _, err := ReadAuthz(map[string]types.AttributeValue{"authzExtra": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"a": value}}}); err == nil || err.Error() != want {
			t.Errorf("a claim has the error %v, want %s", err, want)
		}
	}
}

func TestARevisionIsAWholeNumberOrNothing(t *testing.T) {
	for value, want := range map[types.AttributeValue]int64{
		number(11): 11, number(math.MaxInt64): math.MaxInt64, number(-1): -1,
		text("11"): 0, &types.AttributeValueMemberN{Value: "1.5"}: 0, &types.AttributeValueMemberN{Value: "9223372036854775808"}: 0,
	} {
		if got, err := decodeWhole("authzRev", value); got != want || (err == nil) != (want != 0) {
			t.Errorf("%v is read as %d with error %v", value, got, err)
		}
	}
	if _, err := decodeWhole("authzRev", text("11")); err.Error() != "authzRev has a value of type *types.AttributeValueMemberS, which cannot be read" {
		t.Errorf("the error is %v", err)
	}
	if got, err := decodeWhole("authzRev", nil); got != 0 || err != nil {
		t.Errorf("an absent revision is read as %d with error %v", got, err)
	}
}

func TestAListKeepsItsElements(t *testing.T) {
	list := &types.AttributeValueMemberL{Value: []types.AttributeValue{text("a"), number(2), truth(false)}}
	got, err := decodeAny(list)
	if err != nil || fmt.Sprint(got) != "[a 2 false]" {
		t.Errorf("got %v with error %v", got, err)
	}
}

// TestAFailedReadSaysWhatAndWhy expects no more than that.
func TestAFailedReadSaysWhatAndWhy(t *testing.T) {
	for body, want := range map[string][3]string{
		`{"Responses":{},"UnprocessedKeys":{"mirror":{"Keys":[{"pk":{"S":"x"}}]}}}`: {"reading AUTHZ: UnprocessedKeys", "reading AUTHZ", "the read was answered in part"},
		rows(`{"authzRev":{"N":"1"}}`):                                              {"decoding AUTHZ: unreadable", "decoding AUTHZ", "a row has no sort key"},
	} {
		_, err := answered(t, body).Access(t.Context(), ada, "")
		failure, ok := errors.AsType[*Error](err)
		if !ok || failure.Error() != want[0] || failure.Operation() != want[1] || failure.Unwrap().Error() != want[2] {
			t.Errorf("the error is %v because of %v, want %q", err, errors.Unwrap(err), want)
		}
	}
}

func TestACallThatWasCalledOffSaysSo(t *testing.T) {
	s, _ := at(t, newStub(t, blackhole).URL)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := signIn(ctx, s); codeIn(t, err) != "cancelled" || err.(*Error).Lasting() {
		t.Errorf("the error is %v", err)
	}
	if code := codeOf(fmt.Errorf("x: %w", context.Canceled)); code != "cancelled" {
		t.Errorf("the code is %s", code)
	}
	if code := codeOf(errors.New("anything else")); code != "unreadable" {
		t.Errorf("the code is %s", code)
	}
}

func TestAStoreOverAnotherClientIsTheSame(t *testing.T) {
	s, answers := scriptedStore(t, ccf)
	if write, err := signIn(t.Context(), Over(s.client, "another")); write != users.Advanced || err != nil || answers.calls != 2 {
		t.Errorf("the write was %q with error %v after %d requests", write, err, answers.calls)
	}
}
