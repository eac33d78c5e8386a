package userpool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
)

// Pool is a running user pool. Its methods are safe for concurrent use.
type Pool struct {
	config         atomic.Pointer[Config] // replaced, never written to
	invoker        Invoker
	store          *store
	keys           *keyPair
	now            func() time.Time
	attemptTimeout time.Duration
	maxAttempts    int

	door        *door.Door
	alive       context.Context // ends with Close
	end         context.CancelFunc
	onMail      func(Message)
	invocations invocations
	throttle    throttle
	unsigned    func(operation string) bool
	issuerForm  string // of Options; "" is the setting's
	fixedCode   string // of Options; "" draws each
	// blockKey seals secret blocks, simulationKey makes what an unknown user is shown.
	// formKey makes the anti-forgery tokens of the hosted pages.
	blockKey, simulationKey, formKey []byte
}

// Start checks the configuration, listens and serves. inv is called for every trigger and
// may be nil in a pool without triggers. An error names what is wrong in cfg. The caller
// must Close the pool.
func Start(cfg Config, inv Invoker, opts Options) (*Pool, error) {
	if err := errors.Join(cfg.complete(), opts.check()); err != nil {
		return nil, fmt.Errorf("starting the local user pool: %w", err)
	}
	if inv == nil && len(cfg.Triggers) > 0 {
		return nil, errors.New("starting the local user pool: it has triggers and no invoker")
	}
	if opts.Door == nil {
		var err error
		if opts.Door, err = door.Listen("Cognito", opts.Port); err != nil {
			return nil, fmt.Errorf("starting the local user pool: %w", err)
		}
	}
	p := newPool(cfg, inv, opts)
	p.door = opts.Door
	if cfg.Domain != "" {
		p.store.domains[cfg.Domain] = p.newDomain(domainInput{Domain: cfg.Domain})
	}
	p.door.Serve(p.handler(), p.pages())
	go p.keys.id()
	go p.keys.access()
	return p, nil
}

func newPool(cfg Config, inv Invoker, opts Options) *Pool {
	p := &Pool{
		invoker: inv, keys: opts.keys, now: opts.Now,
		attemptTimeout: cmp.Or(opts.AttemptTimeout, attemptTimeout), maxAttempts: cmp.Or(opts.MaxAttempts, maxAttempts),
		unsigned: unsigned(), issuerForm: opts.Issuer, fixedCode: opts.Code,
	}
	p.config.Store(&cfg)
	p.blockKey, p.simulationKey, p.formKey = randomBytes(32), randomBytes(32), randomBytes(32)
	p.throttle = throttle{quotas: opts.Quotas, buckets: map[counted]bucket{}}
	if p.keys == nil {
		p.keys = newKeyPair()
	}
	if p.now == nil {
		p.now = time.Now
	}
	p.store = newStore(cfg, p.now, opts.ListDelay)
	if p.onMail = opts.OnMail; p.onMail == nil {
		p.onMail = func(Message) {}
	}
	p.alive, p.end = context.WithCancel(context.Background())
	return p
}

// cfg returns the settings of this moment. An operation that needs two of them to agree
// calls it once.
func (p *Pool) cfg() *Config { return p.config.Load() }

// URL returns the endpoint of cognito-idp, of the hosted pages and OAuth endpoints, and of
// /<pool id>/.well-known/jwks.json, without a trailing slash and without TLS.
func (p *Pool) URL() string { return p.door.URL() }

// closeGrace is how long Close waits for invocations that ignore their context.
const closeGrace = time.Second

// Close stops serving, cancels the context of running invocations and forgets everything.
// It may be called more than once.
func (p *Pool) Close() error {
	p.end()
	err := p.door.Close()
	p.invocations.close(closeGrace)
	if err != nil {
		return fmt.Errorf("closing the local user pool: %w", err)
	}
	return nil
}
