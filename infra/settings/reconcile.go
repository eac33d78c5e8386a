package settings

// Reconcile is the scheduled sweep, the same as `ops reconcile`: it makes the table equal to the
// pool. A pass over a large pool takes many runs of the function, one after the other, 18 hours
// for 40 million users at 10 ListUsers a second. If the pool lists far fewer users than it
// estimates, a pass buries nothing and raises the alarm ReconcileIncomplete; if the last whole
// pass is older than promised, or no run says so, ReconcilePassAge rings.
type Reconcile struct {
	// EveryHours is the time between the beginnings of two passes. Default: 0, none. Example: 24.
	EveryHours int `yaml:"everyHours" range:"1,720"`

	// PromisedHours is how old the last whole pass may be. Default: 0 means twice EveryHours.
	// Example: 36.
	PromisedHours int `yaml:"promisedHours" range:"1,1440"`

	// ListRate is the number of ListUsers calls a second. AWS allows 30 for the account
	// and Region as a whole, and does not raise that. Default: 0 means 10. Example: 5.
	ListRate int `yaml:"listRate" range:"1,30"`
}

// reconcile checks the schedule.
func (c *checker) reconcile(s *Settings) {
	r := s.Reconcile
	c.refuse("reconcile", []refusal{
		{r.EveryHours == 0 && r.ListRate != 0, "has a rate and no schedule", "write everyHours, such as 24, or remove it"},
		{r.EveryHours == 0 && r.PromisedHours != 0, "promises a pass and has no schedule", "write everyHours, such as 24, or remove it"},
	})
	c.refuse("reconcile.promisedHours", []refusal{
		{r.PromisedHours != 0 && r.PromisedHours <= r.EveryHours, "is no more than everyHours, the age that every pass reaches", "write more hours, or remove it"},
	})
}
