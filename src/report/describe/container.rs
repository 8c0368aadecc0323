//! A container, its state, its environment and its mounts, as `kubectl describe` writes them.

use serde_json::Value;

use super::columns::Columns;
use super::environment;
use super::values::{Clock, is_set, items, plain, sorted, text, texts};

/// What containers are described with.
pub(super) struct Containers<'a> {
    /// The pod, where there is one: fields of it are what variables have.
    pub(super) pod: Option<&'a Value>,
    /// How times are shown.
    pub(super) clock: &'a Clock,
    /// What everything is indented by: a template stands below its workload.
    pub(super) space: &'static str,
}

impl Containers<'_> {
    /// Containers below a heading, each with its status where it is known.
    pub(super) fn write(&self, columns: &mut Columns, heading: &str, containers: &Value, statuses: &Value) {
        let none = if items(containers).is_empty() { " <none>" } else { "" };
        columns.line(0, &[&format!("{}{heading}:{none}", self.space)]);
        for container in items(containers) {
            let status = items(statuses).iter().find(|status| status["name"] == container["name"]);
            self.one(columns, container, status);
        }
    }

    fn one(&self, columns: &mut Columns, container: &Value, status: Option<&Value>) {
        let indent = if self.space.is_empty() { "" } else { " " };
        columns.line(1, &[&format!("{indent}{}:", text(&container["name"]))]);
        if let Some(status) = status {
            columns.field(2, "Container ID", text(&status["containerID"]));
        }
        columns.field(2, "Image", text(&container["image"]));
        if let Some(status) = status {
            columns.field(2, "Image ID", text(&status["imageID"]));
        }
        ports(columns, container);
        seccomp(columns, 2, 3, &container["securityContext"]["seccompProfile"]);
        for (heading, words) in [("Command", &container["command"]), ("Args", &container["args"])] {
            let words = texts(words);
            if !words.is_empty() {
                columns.line(2, &[&format!("{heading}:")]);
            }
            for line in words.iter().flat_map(|word| word.split('\n')) {
                columns.line(3, &[line]);
            }
        }
        if let Some(status) = status {
            self.status(columns, status);
        }
        resources(columns, 2, &container["resources"]);
        for (heading, field) in
            [("Liveness", "livenessProbe"), ("Readiness", "readinessProbe"), ("Startup", "startupProbe")]
        {
            if container[field].is_object() {
                // A script in a probe breaks the line, and what follows is aligned anew: kubectl does not mind either.
                let probe = probe(&container[field]);
                let mut lines = probe.split('\n');
                columns.field(2, heading, lines.next().unwrap_or_default());
                lines.for_each(|line| columns.line(0, &[line]));
            }
        }
        environment::write(columns, container, self.pod);
        mounts(columns, container);
    }

    fn status(&self, columns: &mut Columns, status: &Value) {
        self.state(columns, "State", &status["state"]);
        if status["lastState"]["terminated"].is_object() {
            self.state(columns, "Last State", &status["lastState"]);
        }
        columns.field(2, "Ready", if status["ready"] == true { "True" } else { "False" });
        columns.field(2, "Restart Count", &status["restartCount"].as_i64().unwrap_or_default().to_string());
    }

    fn state(&self, columns: &mut Columns, heading: &str, state: &Value) {
        let (running, ended) = (&state["running"], &state["terminated"]);
        if running.is_object() {
            columns.field(2, heading, "Running");
            columns.field(3, "Started", &self.clock.moment(&running["startedAt"]));
        } else if ended.is_object() && !state["waiting"].is_object() {
            columns.field(2, heading, "Terminated");
            for (name, field) in [("Reason", "reason"), ("Message", "message")] {
                if is_set(&ended[field]) {
                    columns.field(3, name, text(&ended[field]));
                }
            }
            columns.field(3, "Exit Code", &ended["exitCode"].as_i64().unwrap_or_default().to_string());
            if let Some(signal) = ended["signal"].as_i64().filter(|signal| *signal > 0) {
                columns.field(3, "Signal", &signal.to_string());
            }
            columns.field(3, "Started", &self.clock.moment(&ended["startedAt"]));
            columns.field(3, "Finished", &self.clock.moment(&ended["finishedAt"]));
        } else {
            columns.field(2, heading, "Waiting");
            if is_set(&state["waiting"]["reason"]) {
                columns.field(3, "Reason", text(&state["waiting"]["reason"]));
            }
        }
    }
}

/// The seccomp profile, and the file where it is one of the node.
pub(super) fn seccomp(columns: &mut Columns, level: usize, file_level: usize, profile: &Value) {
    if profile.is_object() {
        columns.field(level, "SeccompProfile", text(&profile["type"]));
        if profile["type"] == "Localhost" {
            columns.field(file_level, "LocalhostProfile", text(&profile["localhostProfile"]));
        }
    }
}

