package sweep

// WithLeaf returns the options with another limit of a leaf's users.
func (o Options) WithLeaf(users int) Options {
	o.leafUsers = users
	return o
}
