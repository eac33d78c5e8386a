package tripwire

import (
	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
)

// Want is what the stack attaches.
func (w Watch) Want() pooledit.Want {
	places := map[string]attach.Place{}
	for _, t := range w.Subject.Triggers {
		places[t.Name] = attach.Place{}
	}
	return w.want(attach.Record{Places: places})
}
