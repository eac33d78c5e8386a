package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// lines are calls of a program, one each; testdata/js/serve.mjs has their form.
type lines struct {
	in  *json.Encoder
	out *bufio.Reader
}

// refused is what a program refused, or passed on to its app.
type refused struct{ Name, Message, Stack string }

func (r *refused) Error() string { return r.Name + ": " + r.Message }

// do makes a call; its error is a *refused where the program answered.
func (l lines) do(call string, given map[string]string) (map[string]string, error) {
	line := map[string]string{"do": call}
	for name, value := range given {
		line[name] = value
	}
	if err := l.in.Encode(line); err != nil {
		return nil, fmt.Errorf("calling %s: %w", call, err)
	}
	return l.answer()
}

func (l lines) answer() (map[string]string, error) {
	line, err := l.out.ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) || len(line) == 0 {
		return nil, fmt.Errorf("the program has ended: %w", err)
	}
	var said struct {
		Told    map[string]string
		Refused *refused
	}
	if err := json.Unmarshal(line, &said); err != nil {
		return nil, fmt.Errorf("reading %q: %w", line, err)
	}
	if said.Refused != nil {
		return nil, said.Refused
	}
	return said.Told, nil
}
