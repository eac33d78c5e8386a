package oldapp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/migration/wire"
)

type receiver struct {
	config  Config
	secrets []wire.Secret
}

// ServeHTTP answers one question.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	status, members, err := r.judge(req)
	if err != nil {
		r.config.Failed(req, err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(members) // a caller that is gone reads nothing
}

// judge asks the app only what was signed. Whatever was not gets the same answer, also a
// request that was seen before: whoever repeats it does not know the secret.
func (r *receiver) judge(req *http.Request) (status int, members map[string]string, err error) {
	id, body, err := r.verified(req)
	if err != nil {
		return http.StatusForbidden, nil, err
	}
	switch first, err := r.config.First(req.Context(), id, time.Now().Add(remembered)); {
	case err != nil:
		return http.StatusServiceUnavailable, nil, fmt.Errorf("remembering the id of a question: %w", err)
	case !first:
		return http.StatusForbidden, nil, errors.New("the question was asked before: somebody repeats it")
	}
	return r.answer(req.Context(), body)
}

// verified returns the id and the body of a request that one of the secrets has signed.
func (r *receiver) verified(req *http.Request) (id string, body []byte, err error) {
	if req.Method != http.MethodPost {
		return "", nil, errors.New("the request is no POST")
	}
	signed, err := wire.ReadSigned(req.Header, time.Now())
	if err != nil {
		return "", nil, err
	}
	body, err = io.ReadAll(io.LimitReader(req.Body, wire.MaxQuestion+1))
	if err != nil || len(body) > wire.MaxQuestion {
		return "", nil, errors.New("the body cannot be read, or is larger than 8 KiB")
	}
	if !signed.By(r.secrets, body) {
		return "", nil, errors.New("no signature is by one of the secrets: if the stage's function sent this, it has another secret")
	}
	return signed.ID, body, nil
}

// answer asks the app.
func (r *receiver) answer(ctx context.Context, body []byte) (int, map[string]string, error) {
	question, err := wire.ReadStrings(body)
	if err != nil {
		return http.StatusBadRequest, nil, fmt.Errorf("reading a question: %w", err)
	}
	name, password := question[wire.Name], question[wire.Password]
	switch kind := question[wire.Type]; {
	case kind == wire.SignIn && len(question) == 3 && name != "" && password != "":
		person, right, err := r.config.Check(ctx, name, password)
		return said(person, right, err, http.StatusUnauthorized, wire.Wrong)
	case kind == wire.ForgotPassword && len(question) == 2 && name != "":
		person, found, err := r.config.Find(ctx, name)
		return said(person, found, err, http.StatusNotFound, wire.Unknown)
	}
	return http.StatusBadRequest, nil, errors.New("the question is of no known form: a later version of the suite asks")
}

// said is what the app's answer is on the wire.
func said(person Person, yes bool, err error, no int, verdict string) (int, map[string]string, error) {
	switch {
	case err != nil:
		return http.StatusInternalServerError, nil, err
	case !yes:
		return no, map[string]string{wire.Verdict: verdict}, nil
	case len(person.Attributes) == 0:
		return http.StatusInternalServerError, nil, errors.New("the app returned a person without attributes: the pool needs one at least")
	}
	members := maps.Clone(person.Attributes)
	if person.Username != "" {
		members[wire.Username] = person.Username
	}
	return http.StatusOK, members, nil
}

// remembered is how long an id can come again: its timestamp may be five minutes ahead, and
// is accepted until five minutes and the rest of a second after it.
const remembered = 2*wire.Leeway + time.Second

// mostIDs are some 200 questions a second: twenty functions at once, at 90 ms each.
const mostIDs = 1 << 17

// errFull refuses a new question, since one that is forgotten could be repeated.
var errFull = errors.New("the handler remembers as many questions as it may: set First")

// memory holds the ids of the last minutes. Only what was signed gets into it.
type memory struct {
	most  int
	mu    sync.Mutex
	until map[string]time.Time
	order []string // oldest first
}

func newMemory(most int) *memory { return &memory{most: most, until: map[string]time.Time{}} }

func (m *memory) first(_ context.Context, id string, until time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(time.Now())
	if _, seen := m.until[id]; seen {
		return false, nil
	}
	if len(m.order) >= m.most {
		return false, errFull
	}
	m.until[id] = until
	m.order = append(m.order, id)
	return true, nil
}

func (m *memory) forget(now time.Time) {
	for len(m.order) > 0 && !now.Before(m.until[m.order[0]]) {
		delete(m.until, m.order[0])
		m.order = m.order[1:]
	}
}
