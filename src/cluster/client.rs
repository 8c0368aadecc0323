//! The HTTP client: the stack of `kube`, with credentials of a plugin where there is one, and an end to every answer that
//! never comes.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{Method, Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kube::client::{Body, ClientBuilder, ConfigExt};
use tokio::time::{Instant, Sleep, timeout};
use tower::BoxError;

use super::clock::Clock;
use super::page;
use super::plugin::Tokens;

/// How long a server may be silent before an answer, and within one. A connection may be half-open (whoever was at the
/// other end is gone, or what stands between does not pass anything on): nothing but time tells.
const SILENCE: Duration = Duration::from_secs(28);
/// … before the answer to a write: the webhooks that the server asks have up to 30 s.
const SILENCE_OF_WRITES: Duration = Duration::from_secs(40);

/// A server that takes requests and does not say a word.
#[derive(Debug)]
struct Silent(Duration);

impl std::fmt::Display for Silent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a word for {} s", self.0.as_secs())
    }
}

impl std::error::Error for Silent {}

/// The client of a configuration from which the plugin was taken out; `tokens` are the plugin's.
/// It tells `clock` what time it is there.
pub(super) fn client(
    config: kube::Config,
    tokens: Option<Arc<Tokens>>,
    clock: Arc<Clock>,
) -> kube::Result<kube::Client> {
    let namespace = config.default_namespace.clone();
    let inner = stack(config)?;
    let service = tower::service_fn(move |request| send(inner.clone(), tokens.clone(), Arc::clone(&clock), request));
    Ok(ClientBuilder::new(service, namespace).build())
}

/// The stack of `kube`, but with TCP_NODELAY: without it the first request of a connection waits 40 ms for an ACK.
fn stack(config: kube::Config) -> kube::Result<kube::Client> {
    if config.proxy_url.is_some() {
        return kube::Client::try_from(config);
    }
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector.set_connect_timeout(config.connect_timeout);
    let https = config.rustls_https_connector_with_connector(connector)?;
    let http = hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build::<_, Body>(https);
    let namespace = config.default_namespace.clone();
    let service = tower::ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .layer(tower_http::decompression::DecompressionLayer::new())
        .option_layer(config.auth_layer()?)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .service(http);
    Ok(ClientBuilder::new(service, namespace).build())
}

async fn send(
    inner: kube::Client,
    tokens: Option<Arc<Tokens>>,
    clock: Arc<Clock>,
    mut request: Request<Body>,
) -> Result<Response<Heard<Body>>, BoxError> {
    if let Some(tokens) = tokens {
        request.headers_mut().insert(AUTHORIZATION, tokens.header().await?);
    }
    let bound = if *request.method() == Method::GET { SILENCE } else { SILENCE_OF_WRITES };
    let response = timeout(bound, inner.send(request)).await.map_err(|_| Silent(bound))??;
    clock.hear(response.headers());
    let heard = |body| Heard { body, bound, silence: Box::pin(tokio::time::sleep(bound)), waits: false };
    let response = response.map(heard);
    Ok(if page::is_foreign(&response) { page::as_status(response).await.map(heard) } else { response })
}

/// An answer that ends where nothing more of it comes for a while, however long it is as a whole.
struct Heard<B> {
    body: B,
    bound: Duration,
    silence: Pin<Box<Sleep>>,
    waits: bool,
}

impl<B: HttpBody<Error: Into<BoxError>> + Unpin> HttpBody for Heard<B> {
    type Data = B::Data;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.waits = false;
            return Poll::Ready(frame.map(|frame| frame.map_err(|error| bare(error.into()))));
        }
        if !self.waits {
            self.waits = true;
            let until = Instant::now() + self.bound;
            self.silence.as_mut().reset(until);
        }
        let bound = self.bound;
        self.silence.as_mut().poll(context).map(|()| Some(Err(Silent(bound).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An error of the inner client as what it is about: the outer one puts its name before it again.
fn bare(error: BoxError) -> BoxError {
    match error.downcast::<kube::Error>().map(|error| *error) {
        Ok(kube::Error::Service(error)) | Err(error) => error,
        Ok(error) => error.into(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// A body that gives a frame every `pause`, `count` times, and then nothing.
    struct Trickle {
        pause: Duration,
        count: usize,
        next: Pin<Box<Sleep>>,
    }

    impl HttpBody for Trickle {
        type Data = <Body as HttpBody>::Data;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Self::Data>, Infallible>>> {
            if self.count == 0 {
                return Poll::Pending;
            }
            std::task::ready!(self.next.as_mut().poll(context));
            self.count -= 1;
            let next = Instant::now() + self.pause;
            self.next.as_mut().reset(next);
            Poll::Ready(Some(Ok(Frame::data("x".into()))))
        }
    }

    #[test]
    fn an_answer_that_trickles_is_not_cut_and_one_that_stops_is() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (pause, bound) = (Duration::from_millis(60), Duration::from_millis(150));
            let trickle = Trickle { pause, count: 6, next: Box::pin(tokio::time::sleep(pause)) };
            let silence = Box::pin(tokio::time::sleep(bound));
            let mut heard = Heard { body: trickle, bound, silence, waits: false };
            let (began, mut frames) = (Instant::now(), 0);
            let error = loop {
                match std::future::poll_fn(|context| Pin::new(&mut heard).poll_frame(context)).await {
                    Some(Ok(_)) => frames += 1,
                    Some(Err(error)) => break error,
                    None => panic!("it ended"),
                }
            };
            assert_eq!(frames, 6);
            assert!(began.elapsed() > bound * 3, "longer as a whole than one silence");
            assert_eq!(error.to_string(), "not a word for 0 s");
        });
    }
}
