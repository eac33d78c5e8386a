package policy

// Migration is how people of an old app move to the pool at their first sign-in. It is not a
// key of the stage file: the stack derives it from the stage's `migration` and from the pool's
// settings.
type Migration struct {
	// Hashes are the kinds of password hashes that wait, as package legacy/hash writes them.
	// Empty with OldApp.
	Hashes []HashShare `json:"hashes,omitempty"`
	// Peppered is how the old app put its pepper into passwords, as package legacy/check names
	// it.
	Peppered string `json:"peppered,omitempty"`
	// Passwords is what the pool asks of a password.
	Passwords PasswordRules `json:"passwords"`
	// OldApp is the URL of an app that checks the passwords itself; "" if the table has hashes.
	OldApp string `json:"oldApp,omitempty"`
}

// HashShare is a kind, and how many of the hashes are of it, in any unit; 0 counts as 1.
type HashShare struct {
	Kind  string `json:"kind"`
	Share int    `json:"share,omitempty"`
}

// PasswordRules are a pool's rules for passwords (API reference, PasswordPolicyType).
type PasswordRules struct {
	MinLength int  `json:"minLength,omitempty"` // in characters
	Lower     bool `json:"lower,omitempty"`
	Upper     bool `json:"upper,omitempty"`
	Digits    bool `json:"digits,omitempty"`
	Symbols   bool `json:"symbols,omitempty"`
}
