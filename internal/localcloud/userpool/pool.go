package userpool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// Pool is a running user pool, as one call sees it or as the program that started it does.
// Its methods are safe for concurrent use.
type Pool struct {
	*core
	call *timeline.Call // has the id of what it fires and sends; empty outside a call
}

// core is what all calls of a pool share.
type core struct {
	config         atomic.Pointer[Config] // replaced, never written to
	changing       sync.Mutex             // held while it is replaced
	reset          Reset
	created        time.Time
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
	throttle    *throttle
	service     *service
	routes      http.Handler
	unsigned    func(operation string) bool
	ops         map[string]operation // by name
	issuerForm  string               // of Options; "" is the setting's
	fixedCode   string               // of Options; "" draws each
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
	s := &service{invoker: inv, opts: opts, pools: map[string]*Pool{}}
	s.opts.throttle = newThrottle(opts.Quotas)
	if err := s.start(cfg); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the local user pool: %w", err), opts.Door.Close())
	}
	for _, key := range s.home.keys.both() {
		go func() { _, _ = key(); s.changed() }()
	}
	opts.Door.Serve(s.home.dated(s), s.home.pages())
	return s.home, nil
}

func newPool(cfg Config, inv Invoker, opts Options) *Pool {
	p := &Pool{call: new(timeline.Call), core: &core{
		invoker: inv, keys: opts.keys, now: opts.Now, reset: opts.Reset, throttle: opts.throttle,
		attemptTimeout: cmp.Or(opts.AttemptTimeout, attemptTimeout), maxAttempts: cmp.Or(opts.MaxAttempts, maxAttempts),
		unsigned: unsigned(), issuerForm: opts.Issuer, fixedCode: opts.Code,
	}}
	p.blockKey, p.simulationKey, p.formKey = randomBytes(32), randomBytes(32), randomBytes(32)
	if p.keys == nil {
		p.keys = newKeyPair()
	}
	if p.now == nil {
		p.now = time.Now
	}
	p.created = p.now()
	cfg.modified = p.created
	p.config.Store(&cfg)
	p.store = newStore(cfg, p.now, opts.ListDelay)
	if p.onMail = opts.OnMail; p.onMail == nil {
		p.onMail = func(Message) {}
	}
	p.ops = operations()
	p.alive, p.end = context.WithCancel(context.Background())
	return p
}

// cfg returns the settings of this moment. An operation that needs two of them to agree
// calls it once.
func (p *Pool) cfg() *Config { return p.config.Load() }

// change replaces the settings by what f makes of a copy, if they are right. Two changes at
// once exclude each other (API reference, UpdateUserPool, ConcurrentModificationException).
func (p *Pool) change(f func(next *Config) error) error {
	if !p.changing.TryLock() {
		return refuse("ConcurrentModificationException", "Two or more modifications of the user pool happen at once.")
	}
	defer p.changing.Unlock()
	next := *p.cfg()
	if err := f(&next); err != nil {
		return err
	}
	if err := p.canFire(next); err != nil {
		return err
	}
	next.modified = p.now()
	before := p.config.Swap(&next)
	p.service.settled(next.ID, before.Settings, next.Settings)
	return nil
}

func (p *Pool) canFire(cfg Config) error {
	if p.invoker == nil && len(cfg.Triggers) > 0 {
		return invalidParameter("LambdaConfig: no functions run beside this user pool.")
	}
	return nil
}

// URL returns the endpoint of cognito-idp, of the hosted pages and OAuth endpoints, and of
// /<pool id>/.well-known/jwks.json, without a trailing slash and without TLS.
func (p *Pool) URL() string { return p.door.URL() }

// stop ends a pool that is deleted.
func (p *Pool) stop() {
	p.end()
	p.invocations.close(closeGrace)
}

// closeGrace is how long Close waits for invocations that ignore their context.
const closeGrace = time.Second

// Close stops serving, all pools of the process, cancels the context of running invocations
// and forgets everything. It may be called more than once.
func (p *Pool) Close() error {
	all := p.service.all()
	for _, p := range all {
		p.end()
	}
	err := p.door.Close()
	for _, p := range all {
		p.invocations.close(closeGrace)
	}
	if err != nil {
		return fmt.Errorf("closing the local user pool: %w", err)
	}
	return nil
}
