//! Asking a supervisor.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::protocol::{CONTROL_SOCKET, Reply, Request};

/// How long a supervisor may think. Ending an istiod takes it longest.
const PATIENCE: Duration = Duration::from_secs(120);

/// One request, one reply.
pub(super) fn ask(folder: &Path, request: &Request) -> Result<Reply> {
    let socket = folder.join(CONTROL_SOCKET);
    let converse = || -> Result<Reply> {
        let mut stream = UnixStream::connect(&socket)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        writeln!(stream, "{}", serde_json::to_string(request)?)?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    };
    converse().with_context(|| format!("the test cluster's supervisor does not answer on {}", socket.display()))
}
