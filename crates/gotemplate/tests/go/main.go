// Command probe is the oracle of tests that compare with Go: it reads probes from stdin, a JSON object a line, and answers
// each with a line: what text/template makes of it with the functions its mode asks for, or what sigs.k8s.io/yaml reads.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/template"
	"time"

	"github.com/Masterminds/sprig/v3"
	goyaml "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"
)

// A probe that takes longer, or gives more, is not compared: Go has no bounds of its own.
const (
	patience   = 10 * time.Second
	mostOutput = 64 << 20
)

type probe struct {
	Mode     string          `json:"mode"`    // go, sprig, helm, or yaml: then the template is a document
	Missing  string          `json:"missing"` // default, zero, error or helm
	Data     json.RawMessage `json:"data"`
	Template string          `json:"template"`
}

type answer struct {
	Out   string `json:"out"`
	Error string `json:"error,omitempty"`
	// There is no answer: it would take too long, or be too long, or is one of several documents.
	None bool `json:"none,omitempty"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var p probe
		if err == nil {
			err = json.Unmarshal(line, &p)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "a probe cannot be read:", err)
			os.Exit(1)
		}
		given := make(chan answer, 1)
		go func() { given <- answered(p) }()
		var a answer
		late := false
		select {
		case a = <-given:
		case <-time.After(patience):
			a, late = answer{None: true}, true
		}
		if err := encoder.Encode(a); err != nil {
			fmt.Fprintln(os.Stderr, "an answer cannot be written:", err)
			os.Exit(1)
		}
		// What still runs cannot be ended otherwise; whoever asks starts another.
		if late {
			return
		}
	}
}

func answered(p probe) (a answer) {
	defer func() {
		if said := recover(); said != nil {
			a = answer{Error: fmt.Sprint("panic: ", said)}
		}
	}()
	if p.Mode == "yaml" {
		return document(p.Template)
	}
	out, err := run(p)
	switch {
	case errors.Is(err, errTooLong):
		return answer{None: true}
	case err != nil:
		return answer{Error: err.Error()}
	}
	return answer{Out: out}
}

// document reads one document as Kubernetes' tools do, to JSON.
func document(text string) answer {
	decoder := goyaml.NewDecoder(strings.NewReader(text))
	for count := 0; ; count++ {
		var any interface{}
		err := decoder.Decode(&any)
		if err == io.EOF {
			break
		}
		if err != nil {
			return answer{Error: err.Error()}
		}
		if count > 0 {
			return answer{None: true}
		}
	}
	out, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Out: string(out)}
}

var errTooLong = errors.New("too long")

// bounded is a buffer that ends what writes too much into it.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > mostOutput {
		return 0, errTooLong
	}
	return b.Buffer.Write(p)
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
	var out bounded
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
