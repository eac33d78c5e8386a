package doctor

// Watched returns the checks of the tripwire: 1, 2, 3, 4, 6 and 35.
func Watched() []Check { return nil }

// All returns every check, in the order of their numbers.
func All() []Check { return Watched() }
