// Command probe is the oracle of the template engine's tests: it reads probes as a JSON list from
// stdin, runs each through text/template with the functions its mode asks for, and prints what
// came out as a JSON list.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

type probe struct {
	Mode     string          `json:"mode"`    // go, sprig or helm
	Missing  string          `json:"missing"` // default, zero, error or helm
	Data     json.RawMessage `json:"data"`
	Template string          `json:"template"`
}

type answer struct {
	Out   string `json:"out"`
	Error string `json:"error,omitempty"`
}

func main() {
	var probes []probe
	if err := json.NewDecoder(os.Stdin).Decode(&probes); err != nil {
		fmt.Fprintln(os.Stderr, "probes cannot be read:", err)
		os.Exit(1)
	}
	answers := make([]answer, len(probes))
	for i, p := range probes {
		out, err := run(p)
		if err != nil {
			answers[i] = answer{Error: err.Error()}
		} else {
			answers[i] = answer{Out: out}
		}
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, "answers cannot be written:", err)
		os.Exit(1)
	}
}

func run(p probe) (string, error) {
	var data any
	if err := json.Unmarshal(p.Data, &data); err != nil {
		return "", fmt.Errorf("data: %w", err)
	}
	t := template.New("probe")
	if p.Mode != "go" {
		t.Funcs(sprig.TxtFuncMap())
	}
	missing := p.Missing
	if missing == "helm" {
		missing = "zero"
	}
	t.Option("missingkey=" + missing)
	if p.Mode == "helm" {
		t.Funcs(helm(t, missing))
	}
	if _, err := t.Parse(p.Template); err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return "", err
	}
	if p.Missing == "helm" {
		return strings.ReplaceAll(out.String(), "<no value>", ""), nil
	}
	return out.String(), nil
}

// helm gives what Helm adds to sprig, for the templates that t knows.
func helm(t *template.Template, missing string) template.FuncMap {
	return template.FuncMap{
		"include": func(name string, data any) (string, error) {
			var out strings.Builder
			err := t.ExecuteTemplate(&out, name, data)
			return out.String(), err
		},
		"tpl": func(text string, data any) (string, error) {
			copied, err := t.Clone()
			if err != nil {
				return "", err
			}
			copied.Option("missingkey=" + missing).Funcs(helm(copied, missing))
			inner, err := copied.New("tpl").Parse(text)
			if err != nil {
				return "", err
			}
			var out strings.Builder
			err = inner.Execute(&out, data)
			return strings.ReplaceAll(out.String(), "<no value>", ""), err
		},
		"required": func(message string, value any) (any, error) {
			if value == nil || value == "" {
				return nil, errors.New(message)
			}
			return value, nil
		},
		"lookup": func(version, kind, namespace, name string) map[string]any {
			return map[string]any{}
		},
		"toYaml": func(value any) string {
			out, _ := yaml.Marshal(value)
			return strings.TrimSuffix(string(out), "\n")
		},
		"fromYaml": func(text string) map[string]any {
			value := map[string]any{}
			if err := yaml.Unmarshal([]byte(text), &value); err != nil {
				value["Error"] = err.Error()
			}
			return value
		},
		"fromYamlArray": func(text string) []any {
			value := []any{}
			if err := yaml.Unmarshal([]byte(text), &value); err != nil {
				value = []any{err.Error()}
			}
			return value
		},
		"toJson": func(value any) string {
			out, _ := json.Marshal(value)
			return string(out)
		},
		"fromJson": func(text string) map[string]any {
			value := map[string]any{}
			if err := json.Unmarshal([]byte(text), &value); err != nil {
				value["Error"] = err.Error()
			}
			return value
		},
		"fromJsonArray": func(text string) []any {
			value := []any{}
			if err := json.Unmarshal([]byte(text), &value); err != nil {
				value = []any{err.Error()}
			}
			return value
		},
	}
}
