package pooledit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/infra/test/e2e/ministack"
	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/attach/attachtest"
	"github.com/cognito-triggers/cognito-triggers/internal/attach/live"
	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// fatal is what a property and a test have in common.
type fatal interface {
	Helper()
	Fatalf(string, ...any)
	Context() context.Context
}

// pools is a service of user pools.
type pools struct {
	client awsraw.Client
	// loose says that AdminCreateUserConfig.UnusedAccountValidityDays may go, and that the
	// service does not show a token's function by its older name, too.
	loose bool
}

// create makes a pool by the API.
func (p pools) create(t fatal, request object) live.Pool {
	t.Helper()
	out, _, err := p.client.Call(t.Context(), "cognito-idp", "AWSCognitoIdentityProviderService.CreateUserPool", request)
	var made struct {
		UserPool struct {
			ID string `json:"Id"`
		}
	}
	if err == nil {
		err = json.Unmarshal(out, &made)
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	return live.Pool{Client: p.client, ID: made.UserPool.ID}
}

// described returns what AWS says of a pool, without its date.
func (p pools) described(t fatal, pool live.Pool) object {
	t.Helper()
	text, err := pool.Describe(t.Context())
	if err != nil {
		t.Fatalf("%v", err)
	}
	all, decoder := object{}, json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&all); err != nil {
		t.Fatalf("%v", err)
	}
	delete(all, "LastModifiedDate")
	if admin, is := all["AdminCreateUserConfig"].(object); is && p.loose {
		delete(admin, "UnusedAccountValidityDays")
	}
	hooks, _ := all["LambdaConfig"].(object)
	if config, is := hooks["PreTokenGenerationConfig"].(object); is && p.loose {
		hooks["PreTokenGeneration"] = config["LambdaArn"]
	}
	return all
}

var everyHook = func() pooledit.Want {
	w := pooledit.Want{Hooks: map[string]string{}, TokenVersion: "V3_0"}
	for _, name := range triggers.UsualNames() {
		w.Hooks[name] = "arn:aws:lambda:eu-central-1:111122223333:function:suite-" + name + ":live"
	}
	return w
}()

// adopt attaches a drawn pool and takes the suite out again.
func (p pools) adopt(t fatal, d drawn, carry []string) {
	t.Helper()
	pool, memory := p.create(t, d.request), attachtest.New("", nil)
	before := p.described(t, pool)
	a := attach.Attacher{Pool: pool, Records: memory, Clock: memory, By: "test"}
	if len(d.taken) > 0 {
		_, err := a.Attach(t.Context(), everyHook, pooledit.Options{Carry: carry})
		if _, refused := errors.AsType[attach.Refused](err); !refused || !reflect.DeepEqual(p.described(t, pool), before) {
			t.Fatalf("somebody else's hooks are taken: %v", err)
		}
	}
	if _, err := a.Attach(t.Context(), everyHook, pooledit.Options{Carry: carry, Replace: d.taken}); err != nil {
		t.Fatalf("%v", err)
	}
	attached := p.described(t, pool)
	hooks, foreign := attached["LambdaConfig"].(object), complete(before["LambdaConfig"])
	for name, arn := range everyHook.Hooks {
		delete(foreign, name)
		delete(foreign, name+"Config")
		with, _ := hooks[name+"Config"].(object)
		if name == "PreTokenGeneration" && (with["LambdaArn"] != arn || with["LambdaVersion"] != "V3_0") || name != "PreTokenGeneration" && hooks[name] != arn {
			t.Fatalf("attached, and the hooks are %v", hooks)
		}
		delete(hooks, name)
		delete(hooks, name+"Config")
	}
	if !reflect.DeepEqual(hooks, foreign) {
		t.Fatalf("other hooks are now\n%v, and were\n%v", hooks, foreign)
	}
	same(t, "attached", without(before, "LambdaConfig"), without(attached, "LambdaConfig"))
	if _, err := a.Undo(t.Context()); err != nil {
		t.Fatalf("%v", err)
	}
	same(t, "undone", before, p.described(t, pool))
}

func same(t fatal, doing string, before, after object) {
	t.Helper()
	for _, name := range slices.Sorted(keys(complete(before, after))) {
		if !reflect.DeepEqual(before[name], after[name]) {
			t.Fatalf("%s: %s is now\n%v, and was\n%v", doing, name, after[name], before[name])
		}
	}
}

func keys(of object) iter.Seq[string] { return maps.Keys(of) }

func complete(all ...any) object {
	out := object{}
	for _, one := range all {
		members, _ := one.(object)
		maps.Copy(out, members)
	}
	return out
}

func without(all object, name string) object {
	out := maps.Clone(all)
	delete(out, name)
	return out
}

// at returns the service at a URL.
func at(url, key string) awsraw.Client {
	return awsraw.Client{Region: ministack.Region, Endpoint: url, Credentials: credentials.NewStaticCredentialsProvider(key, "local", "")}
}

func TestR82_ARandomPoolIsAdoptedAndUndoneOnTheLocalPool(t *testing.T) {
	for _, rule := range []userpool.Reset{userpool.ResetDocumented, userpool.ResetMeasured} {
		t.Run(string(rule), func(t *testing.T) {
			silent := userpool.InvokerFunc(func(context.Context, string, []byte) ([]byte, error) { return nil, context.Canceled })
			home, err := userpool.Start(userpool.Config{ID: ministack.Region + "_Home", Region: ministack.Region, AccountID: ministack.Account}, silent, userpool.Options{Reset: rule})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = home.Close() })
			p := pools{client: at(home.URL(), "local")}
			form.Check(t, 10, 30, 500, func(rt *rapid.T) {
				d := draw(rt, true)
				var carry []string
				for range rapid.IntRange(0, 2).Draw(rt, "foreign members") {
					name, value := strange(rt)
					d.request[name], carry = value, append(carry, name)
				}
				p.adopt(rt, d, carry)
			})
		})
	}
}

// MiniStack drops members that it does not know, and keeps what a request omits: here the
// members that it knows are looked at, and its own code.
func TestR82_ARandomPoolIsAdoptedAndUndoneOnMiniStack(t *testing.T) {
	form.Often(t, 0, 1, 1)
	program, err := filepath.Abs("../../dist/venv/bin/ministack")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		t.Skipf("MiniStack is not there (make venv): %v", err)
	}
	server, err := ministack.Start(t.Context(), program, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	p := pools{client: at(server.URL, ministack.Account), loose: true}
	form.Check(t, 0, 30, 500, func(rt *rapid.T) { p.adopt(rt, draw(rt, false), nil) })
}
