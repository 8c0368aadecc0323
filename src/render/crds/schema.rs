//! The short notation of the CRD files to structural OpenAPI v3 schemas; `templates/core/crds/README.md` describes it.

use std::fmt;

use serde_json::{Map, Value, json};

/// OpenAPI keywords that are taken over as they stand.
const PLAIN: [&str; 14] = [
    "format",
    "required",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-preserve-unknown-fields",
];

/// The keywords that nearly all type words stand for. There are thousands of schemas, so room that stays empty shows.
const TYPE_KEYWORDS: usize = 1;

/// How deep a schema may go: more is a type that holds itself, which a structural schema cannot express.
const MAX_DEPTH: usize = 64;

/// What is wrong with a schema, and where in it.
#[derive(Debug)]
pub(super) struct Fault {
    /// From the outermost to the innermost.
    path: Vec<String>,
    problem: String,
}

impl Fault {
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Self { path: Vec::new(), problem: problem.into() }
    }

    /// The same fault, seen from outside of `step`.
    pub(super) fn at(mut self, step: impl Into<String>) -> Self {
        self.path.insert(0, step.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path.join("."))?;
        }
        f.write_str(&self.problem)
    }
}

/// The named types a schema may `$ref`; the kind's own go before the shared ones.
pub(super) struct Types<'a> {
    pub(super) shared: &'a Map<String, Value>,
    pub(super) local: &'a Map<String, Value>,
}

impl Types<'_> {
    /// The OpenAPI schema that `short` stands for.
    pub(super) fn expand(&self, short: &Value) -> Result<Value, Fault> {
        self.schema(short, 0).map(Value::Object)
    }

    /// The OpenAPI schema of the named type.
    pub(super) fn named(&self, name: &str) -> Result<Value, Fault> {
        self.reference(name, 0).map(Value::Object)
    }

    fn schema(&self, short: &Value, depth: usize) -> Result<Map<String, Value>, Fault> {
        if depth > MAX_DEPTH {
            return Err(Fault::new(format!("nested more than {MAX_DEPTH} deep; does a type hold itself?")));
        }
        match short {
            Value::String(word) => {
                let mut schema = Map::with_capacity(TYPE_KEYWORDS);
                set_type(&mut schema, word)?;
                Ok(schema)
            }
            Value::Array(items) => match items.as_slice() {
                [item] => array_of(self.schema(item, depth + 1).map_err(|fault| fault.at("[]"))?),
                _ => Err(Fault::new("a list stands for an array and names its one item type")),
            },
            Value::Object(keywords) if keywords.contains_key("$ref") => self.extended(keywords, depth),
            Value::Object(keywords) => self.keywords(keywords, depth),
            other => Err(Fault::new(format!("want a type, not {other}"))),
        }
    }

    fn reference(&self, name: &str, depth: usize) -> Result<Map<String, Value>, Fault> {
        let short = self.local.get(name).or_else(|| self.shared.get(name));
        let short = short.ok_or_else(|| Fault::new(format!("no type is named {name}")))?;
        self.schema(short, depth + 1).map_err(|fault| fault.at(format!("<{name}>")))
    }

    /// A `$ref` with what is said beside it: a description takes the place of the type's, rules go before the type's.
    fn extended(&self, keywords: &Map<String, Value>, depth: usize) -> Result<Map<String, Value>, Fault> {
        let mut rules = Vec::new();
        let mut description = None;
        for (keyword, value) in keywords {
            match (keyword.as_str(), value) {
                ("$ref", Value::String(_)) => {}
                ("description", Value::String(_)) => description = Some(value.clone()),
                ("x-rules", _) => rules = rules_of(value)?,
                _ => return Err(Fault::new(format!("{keyword} cannot stand beside a $ref"))),
            }
        }
        let name = keywords.get("$ref").and_then(Value::as_str).unwrap_or_default();
        let mut schema = self.reference(name, depth)?;
        if let Some(description) = description {
            schema.insert("description".into(), description);
        }
        if !rules.is_empty() {
            if let Some(Value::Array(more)) = schema.remove(VALIDATIONS) {
                rules.extend(more);
            }
            schema.insert(VALIDATIONS.into(), rules.into());
        }
        Ok(schema)
    }

    fn keywords(&self, keywords: &Map<String, Value>, depth: usize) -> Result<Map<String, Value>, Fault> {
        let mut schema = Map::with_capacity(keywords.len() + TYPE_KEYWORDS);
        if let Some(description) = keywords.get("description") {
            schema.insert("description".into(), description.clone());
        }
        set_type(&mut schema, keywords.get("type").map_or_else(|| implied(keywords), word)?)?;
        for (keyword, value) in keywords {
            let expanded = match keyword.as_str() {
                "description" | "type" => continue,
                "enum" => value.clone(),
                "properties" => self.properties(value, depth)?.into(),
                "items" => self.schema(value, depth + 1).map_err(|fault| fault.at("[]"))?.into(),
                "additionalProperties" => self.schema(value, depth + 1).map_err(|fault| fault.at("*"))?.into(),
                "x-rules" => {
                    schema.insert(VALIDATIONS.into(), rules_of(value)?.into());
                    continue;
                }
                "x-one-of" => {
                    schema.extend(one_of(value)?);
                    continue;
                }
                plain if PLAIN.contains(&plain) => value.clone(),
                _ => return Err(Fault::new(format!("unknown keyword {keyword}"))),
            };
            schema.insert(keyword.clone(), expanded);
        }
        Ok(schema)
    }

    fn properties(&self, value: &Value, depth: usize) -> Result<Map<String, Value>, Fault> {
        let fields = value.as_object().ok_or_else(|| Fault::new("properties: want a map"))?;
        fields
            .iter()
            .map(|(name, short)| {
                let schema = self.schema(short, depth + 1).map_err(|fault| fault.at(name))?;
                Ok((name.clone(), schema.into()))
            })
            .collect()
    }
}

