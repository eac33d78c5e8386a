package localcloud

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/faults"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// Switch turns on what can go wrong between the pool, the functions and the table. It acts
// on the next request.
type Switch struct {
	// Name is store, delivery or timeout.
	Name string `json:"name"`
	// About says in one sentence what it is.
	About string `json:"about"`
	// On is the value of the position that acts; "" is the one where all is well.
	On        string     `json:"on"`
	Positions []Position `json:"positions"`
}

// Position is what a switch may be turned to. The first of each switch is "".
type Position struct {
	Value string `json:"value"`
	// About says in one sentence what happens.
	About string `json:"about"`
}

// switches are the positions that act, by the switch's name; the zero value has none.
type switches struct {
	mu  sync.Mutex
	set map[string]string
}

func (s *switches) on(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.set[name]
}

// slow is longer than one attempt of a function waits (700 ms).
const slow = time.Second

// storeFaults are the positions of the switch store.
func storeFaults() map[string]faults.Fault {
	return map[string]faults.Fault{
		"slow": faults.Delay(slow),
		"down": faults.Reset,
		"throttled": faults.Answer(http.StatusBadRequest,
			`{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Throughput exceeds the current capacity of your table or index."}`),
	}
}

// Switches returns the switches as they are. A stack without a table or a pool has fewer.
func (c *Cloud) Switches() []Switch {
	var all []Switch
	if c.store != nil {
		all = append(all, Switch{
			Name: "store", About: "How DynamoDB answers the functions. Requests of other programs pass.",
			Positions: []Position{
				{"", "It answers."},
				{"slow", "Each answer takes a second, longer than one attempt of a function waits."},
				{"down", "It ends each connection without an answer."},
				{"throttled", "It refuses each request with ThrottlingException."},
			},
		})
	}
	if c.Stack.Pool != nil {
		timeouts := []Position{{"", "Each function answers in its time."}, {"all", "No function's answer arrives."}}
		for _, trigger := range slices.Sorted(maps.Keys(c.Stack.Pool.Triggers)) {
			timeouts = append(timeouts, Position{trigger, "The answer of " + trigger + " does not arrive."})
		}
		all = append(all,
			Switch{
				Name: "delivery", About: "How often the pool delivers an event.",
				Positions: []Position{{"", "Once."}, {"twice", "Twice, as after a lost answer: the function runs again, and its second answer counts."}},
			},
			Switch{
				Name: "timeout", About: "Whose answer does not reach the pool within 5 seconds. The function runs to its end, the pool tries three times and then refuses the call.",
				Positions: timeouts,
			})
	}
	for i := range all {
		all[i].On = c.switches.on(all[i].Name)
	}
	return all
}

// Turn turns a switch to the position with this value, from the next request on. It fails
// on a name or a value that Switches does not have.
func (c *Cloud) Turn(name, value string) error {
	for _, s := range c.Switches() {
		if s.Name != name {
			continue
		}
		var values []string
		for _, p := range s.Positions {
			values = append(values, p.Value)
		}
		if !slices.Contains(values, value) {
			return fmt.Errorf("turning the switch %s: it has no position %q; use one of %q", name, value, values)
		}
		c.switches.mu.Lock()
		defer c.switches.mu.Unlock()
		if c.switches.set == nil {
			c.switches.set = map[string]string{}
		}
		c.switches.set[name] = value
		return nil
	}
	return fmt.Errorf("there is no switch %q: use store, delivery or timeout", name)
}

// Fault lets a plan, in place of the switch store, decide about each request to the table; nil
// ends that. The stack must have a table.
func (c *Cloud) Fault(plan faults.Plan) {
	if plan == nil {
		plan = c.planned
	}
	c.store.layer.Set(plan)
}

// planned is the plan of the switch store: who is no function passes.
func (c *Cloud) planned(r faults.Request) faults.Fault {
	position := c.switches.on("store")
	if position == "" || c.Functions.RequestOf(accessKey(r)) == "" {
		return nil
	}
	return storeFaults()[position]
}

// delivery stands between the pool and the functions, for the switches delivery and
// timeout.
type delivery struct {
	cloud *Cloud
	next  userpool.Invoker
	limit time.Duration // after which the pool no longer waits
}

// Invoke implements userpool.Invoker.
func (d delivery) Invoke(ctx context.Context, functionARN string, event []byte) ([]byte, error) {
	if late := d.cloud.switches.on("timeout"); late == "all" || late != "" && d.cloud.Stack.Pool.Triggers[late].FunctionARN == functionARN {
		return d.holdBack(because(ctx, "timeout"), functionARN, event)
	}
	if d.cloud.switches.on("delivery") == "twice" {
		ctx = because(ctx, "delivered twice")
		_, _ = d.next.Invoke(ctx, functionARN, event) // the answer is lost
	}
	return d.next.Invoke(ctx, functionARN, event)
}

// holdBack lets the function run and returns after the pool has given the attempt up.
func (d delivery) holdBack(ctx context.Context, functionARN string, event []byte) ([]byte, error) {
	given := time.NewTimer(d.limit)
	defer given.Stop()
	reply, err := d.next.Invoke(ctx, functionARN, event)
	select {
	case <-given.C:
	case <-ctx.Done():
	}
	return reply, err
}

func because(ctx context.Context, fault string) context.Context {
	why := timeline.CauseOf(ctx)
	why.Fault = fault
	return timeline.Because(ctx, why)
}
