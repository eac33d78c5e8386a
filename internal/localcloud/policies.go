package localcloud

import (
	"encoding/json"
	"slices"
	"sync"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
)

// policies are the resource policies of the stack's functions. They admit or refuse every
// call of the pool, and may lose a statement while the cloud runs.
type policies struct {
	mu    sync.Mutex
	stack *template.Stack
}

// allowed is Stack.Allowed.
func (p *policies) allowed(functionARN string, caller template.Caller) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stack.Allowed(functionARN, caller)
}

// statement is one of a policy, as Lambda's GetPolicy shows it.
type statement struct {
	Sid, Effect, Action, Resource string
	Principal                     map[string]string
	Condition                     map[string]map[string]string `json:",omitempty"`
}

// Policy returns the resource policy of a function, version or alias; "" is none.
func (p *policies) Policy(arn string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []statement
	for _, given := range p.stack.Permissions {
		if given.FunctionARN != arn {
			continue
		}
		s := statement{Sid: given.LogicalID, Effect: "Allow", Action: given.Action, Resource: arn, Principal: map[string]string{"Service": given.Principal}, Condition: map[string]map[string]string{}}
		if given.SourceAccount != "" {
			s.Condition["StringEquals"] = map[string]string{"AWS:SourceAccount": given.SourceAccount}
		}
		if given.SourceARN != "" {
			s.Condition["ArnLike"] = map[string]string{"AWS:SourceArn": given.SourceARN}
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		return ""
	}
	text, _ := json.Marshal(map[string]any{"Version": "2012-10-17", "Id": "default", "Statement": all}) // texts
	return string(text)
}

// Remove removes a statement, and reports whether it was there.
func (p *policies) Remove(arn, sid string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := len(p.stack.Permissions)
	p.stack.Permissions = slices.DeleteFunc(p.stack.Permissions, func(given template.Permission) bool { return given.FunctionARN == arn && given.LogicalID == sid })
	return len(p.stack.Permissions) < before
}
