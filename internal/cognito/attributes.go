package cognito

// Flags are the properties of a standard attribute.
type Flags uint8

// The flags.
const (
	// Writable attributes may be set by a user through an app client. Cognito sets
	// the others: whether an address is verified.
	Writable Flags = 1 << iota
	// Searchable attributes may stand in a filter of ListUsers (API reference).
	Searchable
)

// standard lists the attributes that every user pool has besides sub (developer
// guide, "Working with user attributes").
var standard = [...]struct {
	name  string
	flags Flags
}{
	{"address", Writable},
	{"birthdate", Writable},
	{"email", Writable | Searchable},
	{"email_verified", 0},
	{"family_name", Writable | Searchable},
	{"gender", Writable},
	{"given_name", Writable | Searchable},
	{"locale", Writable},
	{"middle_name", Writable},
	{"name", Writable | Searchable},
	{"nickname", Writable},
	{"phone_number", Writable | Searchable},
	{"phone_number_verified", 0},
	{"picture", Writable},
	{"preferred_username", Writable | Searchable},
	{"profile", Writable},
	{"updated_at", Writable},
	{"website", Writable},
	{"zoneinfo", Writable},
}

// StandardAttributes returns the standard attributes with all the given flags (every
// one for 0), in alphabetical order, in a new list.
func StandardAttributes(with Flags) []string {
	var names []string
	for _, a := range standard {
		if a.flags&with == with {
			names = append(names, a.name)
		}
	}
	return names
}

// IsStandard reports whether name is a standard attribute with all the given flags.
func IsStandard(name string, with Flags) bool {
	for _, a := range standard {
		if a.name == name {
			return a.flags&with == with
		}
	}
	return false
}

// Federated reports whether an identity provider brought the user of an event with these
// attributes. Only Cognito writes cognito:user_status.
func Federated(attributes map[string]string) bool {
	return attributes["cognito:user_status"] == "EXTERNAL_PROVIDER"
}
