package settings

// Tripwire is a function that looks whether the pool still calls the suite: on a schedule, and at
// once when CloudTrail tells of a change, which needs a trail in the Region. It compares hooks,
// permissions and aliases with what the stack made, raises the alarm TripwireHooksWrong and names
// in its log line who made the change. `ops doctor --watch` is the same by hand.
type Tripwire struct {
	// EveryMinutes is the time between two looks; -1 is no tripwire. Default: 0 means 15 for a
	// pool that neither the stack nor its app makes (PoolAttach, PoolOwner), also of a disposable
	// stage since that pool is not disposable, and no tripwire for others. Example: 15. WARNING:
	// with PoolOwner it rings until the owner has set the hooks; -1 silences it before the first.
	EveryMinutes int `yaml:"everyMinutes" choice:"-1,5,10,15" unit:"minutes"`

	// Heal fills a hook's place again that somebody emptied, with PoolAttach, at most once an
	// hour and three times a day. It touches no place with another function and no permission.
	// Default: false, the alarm only. Example: true. WARNING: a pipeline that owns the pool empties
	// it again with its next run; put the hooks into its code (PoolOwner).
	Heal bool `yaml:"heal"`
}

// Never is EveryMinutes without a tripwire.
const Never = -1

// On reports whether there is a tripwire, with the defaults filled in.
func (t Tripwire) On() bool { return t.EveryMinutes > 0 }

// tripwire returns it with its defaults.
func (s *Settings) tripwire() Tripwire {
	full := s.Tripwire
	if full.EveryMinutes == 0 && s.ExistingPool.Elsewhere() {
		full.EveryMinutes = 15
	}
	return full
}

// tripwire checks that what heals runs, and that there is a record to heal by.
func (c *checker) tripwire(s *Settings) {
	c.refuse("tripwire", []refusal{
		{s.Tripwire.Heal && s.ExistingPool.Mode != PoolAttach, "heals, and the stage does not attach the pool: its hooks are in a template or in their owner's code", "remove heal, or write pool: {mode: attach}"},
		{s.Tripwire.Heal && s.Tripwire.EveryMinutes == Never, "heals and never looks", "remove one of the two"},
	})
}
