package timeline

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"sync"
)

// Limits of a Timeline: lines, and bytes of all that it keeps. 0 is the default of each.
type Limits struct{ Lines, Bytes int }

const (
	defaultLines = 2000
	defaultBytes = 24 << 20
)

// Timeline keeps the newest lines. Its methods are safe for concurrent use; what they
// return must not be changed.
type Timeline struct {
	limits Limits

	mu      sync.Mutex
	lines   map[string]*line // by id
	of      map[string]*line // by the ids of their invocations
	order   []*line          // oldest first
	bytes   int
	listed  uint64 // the newest line's place in the list
	readers map[chan Entry]bool
}

// line is a call with all that belongs to it, what belongs to no call, or the requests of an
// invocation that has not ended.
type line struct {
	id          string
	place       uint64 // 0: it has not ended, so it is not listed
	call        *Call
	invocations []Invocation
	messages    []Message
	edit        *Edit
	table       []TableCall
	more        int
	bytes       int
}

// New returns an empty Timeline.
func New(limits Limits) *Timeline {
	return &Timeline{
		limits: Limits{cmp.Or(limits.Lines, defaultLines), cmp.Or(limits.Bytes, defaultBytes)},
		lines:  map[string]*line{}, of: map[string]*line{}, readers: map[chan Entry]bool{},
	}
}

// AddCall adds a call that has ended.
func (t *Timeline) AddCall(c Call) {
	c.Request, _ = Redact(c.Request)
	c.Answer, _ = Redact(c.Answer)
	clip(&c.Operation, &c.PoolID, &c.ClientID, &c.Username, &c.Agent, &c.Origin, &c.Error, &c.Message, &c.Location)
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lineOf(c.ID)
	l.call = &c
	t.keep(l, sizeOfCall(c), true)
}

// AddInvocation adds an invocation that has ended, with the requests that it sent to the
// table.
func (t *Timeline) AddInvocation(in Invocation) {
	in.Event, in.Cut = Redact(in.Event)
	in.Reply, _ = Redact(in.Reply)
	in.Log = keptLog(in.Log)
	clip(&in.Function, &in.Source, &in.Error, &in.Message)
	t.mu.Lock()
	defer t.mu.Unlock()
	if sent, known := t.lines[in.ID]; known {
		in.Table, in.More = sent.table, sent.more
		t.forget(slices.Index(t.order, sent))
	}
	l := t.lineOf(cmp.Or(in.Call, in.ID))
	t.of[in.ID] = l
	l.invocations = append(l.invocations, in)
	slices.SortStableFunc(l.invocations, func(a, b Invocation) int { return a.Start.Compare(b.Start) })
	t.keep(l, sizeOfInvocation(in), in.Call == "")
}

// AddTableCall adds a request that was answered, or given up. It shows with its invocation
// when that ends; one that names no invocation is dropped.
func (t *Timeline) AddTableCall(c TableCall) {
	if c.Invocation == "" {
		return
	}
	c.Request, _ = Redact(c.Request)
	c.Answer, _ = Redact(c.Answer)
	t.mu.Lock()
	defer t.mu.Unlock()
	l, ended := t.of[c.Invocation]
	if !ended {
		l = t.lineOf(c.Invocation)
		if keepRequest(&l.table, &l.more, c) {
			t.keep(l, sizeOfTableCall(c), false)
		}
		return
	}
	for i := range l.invocations { // given up by a function that answered before
		if in := &l.invocations[i]; in.ID == c.Invocation && keepRequest(&in.Table, &in.More, c) {
			t.keep(l, sizeOfTableCall(c), false)
		}
	}
}

// AddMessage adds a message; an empty ID is set.
func (t *Timeline) AddMessage(m Message) {
	m.ID = cmp.Or(m.ID, rand.Text())
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lineOf(cmp.Or(m.Call, m.ID))
	l.messages = append(l.messages, m)
	t.keep(l, sizeOfMessage(m), m.Call == "")
	if m.Call != "" {
		t.tell(Entry{ID: m.ID, Message: &m})
	}
}

