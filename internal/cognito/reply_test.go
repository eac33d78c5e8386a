package cognito_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
)

func TestReplyTouchesOnlyTheResponse(t *testing.T) {
	for _, test := range []struct{ name, doc, response, want string }{
		{"nil leaves everything", "{ \"a\" : 1 ,\n\"response\":{} }", "", "{ \"a\" : 1 ,\n\"response\":{} }"},
		{"null is replaced", `{"response":null,"z":9007199254740993}`, `{"x":1}`, `{"response":{"x":1},"z":9007199254740993}`},
		{"an array is replaced", `{"response":[] , "a":1.0}`, `{"x":1}`, `{"response":{"x":1} , "a":1.0}`},
		{"an absent one is added", `{"a":"\u0041" }`, `{"x":1}`, `{"a":"\u0041" ,"response":{"x":1}}`},
		{"an empty event gains one", ` { } `, `{}`, ` { "response":{}} `},
		{"a nested one is left alone", `{"request":{"response":1},"response":2}`, `{}`, `{"request":{"response":1},"response":{}}`},
		{"an escaped name is found", `{"\u0072esponse":2}`, `{}`, `{"\u0072esponse":{}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var response []byte
			if test.response != "" {
				response = []byte(test.response)
			}
			if got := parse(t, test.doc).Reply(response); string(got) != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestReplySharesNoMemoryWithTheEvent(t *testing.T) {
	doc := []byte(`{"response":{}}`)
	event, err := cognito.Parse(doc)
	if err != nil {
		t.Fatal(err)
	}
	reply := event.Reply(nil)
	doc[0] = 'X'
	if reply[0] != '{' {
		t.Error("the runtime reuses the event's buffer while the reply is under way")
	}
}

// anyValue draws JSON values as a caller could nest them anywhere in an event.
func anyValue(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.Int64().AsAny(), rapid.String().AsAny(), rapid.Float64Range(-1e300, 1e300).AsAny(),
	}
	if depth == 0 {
		return rapid.OneOf(leaves...)
	}
	return rapid.OneOf(append(leaves,
		rapid.SliceOfN(anyValue(depth-1), 0, 4).AsAny(),
		rapid.MapOfN(rapid.String(), anyValue(depth-1), 0, 4).AsAny())...)
}

func TestR2_ReplyEqualsTheEventOutsideResponse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := rapid.MapOfN(rapid.String(), anyValue(3), 0, 8).Draw(t, "members")
		delete(members, "response")
		before := mustJSON(members)
		members["response"] = anyValue(2).Draw(t, "response")
		event, err := cognito.Parse(mustJSON(members))
		if err != nil {
			t.Fatal(err)
		}
		var reply map[string]json.RawMessage
		if err := json.Unmarshal(event.Reply([]byte(`{"ours":true}`)), &reply); err != nil {
			t.Fatalf("the reply is not JSON: %v", err)
		}
		if string(reply["response"]) != `{"ours":true}` {
			t.Fatalf("response: %s", reply["response"])
		}
		delete(reply, "response")
		if after := mustJSON(reply); !bytes.Equal(before, after) {
			t.Fatalf("changed\n%s\n%s", before, after)
		}
	})
}

func FuzzParseAndReply(f *testing.F) {
	f.Add([]byte(`{"version":1,"callerContext":{"clientId":"c"},"request":{"userAttributes":{"sub":"s","email_verified":true}},"response":[]}`))
	f.Add([]byte(`{"request":{"userAttributes":{"a\u0000":"\ud800"}} }`))
	f.Add([]byte(`{"a":[[],{},"]}\""],"response" : null}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		event, err := cognito.Parse(doc)
		if err != nil {
			return
		}
		if _, err := event.TokenGeneration(); err != nil {
			return
		}
		if !bytes.Equal(event.Reply(nil), doc) {
			t.Fatal("an untouched reply differs from the event")
		}
		reply := event.Reply([]byte(`{"x":1}`))
		var members map[string]json.RawMessage
		if err := json.Unmarshal(reply, &members); err != nil || string(members["response"]) != `{"x":1}` {
			t.Fatalf("%s became %s (%v)", doc, reply, err)
		}
	})
}
