package settings

// Logging is what the functions log beside their own line an invocation.
type Logging struct {
	// System is the least level of Lambda's own lines (Lambda developer guide, "Log-level
	// filtering"). With SystemWarn Lambda writes none about an invocation that succeeds, which
	// is about half of what is stored: neither its start nor its report with time, memory and
	// cold start. `ops logs` then shows no cold starts. Lines about failures stay.
	// Default: "" means warn. Example: info.
	System SystemLog `yaml:"system"`
}

// SystemLog is a level of Lambda's own lines.
type SystemLog string

// The levels.
const (
	SystemWarn  SystemLog = "warn"  // failures, such as a time-out
	SystemInfo  SystemLog = "info"  // start and report of each invocation, too
	SystemDebug SystemLog = "debug" // everything
)
