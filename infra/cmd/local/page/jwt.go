package page

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
)

// decoded is a JSON Web Token without its signature, which makes it one: what is left opens
// nothing.
type decoded struct {
	Header map[string]any `json:"header"`
	Claims map[string]any `json:"claims"`
	// Bytes are those of the whole token.
	Bytes int `json:"bytes"`
}

var errNoToken = errors.New("this is not a JSON Web Token: three parts in Base64, with dots between them")

// decode reads a token. Its signature is not looked at, so nothing says that it is genuine.
func decode(token string) (decoded, error) {
	parts := strings.Split(strings.TrimSpace(token), ".")
	if len(parts) != 3 {
		return decoded{}, errNoToken
	}
	d := decoded{Bytes: len(strings.TrimSpace(token))}
	for i, into := range []*map[string]any{&d.Header, &d.Claims} {
		text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[i], "="))
		if err != nil {
			return decoded{}, errNoToken
		}
		decoder := json.NewDecoder(strings.NewReader(string(text)))
		decoder.UseNumber()
		if decoder.Decode(into) != nil {
			return decoded{}, errNoToken
		}
	}
	return d, nil
}