const VALIDATIONS: &str = "x-kubernetes-validations";

fn word(value: &Value) -> Result<&str, Fault> {
    value.as_str().ok_or_else(|| Fault::new(format!("type: want a word, not {value}")))
}

/// The type of a schema that does not name it, by the keywords it has.
fn implied(keywords: &Map<String, Value>) -> Result<&'static str, Fault> {
    let by_keyword =
        [("properties", "object"), ("additionalProperties", "object"), ("items", "array"), ("enum", "string")];
    by_keyword
        .into_iter()
        .find(|(keyword, _)| keywords.contains_key(*keyword))
        .map(|(_, word)| word)
        .ok_or_else(|| Fault::new("no type, and none follows from the other keywords"))
}

/// Sets what a type word stands for; `?` at its end makes it nullable.
fn set_type(schema: &mut Map<String, Value>, word: &str) -> Result<(), Fault> {
    let (name, nullable) = word.strip_suffix('?').map_or((word, false), |name| (name, true));
    let mut set = |keyword: &str, value: Value| {
        schema.insert(keyword.into(), value);
    };
    match name {
        "string" | "boolean" | "integer" | "number" | "object" | "array" => set("type", name.into()),
        "int32" => {
            set("type", "integer".into());
            set("format", "int32".into());
        }
        // Kubernetes knows no unsigned formats, so bounds say it. The 64 bits of JSON numbers bound uint64 themselves.
        "uint32" => {
            set("type", "integer".into());
            set("minimum", 0.into());
            set("maximum", u32::MAX.into());
        }
        "uint64" => {
            set("type", "integer".into());
            set("minimum", 0.into());
        }
        "double" => {
            set("type", "number".into());
            set("format", "double".into());
        }
        "int-or-string" => {
            set("anyOf", json!([{ "type": "integer" }, { "type": "string" }]));
            set("x-kubernetes-int-or-string", true.into());
        }
        _ => return Err(Fault::new(format!("unknown type {word}"))),
    }
    if nullable {
        set("nullable", true.into());
    }
    Ok(())
}

fn array_of(items: Map<String, Value>) -> Result<Map<String, Value>, Fault> {
    let mut schema = Map::with_capacity(2);
    schema.insert("type".into(), "array".into());
    schema.insert("items".into(), items.into());
    Ok(schema)
}

/// `x-rules`, message to rule, as CEL validations. A list of fields is the rule that at most one of them is set.
fn rules_of(value: &Value) -> Result<Vec<Value>, Fault> {
    let rules = value.as_object().ok_or_else(|| Fault::new("x-rules: want a map of messages to rules"))?;
    rules
        .iter()
        .map(|(message, rule)| {
            let rule = match rule {
                Value::String(rule) => rule.clone(),
                Value::Array(_) => {
                    let set: Vec<String> =
                        fields(rule)?.into_iter().map(|field| format!("(has(self.{field}) ? 1 : 0)")).collect();
                    format!("{} <= 1", set.join(" + "))
                }
                _ => return Err(Fault::new("want a CEL expression or a list of fields").at(message).at("x-rules")),
            };
            Ok(Value::Object(Map::from_iter([
                ("message".to_owned(), message.as_str().into()),
                ("rule".to_owned(), rule.into()),
            ])))
        })
        .collect()
}

/// `x-one-of`: none of the fields, or exactly one. Several lists are several such groups, which all have to hold.
fn one_of(value: &Value) -> Result<Map<String, Value>, Fault> {
    let groups = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut schema = Map::new();
    if groups.iter().all(Value::is_string) {
        schema.insert("oneOf".into(), at_most_one(&fields(value)?));
    } else {
        let all: Vec<Value> = groups
            .iter()
            .map(|group| Ok(json!({ "oneOf": at_most_one(&fields(group)?) })))
            .collect::<Result<_, Fault>>()?;
        schema.insert("allOf".into(), all.into());
    }
    Ok(schema)
}

fn at_most_one(fields: &[&str]) -> Value {
    let each = || fields.iter().map(|field| json!({ "required": [field] }));
    let none = json!({ "not": { "anyOf": each().collect::<Vec<_>>() } });
    std::iter::once(none).chain(each()).collect()
}

fn fields(value: &Value) -> Result<Vec<&str>, Fault> {
    let fields: Option<Vec<&str>> = value.as_array().and_then(|names| names.iter().map(Value::as_str).collect());
    fields.filter(|names| !names.is_empty()).ok_or_else(|| Fault::new(format!("want a list of fields, not {value}")))
}
