//! `mesh revision …` and `mesh tag …`.

use clap::{Args, Subcommand, ValueEnum};

use super::TextOutput;

/// `mesh revision …`.
#[derive(Debug, Subcommand)]
pub enum RevisionCommand {
    /// List the revisions with their versions, tags, namespaces, proxies and gateways
    #[command(after_help = "\
Examples:
  mesh revision list
  mesh revision list -o json | jq -r '.clusters[].revisions[] | select(.proxies == 0) | .revision'")]
    List(RevisionListArgs),
}

/// `mesh revision list`.
#[derive(Debug, Args)]
pub struct RevisionListArgs {
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// `mesh tag …`.
#[derive(Debug, Subcommand)]
pub enum TagCommand {
    /// Make a tag, or let it lead to another revision
    #[command(
        visible_alias = "create",
        after_help = "\
Examples:
  mesh tag set prod --revision 1-30-3
  mesh tag set prod --revision 1-30-4 --overwrite
  mesh tag set default --revision 1-30-4 --overwrite -y

Namespaces use a tag by the label istio.io/rev=TAG; the tag `default` is also for those with istio-injection=enabled.
Running pods keep their proxy until they are restarted."
    )]
    Set(TagSetArgs),
    /// Print the objects of a tag, without writing anything
    #[command(after_help = "\
Examples:
  mesh tag generate prod --revision 1-30-3 > tag.yaml
  mesh tag generate prod --revision 1-30-3 | kubectl apply -f -")]
    Generate(TagSetArgs),
    /// List the tags, with the revisions they lead to and the namespaces that use them
    #[command(
        visible_alias = "show",
        after_help = "\
Examples:
  mesh tag list
  mesh tag list -o json"
    )]
    List(TagListArgs),
    /// Remove a tag that nobody uses
    #[command(
        visible_alias = "delete",
        after_help = "\
Examples:
  mesh tag remove prod
  mesh tag remove prod --force -y

A tag that namespaces or pods name is not removed, but with --force."
    )]
    Remove(TagRemoveArgs),
}

/// `mesh tag set` and `mesh tag generate`.
#[derive(Debug, Args)]
pub struct TagSetArgs {
    /// The tag
    #[arg(value_name = "TAG")]
    pub tag: String,
    /// Revision the tag leads to
    #[arg(long, short = 'r', value_name = "NAME")]
    pub revision: String,
    /// Let a tag that exists lead elsewhere
    #[arg(long)]
    pub overwrite: bool,
    /// Another name for the tag's webhook configuration
    #[arg(long, value_name = "NAME")]
    pub webhook_name: Option<String>,
    /// Inject pods of namespaces that ask for nothing, too; for the tag `default`
    #[arg(long)]
    pub auto_inject_namespaces: bool,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TagOutput::Text, value_name = "FORMAT")]
    pub output: TagOutput,
}

/// `mesh tag list`.
#[derive(Debug, Args)]
pub struct TagListArgs {
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TagOutput::Text, value_name = "FORMAT")]
    pub output: TagOutput,
}

/// `mesh tag remove`.
#[derive(Debug, Args)]
pub struct TagRemoveArgs {
    /// The tag
    #[arg(value_name = "TAG")]
    pub tag: String,
    /// Remove it even though it is used
    #[arg(long)]
    pub force: bool,
    /// Format of the result
    #[arg(long, short = 'o', value_enum, default_value_t = TextOutput::Text, value_name = "FORMAT")]
    pub output: TextOutput,
}

/// Format of tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TagOutput {
    /// A table; for objects YAML
    #[value(alias = "table")]
    Text,
    /// One JSON document
    Json,
    /// The same document as YAML
    Yaml,
}
