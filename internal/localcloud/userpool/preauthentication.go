package userpool

// begins looks a user up at the start of a sign-in and fires PreAuthentication. It looks the
// user up once more afterwards: the trigger may have changed it. A user whose state allows
// no sign-in is refused before the trigger; AWS does not say which comes first.
func (p *Pool) begins(client Client, name string, validation map[string]string, look func(Client, string) (user, error)) (user, error) {
	u, err := look(client, name)
	if err != nil {
		return user{}, err
	}
	if err := p.firePreAuthentication(u, name, client, validation); err != nil {
		return user{}, err
	}
	return look(client, name)
}

// firePreAuthentication fires the trigger at the start of a sign-in, before anything is
// proven: its error refuses the sign-in and nothing else of its answer counts. A user
// without a sub is one who does not exist, under the typed name. validation is the
// ClientMetadata of InitiateAuth, nil on the pages (guide, "Pre authentication Lambda
// trigger").
func (p *Pool) firePreAuthentication(u user, typed string, client Client, validation map[string]string) error {
	request := preAuthenticationRequest{
		UserAttributes: p.attributesOf(u), ValidationData: validation, UserNotFound: client.notFound(u),
	}
	_, err := p.fire(preAuthentication, p.newEvent("PreAuthentication_Authentication", nameFor(u, typed), client.ID, request, struct{}{}))
	return err
}

// attributesOf returns what a trigger of a sign-in sees of a user who may not exist.
func (p *Pool) attributesOf(u user) map[string]string {
	if u.sub == "" {
		return map[string]string{}
	}
	return p.eventAttributes(u)
}

// nameFor returns an event's userName: what was typed if no user has that name.
func nameFor(u user, typed string) string {
	if u.sub == "" {
		return typed
	}
	return u.username
}

// notFound returns userNotFound for a user; nil leaves it out (guide, "Managing user
// existence error responses").
func (c Client) notFound(u user) *bool {
	if !c.PreventUserExistenceErrors {
		return nil
	}
	return new(u.sub == "")
}
