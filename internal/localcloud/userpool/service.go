package userpool

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// service is the endpoint of all pools of a process, as AWS's is that of an account in a
// Region. It finds the pool that a request is about and leaves the rest to it.
type service struct {
	invoker Invoker
	opts    Options
	home    *Pool // the one of Start; it answers what is about no pool

	identity atomic.Pointer[Neighbour]

	mu    sync.RWMutex
	pools map[string]*Pool // by id

	importing atomic.Bool // an import job is active

	encoding sync.Mutex // of what is kept
	encoder  encoder
}

// ServeHTTP implements http.Handler. What a request fires and sends has the id of its answer.
// It is reported before the answer is whole: net/http ends an answer after the handler.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer s.changed()
	call := &timeline.Call{ID: newUUID(), Start: time.Now()}
	w.Header().Set("X-Amzn-Requestid", call.ID)
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, call))
	if s.opts.OnCall == nil {
		s.serve(w, r)
		return
	}
	answer := &door.Tap{ResponseWriter: w}
	p, body := s.serve(answer, r)
	s.report(p, r, body, answer)
}

// serve answers a request and returns its pool, nil if there is none, and its body.
func (s *service) serve(w http.ResponseWriter, r *http.Request) (*Pool, []byte) {
	if r.Method == http.MethodPut { // a file, which is read when its URL is right
		if p, err := s.asked(r, nil); err == nil {
			p.routes.ServeHTTP(w, r)
			return p, nil
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxInput))
	if err != nil {
		writeError(w, refuse("SerializationException", "reading the request: %v", err))
		return nil, nil
	}
	if operation, asked := askedIdentity(r); asked {
		s.serveIdentity(w, operation, body)
		return nil, body
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	p, err := s.asked(r, body)
	if err != nil {
		if r.URL.Path == "/" {
			err = cmp.Or(s.home.checkSigned(named(r), r), err)
		}
		writeError(w, err)
		return nil, body
	}
	p.routes.ServeHTTP(w, r)
	return p, body
}

// changed says that something may have changed.
func (s *service) changed() {
	if s.opts.OnChange != nil {
		s.opts.OnChange()
	}
}

// settled tells of settings that an operation has made.
func (s *service) settled(id string, before, after Settings) {
	if s.opts.OnSettings != nil {
		s.opts.OnSettings(id, before, after)
	}
}

func (s *service) asked(r *http.Request, body []byte) (*Pool, error) {
	for _, of := range []string{"/.well-known/", "/imports/"} {
		if id, _, found := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), of); found {
			return s.named(about{UserPoolID: id})
		}
	}
	var in about
	if r.URL.Path == "/" {
		_ = json.Unmarshal(body, &in) // the operation says what is wrong with it
		return s.named(in)
	}
	if strings.HasSuffix(r.URL.Path, "/idpresponse") {
		if p := s.departed(stateOf(r.URL.Query())); p != nil {
			return p, nil
		}
	}
	form, _ := url.ParseQuery(string(body))
	in.ClientID = form.Get("client_id")
	if in.ClientID == "" {
		in.ClientID = r.URL.Query().Get("client_id")
	}
	if user, _, basic := r.BasicAuth(); basic {
		in.ClientID = user
	}
	if scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		in.AccessToken = token
	}
	return s.named(in)
}

// departed returns the pool that a browser left with this state, nil if none.
func (s *service) departed(state string) *Pool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, p := range s.pools {
		if _, known := get(p.store, p.store.departures, state); known {
			return p
		}
	}
	return nil
}

// about are the members by which a request is about a pool. An operation has one of them or
// none; where it has several, the first counts.
type about struct {
	UserPoolID  string `json:"UserPoolId"`
	ClientID    string `json:"ClientId"`
	AccessToken string
	Session     string
	ResourceArn string
	Domain      string
}

// named returns the pool that a request is about. A client, a token or a session that no
// pool knows is for the first pool to refuse.
func (s *service) named(in about) (*Pool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	id := in.UserPoolID
	if id == "" {
		_, id, _ = strings.Cut(in.ResourceArn, ":userpool/")
	}
	if id != "" {
		if p := s.pools[id]; p != nil {
			return p, nil
		}
		return nil, cmp.Or[error](poolShape.check("userPoolId", id), errNoPool(id))
	}
	if p := s.pools[poolOfToken(in.AccessToken)]; p != nil {
		return p, nil
	}
	for _, p := range s.pools {
		_, client := p.store.client(in.ClientID)
		if client || in.ClientID == "" && p.store.waiting(in.Session).clientID != "" || in.Domain != "" && p.owns(in.Domain) {
			return p, nil
		}
	}
	home := s.home.cfg().ID
	switch there := s.pools[home] != nil; {
	case there || in == (about{}):
		return s.home, nil
	case in.ClientID != "":
		return nil, errNoClient(in.ClientID)
	default:
		return nil, errNoPool(home)
	}
}

func errNoPool(id string) *APIError {
	return refuse("ResourceNotFoundException", "User pool %s does not exist.", id)
}

// poolOfToken returns the id at the end of a token's issuer, in each of AWS's forms. The
// pool verifies the token.
func poolOfToken(token string) string {
	issuer := claimed(token).Iss
	return issuer[strings.LastIndex(issuer, "/")+1:]
}

// open makes a pool and lets it answer.
func (s *service) open(cfg Config) *Pool {
	p := newPool(cfg, s.invoker, s.opts)
	p.service, p.door = s, s.opts.Door
	p.routes = p.handler()
	if cfg.Domain != "" {
		p.store.domains[cfg.Domain] = p.newDomain(domainInput{Domain: cfg.Domain})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pools[cfg.ID] = p
	return p
}

// remove takes a pool away. What it is invoking ends.
func (s *service) remove(id string) {
	s.mu.Lock()
	p := s.pools[id]
	delete(s.pools, id)
	s.mu.Unlock()
	if p != nil {
		p.stop()
	}
}

// owner returns the pool with a domain, nil if there is none.
func (s *service) owner(domain string) *Pool {
	for _, p := range s.all() {
		if p.owns(domain) {
			return p
		}
	}
	return nil
}

// all returns the pools that are left, in no order.
func (s *service) all() (all []*Pool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, p := range s.pools {
		all = append(all, p)
	}
	return all
}
