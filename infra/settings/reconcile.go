package settings

// Reconcile is the scheduled sweep, the same as `ops reconcile`: it makes the table equal
// to the pool. A pool that does not fit into a function's 15 minutes (some 400,000 users
// at 10 ListUsers a second) takes several runs; each continues where the last one
// stopped. If the pool lists far fewer users than it estimates, a run buries nothing and
// raises the alarm ReconcileIncomplete; if no pass ends within a week of runs,
// ReconcileEndless rings.
type Reconcile struct {
	// EveryHours is the time between two runs. Default: 0, none. Example: 24.
	EveryHours int `yaml:"everyHours" range:"1,720"`

	// ListRate is the number of ListUsers calls a second. AWS allows 30 for the account
	// and Region as a whole, and does not raise that. Default: 0 means 10. Example: 5.
	ListRate int `yaml:"listRate" range:"1,30"`
}

// reconcile checks the schedule.
func (c *checker) reconcile(s *Settings) {
	if s.Reconcile.EveryHours == 0 && s.Reconcile.ListRate != 0 {
		c.faults.Add("reconcile", "has a rate and no schedule", "write everyHours, such as 24, or remove it")
	}
}
