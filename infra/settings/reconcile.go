package settings

// Reconcile is the scheduled sweep: the function of `ops reconcile` that makes the
// table equal to the pool. It fits pools of up to some 400,000 users; a larger one
// takes several runs, each of which goes on where the last one stopped.
type Reconcile struct {
	// EveryHours is the time between two runs.
	// Default: 0, none. Example: 24.
	EveryHours int `yaml:"everyHours" range:"1,720"`

	// ListRate is the ListUsers a second. AWS allows the most to all that run in the
	// account and Region together, and does not raise it.
	// Default: 0 means 10. Example: 5.
	ListRate int `yaml:"listRate" range:"1,30"`
}

// reconcile judges the schedule.
func (c *checker) reconcile(s *Settings) {
	if s.Reconcile.EveryHours == 0 && s.Reconcile.ListRate != 0 {
		c.faults.Add("reconcile", "has a rate and no schedule", "write everyHours, such as 24, or remove it")
	}
}
