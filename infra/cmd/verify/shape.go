package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// shape is the type of the value at each path of a document. The elements of a list share
// one path.
type shape map[string]string

func shapeOf(document []byte) (shape, error) {
	var value any
	if err := json.Unmarshal(document, &value); err != nil {
		return nil, fmt.Errorf("reading a document: %w", err)
	}
	s := shape{}
	s.add("", value)
	return s, nil
}

func (s shape) add(path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		s[path+"{}"] = "object"
		if strings.HasSuffix(path, "/clientMetadata") || strings.HasSuffix(path, "/validationData") {
			return // what a caller sends has no shape
		}
		for key, inner := range v {
			s.add(path+"/"+key, inner)
		}
	case []any:
		s[path+"[]"] = "list"
		for _, inner := range v {
			s.add(path+"[*]", inner)
		}
	case nil:
		s[path] = "null"
	default:
		s[path] = strings.TrimSuffix(fmt.Sprintf("%T", v), "64")
	}
}

// samples returns the shapes of the project's own events of one source and version.
func samples(root string, h header) ([]shape, error) {
	files, err := filepath.Glob(filepath.Join(root, "events", h.folder(), "*.json"))
	if err != nil {
		return nil, fmt.Errorf("looking for events: %w", err)
	}
	var all []shape
	for _, file := range files {
		if strings.HasSuffix(file, ".want.json") || strings.HasSuffix(file, ".rows.json") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading an event: %w", err)
		}
		var is header
		if json.Unmarshal(src, &is) != nil || is.Source != h.Source || fmt.Sprint(is.Version) != fmt.Sprint(h.Version) {
			continue
		}
		if s, err := shapeOf(src); err == nil {
			all = append(all, s)
		}
	}
	return all, nil
}

// against returns what the event has and no sample, and what every sample has but not the
// event.
func (s shape) against(all []shape) (unknown, missing []string) {
	for path, kind := range s {
		if !slices.ContainsFunc(all, func(sample shape) bool { return sample[path] == kind }) {
			unknown = append(unknown, path+" "+kind)
		}
	}
	if len(all) > 0 {
		for path, kind := range all[0] {
			everywhere := !slices.ContainsFunc(all, func(sample shape) bool { return sample[path] != kind })
			if everywhere && s[path] != kind {
				missing = append(missing, path+" "+kind)
			}
		}
	}
	slices.Sort(unknown)
	slices.Sort(missing)
	return unknown, missing
}

// keep writes the journey's events, redacted, and compares each with events/.
func keep(o options, p *place, all []record) ([]compared, error) {
	came, headers := events(all)
	redacts := newRedactor(p.target)
	found := map[string]compared{}
	for i, r := range came {
		h := headers[i]
		if h.folder() == "" || h.probed() {
			continue
		}
		s, err := shapeOf([]byte(r.Document))
		if err != nil {
			return nil, err
		}
		own, err := samples(o.root, h)
		if err != nil {
			return nil, err
		}
		c := compared{Source: h.Source, Version: fmt.Sprint(h.Version), Samples: len(own)}
		c.Unknown, c.Missing = s.against(own)
		c.File = filepath.Join("events", h.folder(), fmt.Sprintf("%s-%02d.json", strings.ToLower(h.Source), i+1))
		file := filepath.Join(o.out, c.File)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return nil, fmt.Errorf("keeping an event: %w", err)
		}
		if err := redacts.write(file, r.Document); err != nil {
			return nil, err
		}
		found[c.File] = c
	}
	var list []compared
	for _, file := range slices.Sorted(maps.Keys(found)) {
		list = append(list, found[file])
	}
	return list, nil
}