/// Limits and requests.
pub(super) fn resources(columns: &mut Columns, level: usize, resources: &Value) {
    for (heading, field) in [("Limits", "limits"), ("Requests", "requests")] {
        let entries = sorted(&resources[field]);
        if !entries.is_empty() {
            columns.line(level, &[&format!("{heading}:")]);
        }
        for (name, amount) in entries {
            columns.field(level + 1, name, &plain(amount));
        }
    }
}

/// Ports without their names: kubectl shows those from 1.35 on only.
fn ports(columns: &mut Columns, container: &Value) {
    for (one, many, field) in [("Port", "Ports", "containerPort"), ("Host Port", "Host Ports", "hostPort")] {
        let shown = |port: &Value| format!("{}/{}", port[field].as_i64().unwrap_or_default(), text(&port["protocol"]));
        let all: Vec<String> = items(&container["ports"]).iter().map(shown).collect();
        let shown = if all.is_empty() { "<none>".to_owned() } else { all.join(", ") };
        columns.field(2, if all.len() > 1 { many } else { one }, &shown);
    }
}

fn mounts(columns: &mut Columns, container: &Value) {
    let by = |list: &'static str, field: &'static str| {
        let mut all: Vec<&Value> = items(&container[list]).iter().collect();
        all.sort_by_key(move |one| text(&one[field]));
        all
    };
    let mounts = by("volumeMounts", "mountPath");
    let heading = |columns: &mut Columns, name: &str| match mounts.is_empty() {
        true => columns.field(2, name, "<none>"),
        false => columns.line(2, &[&format!("{name}:")]),
    };
    heading(columns, "Mounts");
    for mount in &mounts {
        let mut flags = if mount["readOnly"] == true { "ro".to_owned() } else { "rw".to_owned() };
        if is_set(&mount["subPath"]) {
            flags.push_str(&format!(",path={:?}", text(&mount["subPath"])));
        }
        columns.line(3, &[&format!("{} from {} ({flags})", text(&mount["mountPath"]), text(&mount["name"]))]);
    }
    let devices = by("volumeDevices", "devicePath");
    if !devices.is_empty() {
        heading(columns, "Devices");
    }
    for device in devices {
        columns.line(3, &[&format!("{} from {}", text(&device["devicePath"]), text(&device["name"]))]);
    }
}

/// What a probe asks, and how often.
fn probe(probe: &Value) -> String {
    let number = |field: &str| probe[field].as_i64().unwrap_or_default();
    let pace = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        number("initialDelaySeconds"),
        number("timeoutSeconds"),
        number("periodSeconds"),
        number("successThreshold"),
        number("failureThreshold")
    );
    let (http, tcp, grpc) = (&probe["httpGet"], &probe["tcpSocket"], &probe["grpc"]);
    if probe["exec"].is_object() {
        format!("exec [{}] {pace}", texts(&probe["exec"]["command"]).join(" "))
    } else if http.is_object() {
        format!("http-get {} {pace}", address(http))
    } else if tcp.is_object() {
        format!("tcp-socket {}:{} {pace}", text(&tcp["host"]), plain(&tcp["port"]))
    } else if grpc.is_object() {
        format!("grpc <pod>:{} {} {pace}", grpc["port"].as_i64().unwrap_or_default(), text(&grpc["service"]))
    } else {
        format!("unknown {pace}")
    }
}

/// The URL of a probe, as Go writes URLs.
fn address(http: &Value) -> String {
    let (host, path) = (text(&http["host"]), text(&http["path"]));
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let mut url = format!("{}://{host}:{}", text(&http["scheme"]).to_lowercase(), plain(&http["port"]));
    if !path.is_empty() && !path.starts_with('/') {
        url.push('/');
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn probes() {
        let pace = json!({"initialDelaySeconds": 1, "timeoutSeconds": 2, "periodSeconds": 3, "successThreshold": 4, "failureThreshold": 5});
        let with = |field: &str, value: Value| {
            let mut probe = pace.clone();
            probe[field] = value;
            super::probe(&probe)
        };
        let shown = "delay=1s timeout=2s period=3s #success=4 #failure=5";
        let table = [
            (
                with("httpGet", json!({"path": "/a b?c", "port": "web", "scheme": "HTTP"})),
                "http-get http://:web/a%20b%3Fc ",
            ),
            (
                with("httpGet", json!({"path": "x", "port": 80, "scheme": "HTTPS", "host": "::1"})),
                "http-get https://[::1]:80/x ",
            ),
            (with("exec", json!({"command": ["cat", "/x"]})), "exec [cat /x] "),
            (with("tcpSocket", json!({"port": 80})), "tcp-socket :80 "),
            (with("grpc", json!({"port": 80, "service": ""})), "grpc <pod>:80  "),
            (super::probe(&pace), "unknown "),
        ];
        for (probe, expected) in table {
            assert_eq!(probe, format!("{expected}{shown}"));
        }
    }
}
