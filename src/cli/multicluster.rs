//! `mesh multicluster …` and `mesh remote-clusters`.

use clap::{Args, Subcommand};

use super::TextOutput;

/// `mesh multicluster …`.
#[derive(Debug, Subcommand)]
pub enum MulticlusterCommand {
    /// Let the control plane of each of two clusters read the other
    #[command(after_help = "\
Examples:
  mesh multicluster link east west
  mesh multicluster link primary remote --one-way
  mesh multicluster link east west --server east=https://10.0.0.1:6443 --name west=west-1 -y

Into the namespace of each control plane goes a Secret, as istioctl create-remote-secret makes it, with a token of the other
cluster's service account istio-reader-service-account. A cluster without a control plane of its own is read and reads none.
Then istiod is asked whether it has read the cluster, and the clusters are compared: names, meshes, root certificates,
networks, and the gateways between these.")]
    Link(LinkArgs),
}

/// `mesh multicluster link`.
#[derive(Debug, Args)]
pub struct LinkArgs {
    /// The context of one cluster
    #[arg(value_name = "A")]
    pub one: String,
    /// The context of the other cluster
    #[arg(value_name = "B")]
    pub other: String,
    /// Let only the control plane of A read B
    #[arg(long)]
    pub one_way: bool,
    /// Where others reach the API server of a cluster, where the kubeconfig does not say it (repeatable)
    #[arg(long, value_name = "CONTEXT=URL", value_parser = pair)]
    pub server: Vec<(String, String)>,
    /// What the mesh calls a cluster, where that is not known (repeatable)
    #[arg(long, value_name = "CONTEXT=NAME", value_parser = pair)]
    pub name: Vec<(String, String)>,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// `mesh remote-clusters`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  mesh remote-clusters
  mesh remote-clusters --context east -o json")]
pub struct RemoteClustersArgs {
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// The last `=` parts them: contexts have all sorts of names.
fn pair(text: &str) -> Result<(String, String), String> {
    // A URL may have one behind its `?`, a context one anywhere: what begins an address says where.
    let at = text.find("=http").or_else(|| text.rfind('='));
    match at.map(|at| (&text[..at], &text[at + 1..])) {
        Some((context, value)) if !context.is_empty() && !value.is_empty() => {
            Ok((context.to_owned(), value.to_owned()))
        }
        _ => Err("it is CONTEXT=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_and_its_value_are_told_apart() {
        let of = |text: &str| pair(text).ok();
        let owned = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(of("a=b"), owned("a", "b"));
        assert_eq!(of("a=b=c"), owned("a=b", "c"));
        assert_eq!(of("a=https://x?y=z"), owned("a", "https://x?y=z"));
        assert!(of("a=").is_none() && of("=b").is_none() && of("a").is_none());
    }
}
