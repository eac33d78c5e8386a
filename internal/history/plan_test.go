package history

import (
	"fmt"
	"strings"
	"time"
)

// plan is how a sweep goes.
type plan struct {
	page    int // users of a page, and rows of a scan
	workers int // one thing after the other, unless given
	// behind is how far the list lags, for one user after the other; always less
	// than what the sweep allows it.
	behind []time.Duration
	// meanwhile happens at a call that the sweep makes of its ports, one step each.
	meanwhile []meanwhile
	// ends stop the sweep, one after the other; it goes on from its checkpoint.
	ends []end
	// blind is which one of the questions for a user is answered wrongly that there
	// is nobody, 0 for none. It is why a sweep asks twice.
	blind int
	// forgets makes the pool refuse the page token with which a sweep goes on.
	forgets bool
}

type meanwhile struct {
	call int
	step step
}

// end stops the sweep at a call. After it the call has been made and its reply is
// lost; killed leaves no time for a last checkpoint.
type end struct {
	call          int
	after, killed bool
	pause         time.Duration
}

func (p *plan) String() string {
	said := []string{fmt.Sprintf("a sweep, in pages of %d, the list behind by %v", p.page, p.behind)}
	for _, m := range p.meanwhile {
		said = append(said, fmt.Sprintf("at call %d %v", m.call, m.step))
	}
	for _, e := range p.ends {
		how := map[bool]string{true: "killed", false: "interrupted"}[e.killed]
		when := map[bool]string{true: "after", false: "before"}[e.after]
		said = append(said, fmt.Sprintf("%s %s call %d and resumed %v later", how, when, e.call, e.pause))
	}
	if p.blind > 0 {
		said = append(said, fmt.Sprintf("question %d is answered wrongly", p.blind))
	}
	if p.forgets {
		said = append(said, "the page token is refused then")
	}
	return strings.Join(said, "; ")
}
