//! The Unix socket on which the supervisor is asked for things: one JSON request per line, one JSON reply.

use std::path::Path;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, oneshot};

use crate::protocol::{Reply, Request};

/// A request, and where its reply goes.
pub(super) type Asking = (Request, oneshot::Sender<Reply>);

/// Makes the socket, and passes on what is asked there.
pub(super) fn listen(socket: &Path, ask: mpsc::Sender<Asking>) -> Result<()> {
    let listener = UnixListener::bind(socket).with_context(|| format!("cannot listen on {}", socket.display()))?;
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let ask = ask.clone();
            tokio::spawn(async move {
                // Who asks and goes away gets no reply.
                let _ = converse(connection, ask).await;
            });
        }
    });
    Ok(())
}

async fn converse(connection: UnixStream, ask: mpsc::Sender<Asking>) -> Result<()> {
    let (read, mut write) = connection.into_split();
    let mut lines = BufReader::new(read).lines();
    while let Some(line) = lines.next_line().await? {
        let reply = match serde_json::from_str(&line) {
            Ok(request) => {
                let (send, receive) = oneshot::channel();
                ask.send((request, send)).await.context("the supervisor is ending")?;
                receive.await.context("the supervisor is ending")?
            }
            Err(cause) => Reply::Error(format!("not a request: {cause}")),
        };
        write.write_all(format!("{}\n", serde_json::to_string(&reply)?).as_bytes()).await?;
    }
    Ok(())
}