// AddEdit adds an edit; an empty ID is set.
func (t *Timeline) AddEdit(e Edit) {
	e.ID = cmp.Or(e.ID, rand.Text())
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lineOf(e.ID)
	l.edit = &e
	t.keep(l, sizeOfEdit(e), true)
}

// lineOf returns the line with this id, a new one if there is none.
func (t *Timeline) lineOf(id string) *line {
	l, known := t.lines[id]
	if !known {
		l = &line{id: id}
		t.lines[id] = l
		t.order = append(t.order, l)
	}
	return l
}

// keep counts what was added to a line, lists the line if it is complete, tells the readers
// and forgets the oldest lines beyond the limits, but never the newest.
func (t *Timeline) keep(l *line, bytes int, complete bool) {
	l.bytes += bytes
	t.bytes += bytes
	if complete && l.place == 0 {
		t.listed++
		l.place = t.listed
	}
	if l.place > 0 && len(t.readers) > 0 {
		t.tell(l.entry())
	}
	for len(t.order) > 1 && (len(t.order) > t.limits.Lines || t.bytes > t.limits.Bytes) {
		t.forget(0)
	}
}

func (t *Timeline) forget(i int) {
	l := t.order[i]
	t.order = slices.Delete(t.order, i, i+1)
	t.bytes -= l.bytes
	delete(t.lines, l.id)
	for _, in := range l.invocations {
		delete(t.of, in.ID)
	}
}

// Entries returns the lines that were completed after the one with the id after, newest
// first, at most limit; 0 is no limit. An id that is "" or forgotten is before all. They
// come without bodies, logs and the table's requests, which Call and Invocation return.
func (t *Timeline) Entries(after string, limit int) []Entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	var from uint64
	if l, known := t.lines[after]; known {
		from = l.place
	}
	var found []*line
	for _, l := range t.order {
		if l.place > from {
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(a, b *line) int { return cmp.Compare(b.place, a.place) })
	if limit > 0 && len(found) > limit {
		found = found[:limit]
	}
	entries := make([]Entry, 0, len(found))
	for _, l := range found {
		entries = append(entries, l.entry())
	}
	return entries
}

// Call returns a call that has ended, with everything that belongs to it.
func (t *Timeline) Call(id string) (Call, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l, known := t.lines[id]
	if !known || l.call == nil {
		return Call{}, false
	}
	c := *l.call
	c.Invocations, c.Messages = slices.Clone(l.invocations), slices.Clone(l.messages)
	return c, true
}

// Invocation returns an invocation with everything that belongs to it.
func (t *Timeline) Invocation(id string) (Invocation, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l, known := t.of[id]
	if !known {
		return Invocation{}, false
	}
	return l.invocations[slices.IndexFunc(l.invocations, func(in Invocation) bool { return in.ID == id })], true
}

// Messages returns the messages to an address, a number or a user name, newest first; ""
// stands for all.
func (t *Timeline) Messages(to string) []Message {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := []Message{}
	for _, l := range t.order {
		for _, m := range l.messages {
			if to == "" || strings.EqualFold(m.To, to) || m.Username == to {
				all = append(all, m)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Message) int { return b.Time.Compare(a.Time) })
	return all
}

// readerLag is how many entries a reader may be behind.
const readerLag = 256

// Subscribe returns what is completed or added to from now on, as Entries shows it, until
// ctx ends; a line comes again when something is added to it, and a message of a call also
// by itself. The channel closes with ctx, and when its reader is too slow: nobody waits
// for readers. Who subscribes again asks Entries for what it missed.
func (t *Timeline) Subscribe(ctx context.Context) <-chan Entry {
	reader := make(chan Entry, readerLag)
	t.mu.Lock()
	t.readers[reader] = true
	t.mu.Unlock()
	context.AfterFunc(ctx, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.end(reader)
	})
	return reader
}

func (t *Timeline) tell(e Entry) {
	for reader := range t.readers {
		select {
		case reader <- e:
		default:
			t.end(reader)
		}
	}
}

func (t *Timeline) end(reader chan Entry) {
	if t.readers[reader] {
		delete(t.readers, reader)
		close(reader)
	}
}
