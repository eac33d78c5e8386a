package attach_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/attach/attachtest"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
)

// odd is a pool that is described with a text of its own.
type odd struct {
	*attachtest.World
	text string
}

func (o odd) Describe(context.Context) (json.RawMessage, error) { return json.RawMessage(o.text), nil }

func TestR83_AnOddDescriptionIsRefused(t *testing.T) {
	for _, text := range []string{
		`null`, `7`, `[]`, `{"Id":"` + id + `","Id":"other"}`, `{"Id":"` + id + `","Policies":{},"Policies":{"a":1}}`,
		`{"Id":"` + id + `","LambdaConfig":{"PreSignUp":"a","PreSignUp":"b"}}`,
	} {
		a := attachtest.New(id, nil).Attacher("t")
		a.Pool = odd{attachtest.New(id, nil), text}
		_, err := a.Preview(t.Context(), pooledit.Want{Hooks: map[string]string{"PostConfirmation": arn + "a:live"}}, pooledit.Options{})
		if err == nil || !strings.Contains(err.Error(), "DescribeUserPool") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
