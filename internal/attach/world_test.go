package attach_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/attach/attachtest"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
)

type (
	object = attachtest.Object
	coded  = attachtest.Coded
)

// world is a pool with a hook of somebody else.
type world struct{ *attachtest.World }

const (
	arn = "arn:aws:lambda:eu-west-1:111122223333:function:"
	id  = "eu-west-1_Abc"
)

func newWorld() *world { return &world{attachtest.New(id, plain())} }

func plain() object { return object{"CustomMessage": arn + "theirs", "KMSKeyID": "k"} }

func wanted() pooledit.Want {
	return pooledit.Want{Hooks: map[string]string{"PreSignUp": arn + "a:live", "PreTokenGeneration": arn + "t:live"}, TokenVersion: "V3_0"}
}

func (w *world) attach(t testing.TB, want pooledit.Want) (attach.Result, error) {
	return w.Attacher("test").Attach(t.Context(), want, pooledit.Options{})
}

// attached returns the hooks of plain with those that are wanted.
func attached(want pooledit.Want) object {
	hooks := maps.Clone(plain())
	for name, arn := range want.Hooks {
		if name == "PreTokenGeneration" {
			hooks["PreTokenGenerationConfig"] = object{"LambdaArn": arn, "LambdaVersion": want.TokenVersion}
			continue
		}
		hooks[name] = arn
	}
	return hooks
}

// holds compares the pool with the one of the beginning, with these hooks.
func (w *world) holds(t fataler, doing string, hooks object) {
	t.Helper()
	want := attachtest.Described(id, hooks)
	want["LastModifiedDate"] = w.Pool["LastModifiedDate"]
	if !reflect.DeepEqual(w.Pool, want) {
		t.Fatalf("%s: the pool is\n%v\nnot\n%v\nafter %v", doing, w.Pool, want, w.Calls)
	}
}

var errKilled = errors.New("killed")

type (
	ctx = context.Context
	raw = json.RawMessage
)

// staleFor shows the old pool for a while.
type staleFor struct {
	*world
	old   *object
	stale func() bool
}

func (s staleFor) Describe(c ctx) (raw, error) {
	if s.stale() {
		return json.Marshal(*s.old)
	}
	return s.World.Describe(c)
}

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}
