package timeline

import "cmp"

// entry returns the line as a list shows it.
func (l *line) entry() Entry {
	switch {
	case l.edit != nil:
		return Entry{ID: l.id, Edit: l.edit}
	case l.call != nil:
		c := *l.call
		c.Request, c.Answer, c.Messages = nil, nil, l.messages[:len(l.messages):len(l.messages)]
		for _, in := range l.invocations {
			c.Invocations = append(c.Invocations, in.brief())
		}
		return Entry{ID: l.id, Call: &c}
	case len(l.invocations) > 0:
		in := l.invocations[0].brief()
		return Entry{ID: l.id, Invocation: &in}
	}
	return Entry{ID: l.id, Message: &l.messages[0]}
}

// keepRequest keeps a request, or counts it, and reports whether it is kept.
func keepRequest(kept *[]TableCall, more *int, c TableCall) bool {
	if len(*kept) >= MaxTableCalls {
		*more++
		return false
	}
	*kept = append((*kept)[:len(*kept):len(*kept)], c) // who reads the old slice may still do so
	return true
}

// brief is an invocation without its texts. What was on for a request to the table stays.
func (i Invocation) brief() Invocation {
	for _, c := range i.Table {
		i.Fault = cmp.Or(i.Fault, c.Fault)
	}
	i.Event, i.Reply, i.Log, i.Table = nil, nil, nil, nil
	return i
}

// overhead is about what an entry costs beside its texts.
const overhead = 512

func size(texts ...string) (n int) {
	for _, text := range texts {
		n += len(text)
	}
	return n
}

func sizeOfCall(c Call) int {
	return overhead + len(c.Request) + len(c.Answer) + size(c.ID, c.Operation, c.PoolID, c.ClientID, c.Username, c.Agent, c.Origin, c.Error, c.Message, c.Location)
}

func sizeOfInvocation(in Invocation) int {
	n := overhead + len(in.Event) + len(in.Reply) + size(in.Log...) + size(in.Users...) + size(in.ID, in.Call, in.Function, in.Source, in.Error, in.Message)
	for _, call := range in.Table {
		n += sizeOfTableCall(call)
	}
	return n
}

func sizeOfTableCall(c TableCall) int { return overhead + len(c.Request) + len(c.Answer) }

func sizeOfMessage(m Message) int {
	return overhead + size(m.Username, m.To, m.Subject, m.Text, m.Link)
}

func sizeOfEdit(e Edit) int { return overhead + size(e.File, e.Text) + size(e.Faults...) }
