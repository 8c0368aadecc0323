//! A server of releases on loopback, which can be as bad as real ones are.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// What it does with what it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It gives it, whole or in part.
    Well,
    /// It gives it whole, whatever part is asked for.
    Whole,
    /// It ends after so many bytes of the archive.
    Cut(usize),
    /// A page comes for everything, as where one has to log in to a network.
    Portal,
    /// The sum is another one's.
    WrongSum,
    /// It answers this.
    Status(u16),
    /// It says nothing.
    Silent,
}

/// The server, with one release.
pub(crate) struct Releases {
    pub(crate) url: String,
    manner: Arc<Mutex<Manner>>,
    /// Each request: its path, and the range that it asks for.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Releases {
    /// Serves the archive at `path` as `version`.
    pub(crate) fn start(version: &str, path: &Path) -> Result<Self> {
        let archive = std::fs::read(path).context("no archive")?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        let (manner, asked) = (Arc::new(Mutex::new(Manner::Well)), Arc::new(Mutex::new(Vec::new())));
        let (of_thread, heard) = (Arc::clone(&manner), Arc::clone(&asked));
        let name = format!("/{version}/istio-{version}-linux-amd64.tar.gz");
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (archive, name) = (archive.clone(), name.clone());
                let (manner, heard) = (Arc::clone(&of_thread), Arc::clone(&heard));
                std::thread::spawn(move || {
                    let manner = manner.lock().map_or(Manner::Well, |manner| *manner);
                    // Who asked may have gone.
                    let _ = serve(stream, manner, (&name, &archive), &heard);
                });
            }
        });
        Ok(Self { url, manner, asked })
    }

    pub(crate) fn be(&self, manner: Manner) {
        if let Ok(mut own) = self.manner.lock() {
            *own = manner;
        }
    }

    /// What was asked for since the last time.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().map(|mut asked| std::mem::take(&mut *asked)).unwrap_or_default()
    }
}

/// The sha256 sum of an archive, as it is written down.
pub(crate) fn sum(archive: &[u8]) -> String {
    Sha256::digest(archive).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A proxy that leads wherever it is asked to `server`: its URL, and the first line of each request.
pub(crate) fn proxy_to(server: &str) -> Result<(String, Arc<Mutex<Vec<String>>>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (heard, server) = (Arc::clone(&asked), server.trim_start_matches("http://").to_owned());
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let (heard, server) = (Arc::clone(&heard), server.clone());
            // Who asked may have gone.
            std::thread::spawn(move || drop(tunnel(client, &server, &heard)));
        }
    });
    Ok((url, asked))
}

fn tunnel(client: TcpStream, server: &str, heard: &Mutex<Vec<String>>) -> Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    if let Ok(mut heard) = heard.lock() {
        heard.push(line.trim_end().to_owned());
    }
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line)?;
    }
    let upstream = TcpStream::connect(server)?;
    (&client).write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    let (mut there, mut back) = (upstream.try_clone()?, client);
    std::thread::spawn(move || std::io::copy(&mut reader, &mut there));
    std::io::copy(&mut &upstream, &mut back)?;
    Ok(())
}

fn serve(
    mut stream: TcpStream,
    manner: Manner,
    (name, archive): (&str, &[u8]),
    heard: &Mutex<Vec<String>>,
) -> Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().context("no request")??;
    let path = first.split(' ').nth(1).context("no path")?.to_owned();
    let mut range = None;
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((_, from)) = line.to_lowercase().split_once("range: bytes=") {
            range = from.trim_end_matches('-').parse::<usize>().ok();
        }
    }
    if let Ok(mut heard) = heard.lock() {
        heard.push(format!("{path}{}", range.map_or_else(String::new, |from| format!(" from {from}"))));
    }
    let mut answer = |status: &str, length: usize, body: &[u8]| -> Result<()> {
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n")?;
        Ok(stream.write_all(body)?)
    };
    let sum = sum(archive);
    let is_sum = path == format!("{name}.sha256");
    match manner {
        Manner::Silent => {
            std::thread::sleep(std::time::Duration::from_secs(60));
            Ok(())
        }
        Manner::Status(status) => answer(&format!("{status} Odd"), 0, b""),
        Manner::Portal => {
            let page = b"<html><body>Log in to Hotel WiFi</body></html>";
            answer("200 OK", page.len(), page)
        }
        Manner::WrongSum if is_sum => answer("200 OK", 64, "0".repeat(64).as_bytes()),
        _ if is_sum => {
            let line = format!("{sum}  {}\n", name.rsplit('/').next().unwrap_or_default());
            answer("200 OK", line.len(), line.as_bytes())
        }
        _ if path != name => answer("404 Not Found", 0, b""),
        Manner::Cut(most) => {
            let from = range.unwrap_or(0);
            let status = if range.is_some() { "206 Partial Content" } else { "200 OK" };
            answer(status, archive.len() - from, &archive[from..most.max(from).min(archive.len())])
        }
        Manner::Whole => answer("200 OK", archive.len(), archive),
        _ => match range {
            Some(from) if from >= archive.len() => answer("416 Range Not Satisfiable", 0, b""),
            Some(from) => answer("206 Partial Content", archive.len() - from, &archive[from..]),
            None => answer("200 OK", archive.len(), archive),
        },
    }
}
