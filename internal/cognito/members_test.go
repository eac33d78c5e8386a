package cognito_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

// A set of names is an array up to 24 names and then a map. It must find a duplicate
// of any earlier name, and take no other name for one.
func TestR4_ADuplicateIsFoundInObjectsOfEverySize(t *testing.T) {
	for _, size := range []int{1, 2, 23, 24, 25, 26, 27, 100} {
		object := manyMembers(size)
		if _, err := cognito.Parse([]byte(`{` + object + `}`)); err != nil {
			t.Errorf("%d different members: %v", size, err)
		}
		for first := range size {
			doc := fmt.Sprintf(`{%s,"m%d":0}`, object, first)
			if _, err := cognito.Parse([]byte(doc)); !errors.Is(err, cognito.ErrDuplicate) {
				t.Errorf("member %d of %d a second time: got %v", first, size, err)
			}
		}
	}
}

func TestAnEmptyNameIsANameLikeAnyOther(t *testing.T) {
	for _, doc := range []string{`{"a":1,"":2}`, `{"":1,"a":2}`, `{` + manyMembers(30) + `,"":2}`} {
		if _, err := cognito.Parse([]byte(doc)); err != nil {
			t.Errorf("%.20s: %v", doc, err)
		}
	}
	if _, err := cognito.Parse([]byte(`{"":1,"a":2,"":3}`)); !errors.Is(err, cognito.ErrDuplicate) {
		t.Errorf("twice: got %v", err)
	}
}

// An object of the event may have 1000 members (maxMembers).
func TestR5_AnObjectHasAtMost1000Members(t *testing.T) {
	for _, form := range []string{`{%s}`, `{"callerContext":{%s}}`, `{"request":{%s}}`, `{"request":{"userAttributes":{%s}}}`} {
		for members, want := range map[int]error{1000: nil, 1001: cognito.ErrTooLarge} {
			event, err := cognito.Parse(fmt.Appendf(nil, form, manyMembers(members)))
			if err == nil {
				_, err = event.PreSignUp()
			}
			if !errors.Is(err, want) {
				t.Errorf(form+": got %v, want %v", members, err, want)
			}
		}
	}
}
