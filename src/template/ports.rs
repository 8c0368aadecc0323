//! Ports of containers, as the flags of Istio's traffic redirection list them.

use gotemplate::{Functions, Value};

use super::functions::{shown, text};

/// `excluded`, a list of ports with commas, with `port` in it; as it is where `port` is none, 0 or there already.
fn exclude(port: &str, excluded: &str) -> String {
    let port = port.trim();
    if port.is_empty() || port == "0" || excluded.split(',').any(|known| known == port) {
        return excluded.to_owned();
    }
    let mut ports: Vec<&str> = excluded.split(',').map(str::trim).filter(|known| !known.is_empty()).collect();
    ports.push(port);
    ports.join(",")
}

/// The TCP ports of `containers` but those named `without`, with commas.
fn of(containers: Option<&Value>, without: Option<&str>) -> Result<String, String> {
    let json = containers.unwrap_or(&Value::Nil).to_json()?;
    let mut ports = Vec::new();
    for container in json.as_array().into_iter().flatten() {
        if without.is_some() && container["name"].as_str() == without {
            continue;
        }
        for port in container["ports"].as_array().into_iter().flatten() {
            if !matches!(port["protocol"].as_str(), Some("UDP" | "SCTP")) {
                ports.push(port["containerPort"].to_string());
            }
        }
    }
    Ok(ports.join(","))
}

pub(super) fn add(functions: &mut Functions) {
    functions.insert("excludeInboundPort", |_, args| -> Result<Value, String> {
        Ok(exclude(&shown(args.first()), &text(args.get(1))?).into())
    });
    functions.insert("applicationPorts", |_, args| -> Result<Value, String> {
        Ok(of(args.first(), Some("istio-proxy"))?.into())
    });
    functions.insert("includeInboundPorts", |_, args| -> Result<Value, String> { Ok(of(args.first(), None)?.into()) });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_excluded_once() {
        let table = [
            ("15020", "", "15020"),
            ("15020", "80", "80,15020"),
            ("80", "80, 81", "80, 81"),
            ("82", "80, 81,", "80,81,82"),
            ("0", "80", "80"),
            ("", "80", "80"),
        ];
        for (port, excluded, want) in table {
            assert_eq!(exclude(port, excluded), want, "{port} in {excluded}");
        }
    }
}
