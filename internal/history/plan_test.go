package history

import (
	"fmt"
	"strings"
	"time"
)

// plan is how a sweep runs.
type plan struct {
	page    int // users of a page, and rows of a scan
	workers int // in parallel; 0 is one at a time
	// behind is how far the list lags, for one user after the other; always less than the
	// sweep allows for.
	behind []time.Duration
	// meanwhile are the steps that happen at calls of the sweep's ports.
	meanwhile []meanwhile
	// ends stop the sweep, one after the other; it continues from its checkpoint.
	ends []end
	// blind is the number of the question for a user that is wrongly answered with "no
	// such user", 0 for none. It is why a sweep asks twice.
	blind int
	// forgets makes the pool refuse the page token with which a sweep continues.
	forgets bool
}

type meanwhile struct {
	call int
	step step
}

// end stops the sweep at a call. after means that the call was made and its reply is
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
