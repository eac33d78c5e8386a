package timeline

// requests are what an invocation sent to the table so far.
type requests struct {
	kept []TableCall
	more int
}

// maxPending is how many invocations may have sent requests and not ended. Each has an
// environment of its own, so this is far above what a machine runs; who is beyond it was
// never reported.
const maxPending = 1000

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
	of, known := t.pending[c.Invocation]
	if !known {
		of = &requests{}
		t.pending[c.Invocation] = of
		t.waiting = append(t.waiting, c.Invocation)
		if len(t.waiting) > maxPending {
			delete(t.pending, t.waiting[0])
			t.waiting = t.waiting[1:]
		}
	}
	if len(of.kept) < MaxTableCalls {
		of.kept = append(of.kept, c)
		return
	}
	of.more++
}

// taken returns what an invocation sent, once.
func (t *Timeline) taken(id string) ([]TableCall, int) {
	of, known := t.pending[id]
	if !known {
		return nil, 0
	}
	delete(t.pending, id)
	for i, waiting := range t.waiting {
		if waiting == id {
			t.waiting = append(t.waiting[:i], t.waiting[i+1:]...)
			break
		}
	}
	return of.kept, of.more
}
