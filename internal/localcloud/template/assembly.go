package template

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// manifest is the needed part of a cloud assembly's manifest.json (aws-cdk,
// cloud-assembly-schema, version 48).
type manifest struct {
	Artifacts map[string]struct {
		Type        string `json:"type"`
		DisplayName string `json:"displayName"`
		Properties  struct {
			TemplateFile  string `json:"templateFile"`
			StackName     string `json:"stackName"`
			File          string `json:"file"`
			DirectoryName string `json:"directoryName"`
		} `json:"properties"`
	} `json:"artifacts"`
}

// assetManifest is a stack's *.assets.json.
type assetManifest struct {
	Files map[string]struct {
		Source struct {
			Path string `json:"path"`
		} `json:"source"`
		Destinations map[string]struct {
			ObjectKey string `json:"objectKey"`
		} `json:"destinations"`
	} `json:"files"`
}

// foundStack is a stack whose template is not yet interpreted.
type foundStack struct {
	name, artifact string
	template       document
	assets         map[string]string // S3 object key → absolute path
	dir            string
}

// findStack finds one stack in the assembly and in those nested in it, which a CDK Stage
// makes.
func findStack(dir, wanted string) (*foundStack, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("finding the folder: %w", err)
	}
	stacks, err := stacksIn(absolute)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, stack := range stacks {
		names = append(names, stack.name)
	}
	slices.Sort(names)
	if wanted != "" {
		stacks = slices.DeleteFunc(stacks, func(s *foundStack) bool { return s.name != wanted && s.artifact != wanted })
	}
	switch {
	case len(stacks) == 1:
		return stacks[0], nil
	case wanted == "":
		return nil, fmt.Errorf("it has %d stacks (%s); name one", len(names), strings.Join(names, ", "))
	}
	return nil, fmt.Errorf("it has no stack %s, but %s", wanted, strings.Join(names, ", "))
}

func stacksIn(dir string) ([]*foundStack, error) {
	var m manifest
	if err := readJSON(filepath.Join(dir, "manifest.json"), &m); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no manifest.json; synthesize the stack first (make synth-host, in the project's folder): %w", err)
		}
		return nil, err
	}
	var stacks []*foundStack
	assets := map[string]string{}
	for id, artifact := range m.Artifacts {
		var err error
		switch artifact.Type {
		case "aws:cloudformation:stack":
			found := &foundStack{name: cmp.Or(artifact.Properties.StackName, id), artifact: id, assets: assets, dir: dir}
			err = readJSON(filepath.Join(dir, artifact.Properties.TemplateFile), &found.template)
			stacks = append(stacks, found)
		case "cdk:asset-manifest":
			err = addAssets(assets, dir, artifact.Properties.File)
		case "cdk:cloud-assembly":
			var nested []*foundStack
			nested, err = stacksIn(filepath.Join(dir, artifact.Properties.DirectoryName))
			stacks = append(stacks, nested...)
		}
		if err != nil {
			return nil, err
		}
	}
	return stacks, nil
}

func addAssets(assets map[string]string, dir, file string) error {
	var listed assetManifest
	if err := readJSON(filepath.Join(dir, file), &listed); err != nil {
		return err
	}
	for _, asset := range listed.Files {
		for _, destination := range asset.Destinations {
			assets[destination.ObjectKey] = within(dir, asset.Source.Path)
		}
	}
	return nil
}

func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// readJSON keeps numbers as written: in a template 1 and "1" mean the same.
func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("decoding %s: %w", path, err)
	}
	return nil
}
