package localcloud

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// recorded returns the options with which everything is also told to their timeline.
func recorded(opts Options) Options {
	if opts.Timeline == nil {
		return opts
	}
	opts.OnInvocation = then(func(i lambdahost.Invocation) { opts.Timeline.AddInvocation(Recorded(i)) }, opts.OnInvocation)
	opts.Pool.OnCall = then(func(c timeline.Call) {
		if !c.Administrator || !strings.Contains(c.Agent, "app/"+timeline.Onlooker) {
			opts.Timeline.AddCall(c)
		}
	}, opts.Pool.OnCall)
	opts.Pool.OnMail = then(func(m userpool.Message) {
		opts.Timeline.AddMessage(timeline.Message{
			Call: m.Call, Time: time.Now(), Username: m.Username, To: m.To, Channel: m.Channel,
			Purpose: m.Purpose, Subject: m.Subject, Text: m.Text, Code: m.Code, Link: m.Link,
		})
	}, opts.Pool.OnMail)
	return opts
}

// Timeline returns the timeline that is told everything; nil if Options has none.
func (c *Cloud) Timeline() *timeline.Timeline { return c.timeline }

// then returns what calls first and second; second may be nil.
func then[T any](first, second func(T)) func(T) {
	return func(v T) {
		first(v)
		if second != nil {
			second(v)
		}
	}
}

// Recorded returns an invocation as the timeline shows it.
func Recorded(i lambdahost.Invocation) timeline.Invocation {
	in := timeline.Invocation{
		ID: i.RequestID, Call: i.Cause.Call, ReplayOf: i.Cause.ReplayOf, Fault: i.Cause.Fault, Function: i.Function,
		Start: i.Start, Millis: millis(i.Duration), InitMillis: millis(i.InitDuration), Cold: i.Cold,
		Event: i.Event, Reply: i.Reply, Log: i.LogLines, Said: said(i.LogLines, i.RequestID),
	}
	var event struct {
		TriggerSource, UserName string
		Request                 struct{ UserAttributes map[string]any }
	}
	if json.Unmarshal(i.Event, &event) == nil {
		has := event.Request.UserAttributes
		in.Source, in.Users = event.TriggerSource, names(has["email"], has["phone_number"], event.UserName, has["sub"])
	}
	if i.FunctionError != nil {
		in.Error, in.Message = i.FunctionError.Type, i.FunctionError.Message
	}
	return in
}

// names returns the texts among the values, each once.
func names(values ...any) (texts []string) {
	for _, v := range values {
		if text, _ := v.(string); text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}

// said returns what the invocation's own log line says; nil without one.
func said(lines []string, requestID string) *timeline.Said {
	for _, line := range lines {
		var is struct {
			RequestID string `json:"requestId"`
			timeline.Said
		}
		if json.Unmarshal([]byte(line), &is) == nil && is.RequestID == requestID && is.Outcome != "" {
			return &is.Said
		}
	}
	return nil
}

// watchStore lets the timeline see what the functions ask of the table.
func (c *Cloud) watchStore(t *timeline.Timeline) {
	c.store.layer.Watch(func(r faults.Request) func(faults.Exchange) {
		// At its end a function that gave it up may have answered and work on another event.
		invocation, position := c.Functions.RequestOf(accessKey(r)), c.switches.on("store")
		return func(x faults.Exchange) {
			call := timeline.TableCall{
				Invocation: invocation, Operation: x.Operation,
				Start: x.Start, Millis: millis(x.Took), Request: x.Body, Status: x.Status, Answer: x.Answer,
			}
			if x.Status >= 400 {
				var refusal struct {
					Type string `json:"__type"`
				}
				_ = json.Unmarshal(x.Answer, &refusal)
				call.Error = refusal.Type[strings.LastIndex(refusal.Type, "#")+1:]
			}
			if x.Faulty {
				call.Fault = position
			}
			t.AddTableCall(call)
		}
	})
}

// accessKey returns the key that signed a request (IAM user guide, "Elements of an AWS API
// request signature", Authorization header).
func accessKey(r faults.Request) string {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	key, _, _ := strings.Cut(credential, "/")
	return key
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
